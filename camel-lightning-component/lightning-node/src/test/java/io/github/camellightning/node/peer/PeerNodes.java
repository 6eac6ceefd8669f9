// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.Peer;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.PeerEvent;
import io.github.camellightning.node.noise.NodeKey;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The nodes of a test, stopped after it, and the words that tests of nodes share. */
final class PeerNodes implements AfterEachCallback {

    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final int ODD = 0x9419;

    static {
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
    }

    private final List<PeerNode> nodes = new CopyOnWriteArrayList<>();

    /** A node that is to listen on a free port of the loopback interface, not started. */
    PeerNode listening() {
        PeerNode node = silent();
        node.setListen("127.0.0.1:0");
        return node;
    }

    /** A node that does not listen, not started. */
    PeerNode silent() {
        var node = new PeerNode();
        // a raw peer does not hang up when the node does
        node.getLimits().setStopTimeoutMillis(200);
        nodes.add(node);
        return node;
    }

    PeerNode start(Consumer<PeerNode> options) throws Exception {
        PeerNode node = listening();
        options.accept(node);
        get(node.start());
        return node;
    }

    PeerNode start() throws Exception {
        return start(node -> {});
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        for (PeerNode node : nodes) {
            get(node.stop());
        }
    }

    static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** What the stage fails with. */
    static <T extends Throwable> T failure(Class<T> type, CompletionStage<?> stage) {
        return catchThrowableOfType(type, () -> {
            try {
                get(stage);
            } catch (ExecutionException failed) {
                throw failed.getCause();
            }
        });
    }

    static PeerAddress addressOf(PeerNode node) {
        InetSocketAddress listening = node.listenAddress();
        return new PeerAddress(node.nodeId(), listening.getAddress().getHostAddress(), listening.getPort());
    }

    static String secret(NodeKey key) {
        return HexFormat.of().formatHex(key.secret());
    }

    static CustomMessage message(String text) {
        return new CustomMessage(ODD, text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(CustomMessage message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }

    static List<NodeId> connectedTo(PeerNode node) {
        return node.peers().toCompletableFuture().join().stream()
                .map(Peer::nodeId)
                .toList();
    }

    static void awaitConnected(PeerNode node, NodeId peer) {
        await("a connection").atMost(PATIENCE).until(() -> connectedTo(node).contains(peer));
    }

    static void awaitDisconnected(PeerNode node, NodeId peer) {
        await("a disconnect").atMost(PATIENCE).until(() -> !connectedTo(node).contains(peer));
    }

    static List<PeerEvent> events(PeerNode node) {
        var events = new CopyOnWriteArrayList<PeerEvent>();
        node.onPeerEvent(events::add);
        return events;
    }
}
