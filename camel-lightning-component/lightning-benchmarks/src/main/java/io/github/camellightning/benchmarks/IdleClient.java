// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.noise.Aead;
import io.github.camellightning.node.noise.Completed;
import io.github.camellightning.node.noise.Initiator;
import io.github.camellightning.node.noise.NodeKey;
import io.github.camellightning.node.noise.ReceiveCipher;
import io.github.camellightning.node.noise.SendCipher;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;

/** A peer in few objects: a handshake and an init over a blocking socket, and nothing after that. */
final class IdleClient implements AutoCloseable {

    private static final int ACT_TWO = 50;
    private static final int TIMEOUT_MILLIS = 30_000;
    /** Type 16, no features, no TLVs. */
    private static final byte[] INIT = {0, 16, 0, 0, 0, 0};

    private final Socket socket;

    private IdleClient(Socket socket) {
        this.socket = socket;
    }

    /** Returns when the node's own init has come. */
    static IdleClient connect(InetSocketAddress address, NodeId node, SecureRandom random) throws IOException {
        var socket = new Socket();
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(address, TIMEOUT_MILLIS);
        var in = new DataInputStream(socket.getInputStream());
        var initiator = new Initiator(NodeKey.generate(random), node, random);
        socket.getOutputStream().write(initiator.actOne());
        var actTwo = new byte[ACT_TWO];
        in.readFully(actTwo);
        Completed completed = initiator.actTwo(actTwo);
        var aead = new Aead();
        socket.getOutputStream().write(actThreeAndInit(completed, aead));
        var header = new byte[ReceiveCipher.HEADER];
        in.readFully(header);
        in.readFully(new byte[completed.receiver().decryptLength(aead, header, 0) + ReceiveCipher.TAG]);
        return new IdleClient(socket);
    }

    private static byte[] actThreeAndInit(Completed completed, Aead aead) {
        byte[] actThree = completed.actThree();
        var bytes = new byte[actThree.length + INIT.length + SendCipher.OVERHEAD];
        System.arraycopy(actThree, 0, bytes, 0, actThree.length);
        completed.sender().encrypt(aead, INIT, 0, INIT.length, bytes, actThree.length);
        return bytes;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
