// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.PeerEvent;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A peer in a JVM of its own: sends a number, the next and the next to whoever it is to keep connected, and back what it gets. */
final class PeerProcess {

    static final int NUMBER = 40_001;
    static final int ECHO = 40_003;

    private PeerProcess() {}

    static Process start(Path keyFile, String listen, String peers, Path output) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        PeerProcess.class.getName(),
                        keyFile.toString(),
                        listen,
                        peers))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    /** @param arguments key file, where to listen, whom to keep connected */
    public static void main(String[] arguments) throws Exception {
        var node = new PeerNode();
        node.setKeyFile(new File(arguments[0]).getPath());
        node.setListen(arguments[1]);
        node.setPeers(arguments[2]);
        node.getLimits().setRedialMinMillis(100);
        node.getLimits().setRedialMaxMillis(500);
        node.onMessage(MessageFilter.types(NUMBER), message -> {
            node.send(message.peer(), new CustomMessage(ECHO, message.message().payload()));
            return CompletableFuture.completedFuture(null);
        });
        node.onPeerEvent(event -> {
            if (event instanceof PeerEvent.Connected connected
                    && !node.getPeers().isEmpty()) {
                sendNumbers(node, connected.peer(), 0);
            }
        });
        node.start().toCompletableFuture().join();
        Thread.currentThread().join();
    }

    private static void sendNumbers(PeerNode node, NodeId peer, int number) {
        byte[] payload = ByteBuffer.allocate(4).putInt(number).array();
        node.send(peer, new CustomMessage(NUMBER, payload)).whenCompleteAsync((sent, failure) -> {
            if (failure == null) {
                sendNumbers(node, peer, number + 1);
            }
        });
    }
}
