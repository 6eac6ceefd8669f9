// SPDX-License-Identifier: Apache-2.0
// Calls a method so many times, so many at once, and prints calls a second and the microseconds that half and 99 of 100 took at most:
// node lnmessage-load.mjs <node id> <port> <rune> <method> <calls> <at once>
import net from 'node:net';
import lnmessage from 'lnmessage';

const LnMessage = lnmessage.default ?? lnmessage;

async function run(ln, method, rune, calls, atOnce) {
  const nanos = [];
  let left = calls;
  const lane = async () => {
    while (left-- > 0) {
      const began = process.hrtime.bigint();
      await ln.commando({ method, params: {}, rune });
      nanos.push(Number(process.hrtime.bigint() - began));
    }
  };
  const began = process.hrtime.bigint();
  await Promise.all(Array.from({ length: atOnce }, lane));
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  nanos.sort((a, b) => a - b);
  return [calls / seconds, nanos[calls >> 1] / 1e3, nanos[calls - 1 - Math.floor(calls / 100)] / 1e3];
}

async function main([nodeId, port, rune, method, calls, atOnce]) {
  const ln = new LnMessage({ remoteNodePublicKey: nodeId, ip: '127.0.0.1', port: Number(port), tcpSocket: new net.Socket() });
  if (!(await ln.connect(false))) {
    throw new Error('not connected');
  }
  await run(ln, method, rune, Math.ceil(Number(calls) / 4), Number(atOnce));
  console.log((await run(ln, method, rune, Number(calls), Number(atOnce))).join(' '));
  ln.disconnect();
}

main(process.argv.slice(2)).then(() => process.exit(0), (failure) => {
  console.error(failure);
  process.exit(1);
});
