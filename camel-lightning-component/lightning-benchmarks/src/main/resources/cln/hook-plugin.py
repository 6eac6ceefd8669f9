# SPDX-License-Identifier: Apache-2.0
"""hook-plugin.py COUNT FILE: a plugin that lets every custommsg pass. Once it has answered so many, the messages a second go into the file."""
import json
import os
import sys
import time

MANIFEST = {"dynamic": True, "options": [], "rpcmethods": [], "subscriptions": [], "hooks": [{"name": "custommsg"}]}
wanted, path, count, began = int(sys.argv[1]), sys.argv[2], 0, 0
for line in sys.stdin:
    if line == "\n":
        continue
    call = json.loads(line)
    if "id" not in call:
        continue
    if call["method"] == "custommsg":
        result = {"result": "continue"}
        count += 1
        began = began or time.monotonic()
    else:
        result = MANIFEST if call["method"] == "getmanifest" else {}
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", "id": call["id"], "result": result}) + "\n\n")
    sys.stdout.flush()
    if count == wanted and call["method"] == "custommsg":
        with open(path + ".new", "w") as file:
            print((count - 1) / (time.monotonic() - began), file=file)
        os.rename(path + ".new", path)
