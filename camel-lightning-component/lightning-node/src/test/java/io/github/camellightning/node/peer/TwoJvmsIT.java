// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.noise.KeyFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two JVMs, one of which is killed without a word while messages flow: it comes back, and they flow again. */
class TwoJvmsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path temp;

    private final PeerNode node = new PeerNode();
    private final AtomicLong received = new AtomicLong();
    private final Set<NodeId> senders = ConcurrentHashMap.newKeySet();
    private Path keyFile;
    private Process other;

    @BeforeEach
    void keyOfTheOther() {
        keyFile = temp.resolve("other.key");
        node.onMessage(MessageFilter.all(), message -> {
            senders.add(message.peer());
            received.incrementAndGet();
            return CompletableFuture.completedFuture(null);
        });
        node.getLimits().setRedialMinMillis(100);
        node.getLimits().setRedialMaxMillis(500);
    }

    @AfterEach
    void stop() throws Exception {
        node.stop().toCompletableFuture().get(60, TimeUnit.SECONDS);
        if (other != null) {
            other.destroyForcibly().waitFor();
        }
    }

    private void awaitMore(int messages) {
        long before = received.get();
        await().atMost(PATIENCE).until(() -> received.get() >= before + messages);
    }

    private void kill() throws InterruptedException {
        other.destroyForcibly().waitFor();
        await().atMost(PATIENCE)
                .until(() -> node.peers().toCompletableFuture().get().isEmpty());
    }

    @Test
    void aSenderThatIsKilledInMidStreamReconnectsWhenItIsStartedAgain() throws Exception {
        node.setListen("127.0.0.1:0");
        node.start().toCompletableFuture().get(60, TimeUnit.SECONDS);
        String here =
                new PeerAddress(node.nodeId(), "127.0.0.1", node.listenAddress().getPort()).toString();
        other = PeerProcess.start(keyFile, "127.0.0.1:0", here, temp.resolve("first"));
        awaitMore(5_000);

        kill();
        other = PeerProcess.start(keyFile, "127.0.0.1:0", here, temp.resolve("second"));

        awaitMore(5_000);
        assertThat(senders).hasSize(1);
    }

    @Test
    void aReceiverThatIsKilledInMidStreamIsDialledAgainWhenItIsBack() throws Exception {
        int port = freePort();
        NodeId id;
        try (KeyFile key = KeyFile.open(keyFile, new SecureRandom())) {
            id = key.key().nodeId();
        }
        node.setPeers(new PeerAddress(id, "127.0.0.1", port).toString());
        node.onPeerEvent(event -> sendNumbers(event.peer()));
        node.start().toCompletableFuture().get(60, TimeUnit.SECONDS);
        other = PeerProcess.start(keyFile, "127.0.0.1:" + port, "", temp.resolve("first"));
        awaitMore(5_000);

        kill();
        other = PeerProcess.start(keyFile, "127.0.0.1:" + port, "", temp.resolve("second"));

        awaitMore(5_000);
    }

    private void sendNumbers(NodeId peer) {
        node.send(peer, new CustomMessage(PeerProcess.NUMBER, new byte[4])).whenCompleteAsync((sent, failure) -> {
            if (failure == null) {
                sendNumbers(peer);
            }
        });
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
