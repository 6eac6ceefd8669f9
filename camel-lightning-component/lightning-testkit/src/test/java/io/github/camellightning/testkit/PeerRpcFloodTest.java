// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.peer.PeerNode;
import io.github.camellightning.node.peerrpc.PeerMethod;
import io.github.camellightning.node.peerrpc.PeerRpc;
import io.github.camellightning.node.peerrpc.PeerRpcSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Alice calls bob's methods while mallory floods him with whatever is no use: she is served as if there were no mallory. */
@Timeout(180)
class PeerRpcFloodTest {

    private static final int TYPE = 40_011;
    private static final int MESSAGES = 20_000;
    private static final int PLACES = 64;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final List<CompletableFuture<JsonNode>> slow = new CopyOnWriteArrayList<>();
    private PeerNode bob;
    private PeerNode alice;
    private PeerNode mallory;
    private PeerRpc server;

    @BeforeEach
    void aliceAndMalloryAreConnectedToBob() throws Exception {
        bob = started(new PeerNode());
        alice = started(new PeerNode());
        mallory = new PeerNode();
        mallory.setWhenOutboundFull(PeerNode.WhenFull.WAIT);
        mallory.getLimits().setOutboundWaiting(2 * MESSAGES);
        started(mallory);
        server = speak(bob);
        server.serve(
                new PeerMethod("echo", null, Set.of()), (peer, params) -> CompletableFuture.completedFuture(params));
        server.serve(new PeerMethod("slow", null, Set.of()), (peer, params) -> {
            var answer = new CompletableFuture<JsonNode>();
            slow.add(answer);
            return answer;
        });
        PeerAddress address =
                new PeerAddress(bob.nodeId(), "127.0.0.1", bob.listenAddress().getPort());
        get(alice.connect(address));
        get(mallory.connect(address));
    }

    private PeerNode started(PeerNode node) throws Exception {
        node.setListen("127.0.0.1:0");
        get(node.start());
        open.push(() -> get(node.stop()));
        return node;
    }

    private PeerRpc speak(PeerNode node) {
        var rpc = new PeerRpc(node, PeerRpcSettings.jsonRpc(TYPE));
        open.push(rpc);
        return rpc;
    }

    @AfterEach
    void stopAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static String nuisance(int number) {
        return switch (number % 5) {
            case 0 -> "{\"jsonrpc\":\"2.0\",\"id\":" + number + ",\"method\":\"slow\"}";
            case 1 -> "{\"jsonrpc\":\"2.0\",\"id\":" + number + ",\"method\":\"unknown\"}";
            case 2 -> "{\"jsonrpc\":\"2.0\",\"id\":\"" + number + "\",\"result\":{}}";
            case 3 -> "[".repeat(1_000);
            default -> "{\"jsonrpc\":\"2.0\",\"method\":\"slow\"}";
        };
    }

    @Test
    void onePeersFloodIsNoOthersTrouble() throws Exception {
        var told = new AtomicInteger();
        mallory.onMessage(MessageFilter.types(TYPE), message -> {
            told.incrementAndGet();
            return CompletableFuture.completedFuture(null);
        });
        NodeId target = bob.nodeId();
        CompletableFuture<?> flood = CompletableFuture.completedFuture(null);
        for (int i = 0; i < MESSAGES; i++) {
            flood = mallory.send(target, new CustomMessage(TYPE, nuisance(i).getBytes(UTF_8)))
                    .toCompletableFuture();
        }
        PeerRpc client = speak(alice);
        for (int i = 0; i < 100; i++) {
            var call = new MethodCall("echo", Json.read("[" + i + "]"), null, Duration.ofSeconds(30), 1);
            try (JsonResult result = get(client.call(target, call))) {
                assertThat(result.text()).isEqualTo("[" + i + "]");
            }
        }
        get(flood);
        await().atMost(Duration.ofSeconds(60)).until(() -> server.unknownReplies() == MESSAGES / 5);

        assertThat(slow).hasSize(PLACES);
        assertThat(server.servedCalls()).isEqualTo(PLACES);
        assertThat(server.invalidMessages()).isEqualTo(MESSAGES / 5);
        assertThat(told).hasValueGreaterThan(0);
        slow.forEach(answer -> answer.complete(IntNode.valueOf(1)));
        await().atMost(Duration.ofSeconds(60)).until(() -> server.servedCalls() == 0);
    }
}
