// SPDX-License-Identifier: Apache-2.0
// Connects to a node, sends one message and prints what comes back: node lnmessage.mjs <node id> <port> <type> <payload, hex>
import net from 'node:net';
import lnmessage from 'lnmessage';

const LnMessage = lnmessage.default ?? lnmessage;
const MAC = 16; // which it leaves on what it has decrypted

async function main([nodeId, port, type, payload]) {
  const ln = new LnMessage({ remoteNodePublicKey: nodeId, ip: '127.0.0.1', port: Number(port), tcpSocket: new net.Socket() });
  const answered = new Promise((resolve) => ln.decryptedMsgs$.subscribe((message) => {
    if (message.readUInt16BE(0) >= 32768) {
      resolve(message.subarray(0, message.length - MAC));
    }
  }));
  if (!(await ln.connect(false))) {
    throw new Error('not connected');
  }
  const message = ln.Buffer.alloc(2 + payload.length / 2);
  message.writeUInt16BE(Number(type));
  message.write(payload, 2, 'hex');
  ln.socket.send(ln.noise.encryptMessage(message));

  const answer = await answered;
  console.log(JSON.stringify({ type: answer.readUInt16BE(0), payload: answer.subarray(2).toString('hex') }));
  ln.disconnect();
}

main(process.argv.slice(2)).then(() => process.exit(0), (failure) => {
  console.error(failure);
  process.exit(1);
});
