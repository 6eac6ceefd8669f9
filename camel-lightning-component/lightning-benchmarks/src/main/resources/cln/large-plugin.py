#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A plugin with one method, large: its result has as many texts of a million bytes as its parameter says."""
import json
import sys

METHOD = {"name": "large", "usage": "megabytes", "description": "As many texts of a million bytes."}
MANIFEST = {"dynamic": True, "options": [], "rpcmethods": [METHOD], "subscriptions": [], "hooks": []}
for line in sys.stdin:
    if line == "\n":
        continue
    call = json.loads(line)
    start = '{"jsonrpc":"2.0","id":' + json.dumps(call["id"]) + ',"result":'
    if call["method"] == "large":
        sys.stdout.write(start + '{"texts":[')
        for number in range(call["params"]["megabytes"]):
            sys.stdout.write(("," if number else "") + '"' + "x" * 1_000_000 + '"')
        sys.stdout.write("]}}\n\n")
    else:
        sys.stdout.write(start + json.dumps(MANIFEST if call["method"] == "getmanifest" else {}) + "}\n\n")
    sys.stdout.flush()
