// SPDX-License-Identifier: Apache-2.0
// Calls a method with each of the params and prints the replies: node lnsocket-commando.cjs <node id> <port> <rune> <method> <params, JSON>...
delete globalThis.WebSocket; // where node has one lnsocket wants no TCP
const LNSocket = require('lnsocket');

async function main([nodeId, port, rune, method, ...calls]) {
  const ln = await LNSocket();
  ln.genkey();
  await ln.connect_and_init(nodeId, `127.0.0.1:${port}`);
  for (const params of calls) {
    console.log(JSON.stringify(await ln.rpc({ method, params: JSON.parse(params), rune })));
  }
  ln.destroy();
}

main(process.argv.slice(2)).then(() => process.exit(0), (failure) => {
  console.error(failure);
  process.exit(1);
});
