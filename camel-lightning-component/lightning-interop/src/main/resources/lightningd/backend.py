#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What lightningd asks its Bitcoin backend, answered from a regtest chain of files that nodes may share.

Its folder is the only argument. Nothing is validated. A transaction is a file in waiting/ until the command regtest-mine puts it into a
block; regtest-fund pays an address out of nowhere.
"""
import hashlib
import json
import os
import pathlib
import struct
import sys
import time

COINBASE = (
    "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054696d6573"
    "2030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b"
    "73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f355"
    "04e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000"
)
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

chain = pathlib.Path(sys.argv[1])
blocks, waiting, mined = (chain / name for name in ("blocks", "waiting", "mined"))


def double_sha256(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def write(file, data):
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    unfinished.write_text(data.hex())
    unfinished.rename(file)


def read(file):
    return bytes.fromhex(file.read_text())


def compact(number):
    return bytes([number]) if number < 0xFD else b"\xfd" + struct.pack("<H", number)


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self):
        first = self.take(1)[0]
        return first if first < 0xFD else int.from_bytes(self.take(2 << (first - 0xFD)), "little")


def parse(transaction):
    """Its id, as it is shown, and its outputs: pairs of amount and script."""
    reader = Reader(transaction)
    version = reader.take(4)
    if transaction[4] == 0:
        reader.take(2)  # a witness follows the outputs, which the id leaves out
    start = reader.at
    for _ in range(reader.number()):
        reader.take(36)
        reader.take(reader.number() + 4)
    outputs = []
    for _ in range(reader.number()):
        amount = int.from_bytes(reader.take(8), "little")
        outputs.append((amount, reader.take(reader.number())))
    return double_sha256(version + transaction[start : reader.at] + transaction[-4:])[::-1].hex(), outputs


def merkle_root(hashes):
    while len(hashes) > 1:
        hashes = hashes + hashes[-1:] if len(hashes) % 2 else hashes
        hashes = [double_sha256(left + right) for left, right in zip(hashes[::2], hashes[1::2])]
    return hashes[0]


def height():
    return sum(1 for file in blocks.iterdir() if file.suffix == "") - 1


def block_hash(block):
    return double_sha256(block[:80])


def block(previous, transactions, version, seconds, nonce):
    root = merkle_root([bytes.fromhex(parse(transaction)[0])[::-1] for transaction in transactions])
    header = struct.pack("<I", version) + previous + root + struct.pack("<III", seconds, 0x207FFFFF, nonce)
    return header + compact(len(transactions)) + b"".join(transactions)


def mine_one():
    above = height() + 1
    files = [file for file in waiting.iterdir() if file.suffix == ""]
    tag = above.to_bytes(4, "little")
    coinbase = (
        bytes.fromhex("0100000001") + bytes(32) + b"\xff" * 4 + b"\x05\x04" + tag + b"\xff" * 4
        + b"\x01" + struct.pack("<Q", 5_000_000_000) + b"\x01\x51" + bytes(4)
    )
    previous = block_hash(read(blocks / str(above - 1)))
    write(blocks / str(above), block(previous, [coinbase] + [read(file) for file in files], 0x20000000, int(time.time()), 0))
    for file in files:
        file.rename(mined / file.name)


def send(transaction):
    txid = parse(transaction)[0]
    if not (mined / txid).exists():
        write(waiting / txid, transaction)
    return txid


def script(address):
    """Of a segwit address; its checksum, the last six characters, is taken on trust."""
    values = [BECH32.index(character) for character in address.rpartition("1")[2][:-6]]
    bits = "".join(f"{value:05b}" for value in values[1:])
    program = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) // 8 * 8, 8))
    return bytes([0x50 + values[0] if values[0] else 0, len(program)]) + program


def fund(address, satoshi):
    output = script(address)
    return send(
        bytes.fromhex("0200000001") + os.urandom(32) + bytes(5) + b"\xff" * 4
        + b"\x01" + struct.pack("<Q", satoshi) + compact(len(output)) + output + bytes(4)
    )


def found_chain():
    for folder in (blocks, waiting, mined):
        folder.mkdir(parents=True, exist_ok=True)
    if not (blocks / "0").exists():
        write(blocks / "0", block(bytes(32), [bytes.fromhex(COINBASE)], 1, 1296688602, 2))


USAGES = {
    "getchaininfo": "last_height",
    "getrawblockbyheight": "height",
    "estimatefees": "",
    "sendrawtransaction": "tx allowhighfees",
    "getutxout": "txid vout",
    "regtest-mine": "blocks",
    "regtest-fund": "address satoshi",
}


def result(method, given):
    names = USAGES.get(method, "").split()
    params = given if isinstance(given, dict) else dict(zip(names, given))
    if method == "getmanifest":
        methods = [{"name": name, "usage": usage, "description": name} for name, usage in USAGES.items()]
        return {"dynamic": False, "options": [], "rpcmethods": methods, "subscriptions": [], "hooks": []}
    if method == "getchaininfo":
        return {"chain": "regtest", "headercount": height(), "blockcount": height(), "ibd": False}
    if method == "getrawblockbyheight":
        file = blocks / str(int(params["height"]))
        if not file.exists():
            return {"blockhash": None, "block": None}
        return {"blockhash": block_hash(read(file))[::-1].hex(), "block": read(file).hex()}
    if method == "estimatefees":
        return {"feerate_floor": 1000, "feerates": [{"blocks": blocks, "feerate": 2000} for blocks in (2, 6, 12, 100)]}
    if method == "sendrawtransaction":
        send(bytes.fromhex(params["tx"]))
        return {"success": True, "errmsg": ""}
    if method == "getutxout":
        file = mined / params["txid"]
        if not file.exists():
            return {"amount": None, "script": None}
        amount, locked = parse(read(file))[1][int(params["vout"])]
        return {"amount": amount, "script": locked.hex()}
    if method == "regtest-mine":
        for _ in range(int(params["blocks"])):
            mine_one()
        return {"height": height()}
    if method == "regtest-fund":
        return {"txid": fund(params["address"], int(params["satoshi"]))}
    return {}


found_chain()
decoder = json.JSONDecoder()
unread = ""
for chunk in iter(lambda: sys.stdin.readline(), ""):
    unread = (unread + chunk).lstrip()
    while unread:
        try:
            request, end = decoder.raw_decode(unread)
        except ValueError:
            break
        unread = unread[end:].lstrip()
        if "id" in request:
            answer = {"jsonrpc": "2.0", "id": request["id"], "result": result(request["method"], request.get("params") or {})}
            sys.stdout.write(json.dumps(answer) + "\n\n")
            sys.stdout.flush()
