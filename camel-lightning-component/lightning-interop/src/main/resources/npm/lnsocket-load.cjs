// SPDX-License-Identifier: Apache-2.0
// Calls a method so many times, one at a time for all its requests have the same id, and prints calls a second and the microseconds that half and 99 of
// 100 took at most: node lnsocket-load.cjs <node id> <port> <rune> <method> <calls>
delete globalThis.WebSocket; // where node has one lnsocket wants no TCP
const LNSocket = require('lnsocket');

async function run(ln, method, rune, calls) {
  const nanos = [];
  const began = process.hrtime.bigint();
  for (let i = 0; i < calls; i++) {
    const each = process.hrtime.bigint();
    await ln.rpc({ method, params: {}, rune });
    nanos.push(Number(process.hrtime.bigint() - each));
  }
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  nanos.sort((a, b) => a - b);
  return [calls / seconds, nanos[calls >> 1] / 1e3, nanos[calls - 1 - Math.floor(calls / 100)] / 1e3];
}

async function main([nodeId, port, rune, method, calls]) {
  const ln = await LNSocket();
  ln.genkey();
  await ln.connect_and_init(nodeId, `127.0.0.1:${port}`);
  await run(ln, method, rune, Math.ceil(Number(calls) / 4));
  console.log((await run(ln, method, rune, Number(calls))).join(' '));
  ln.destroy();
}

main(process.argv.slice(2)).then(() => process.exit(0), (failure) => {
  console.error(failure);
  process.exit(1);
});
