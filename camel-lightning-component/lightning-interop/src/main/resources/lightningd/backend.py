#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What lightningd asks its Bitcoin backend, answered from a regtest chain that has its first block and no other."""
import hashlib
import json
import sys

COINBASE = (
    "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054696d6573"
    "2030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b"
    "73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f355"
    "04e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000"
)


def double_sha256(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


coinbase = bytes.fromhex(COINBASE)
header = bytes.fromhex("01000000" + "00" * 32) + double_sha256(coinbase) + bytes.fromhex("dae5494dffff7f2002000000")
first_block = header + b"\x01" + coinbase
first_hash = double_sha256(header)[::-1].hex()

USAGES = {
    "getchaininfo": "last_height",
    "getrawblockbyheight": "height",
    "estimatefees": "",
    "sendrawtransaction": "tx allowhighfees",
    "getutxout": "txid vout",
}


def result(method, params):
    if method == "getmanifest":
        methods = [{"name": name, "usage": usage, "description": name} for name, usage in USAGES.items()]
        return {"dynamic": False, "options": [], "rpcmethods": methods, "subscriptions": [], "hooks": []}
    if method == "getchaininfo":
        return {"chain": "regtest", "headercount": 0, "blockcount": 0, "ibd": False}
    if method == "getrawblockbyheight":
        height = params["height"] if isinstance(params, dict) else params[0]
        known = int(height) == 0
        return {"blockhash": first_hash if known else None, "block": first_block.hex() if known else None}
    if method == "estimatefees":
        return {"feerate_floor": 1000, "feerates": [{"blocks": blocks, "feerate": 2000} for blocks in (2, 6, 12, 100)]}
    if method == "sendrawtransaction":
        return {"success": False, "errmsg": "nothing is ever mined here"}
    if method == "getutxout":
        return {"amount": None, "script": None}
    return {}


decoder = json.JSONDecoder()
waiting = ""
for chunk in iter(lambda: sys.stdin.readline(), ""):
    waiting = (waiting + chunk).lstrip()
    while waiting:
        try:
            request, end = decoder.raw_decode(waiting)
        except ValueError:
            break
        waiting = waiting[end:].lstrip()
        if "id" in request:
            answer = {"jsonrpc": "2.0", "id": request["id"], "result": result(request["method"], request.get("params") or {})}
            sys.stdout.write(json.dumps(answer) + "\n\n")
            sys.stdout.flush()
