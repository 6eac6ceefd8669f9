// SPDX-License-Identifier: Apache-2.0
// Connects to a node, pings it, sends one message and prints what comes back: node lnsocket.cjs <node id> <port> <type> <payload, hex>
delete globalThis.WebSocket; // where node has one lnsocket wants no TCP
const LNSocket = require('lnsocket');

async function main([nodeId, port, type, payload]) {
  const ln = await LNSocket();
  ln.genkey();
  await ln.connect_and_init(nodeId, `127.0.0.1:${port}`);

  const pong = Buffer.from(await ln.ping_pong());
  console.log(JSON.stringify({ type: pong.readUInt16BE(0) }));

  const message = Buffer.alloc(2 + payload.length / 2);
  message.writeUInt16BE(Number(type));
  message.write(payload, 2, 'hex');
  ln.write(message);

  const [answerType, answer] = await ln.recv();
  console.log(JSON.stringify({ type: answerType, payload: Buffer.from(answer).toString('hex') }));
  ln.destroy();
}

main(process.argv.slice(2)).then(() => process.exit(0), (failure) => {
  console.error(failure);
  process.exit(1);
});
