# SPDX-License-Identifier: Apache-2.0
"""large-client.py SOCKET MEGABYTES: calls large and forgets the reply: what that costs without us."""
import socket
import sys

connection = socket.socket(socket.AF_UNIX)
connection.connect(sys.argv[1])
connection.sendall(b'{"jsonrpc":"2.0","id":"py:large#1","method":"large","params":{"megabytes":%d}}' % int(sys.argv[2]))
last = b""
while not last.endswith(b"\n\n"):
    last = (last + connection.recv(1 << 20))[-2:]
