// SPDX-License-Identifier: Apache-2.0
// Calls a method with each of the params and prints the replies: node lnmessage-commando.mjs <node id> <port> <rune> <method> <params, JSON>...
import net from 'node:net';
import lnmessage from 'lnmessage';

const LnMessage = lnmessage.default ?? lnmessage;

async function main([nodeId, port, rune, method, ...calls]) {
  const ln = new LnMessage({ remoteNodePublicKey: nodeId, ip: '127.0.0.1', port: Number(port), tcpSocket: new net.Socket() });
  if (!(await ln.connect(false))) {
    throw new Error('not connected');
  }
  for (const params of calls) {
    const reply = await ln.commando({ method, params: JSON.parse(params), rune }).then(
      (result) => ({ result }),
      (error) => ({ error }),
    );
    console.log(JSON.stringify(reply));
  }
  ln.disconnect();
}

main(process.argv.slice(2)).then(() => process.exit(0), (failure) => {
  console.error(failure);
  process.exit(1);
});
