// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.peerrpc.ParamNames;
import io.github.camellightning.node.peerrpc.PeerMethod;
import io.github.camellightning.node.peerrpc.PeerMethodListener;
import io.github.camellightning.node.peerrpc.PeerRpc;
import io.github.camellightning.node.peerrpc.PeerRpcRules;
import io.github.camellightning.node.peerrpc.PeerRpcSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users of JSON-RPC between peers may rely on between any two kinds of node. Extend it and say how to make them. */
public abstract class PeerRpcContract {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ODD = 40_011;
    private static final int EVEN = 40_012;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private NodeUnderTest alice;
    private NodeUnderTest bob;

    /** A node that dials, not started. */
    protected abstract NodeUnderTest createClient() throws Exception;

    /** A node that is dialled, not started. */
    protected abstract NodeUnderTest createServer() throws Exception;

    @BeforeEach
    void aliceIsConnectedToBob() throws Exception {
        bob = started(createServer());
        alice = started(createClient());
        connect();
    }

    private NodeUnderTest started(NodeUnderTest node) throws Exception {
        open.push(node);
        get(node.node().start());
        open.push(() -> get(node.node().stop()));
        return node;
    }

    private void connect() throws Exception {
        get(alice.node().connect(bob.address()));
        await().atMost(PATIENCE).until(() -> isConnected(bob, alice));
    }

    private static boolean isConnected(NodeUnderTest node, NodeUnderTest peer) throws Exception {
        NodeId wanted = peer.node().nodeId();
        return get(node.node().peers()).stream()
                .anyMatch(known -> known.connected() && known.nodeId().equals(wanted));
    }

    @AfterEach
    void stopAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private PeerRpc speak(NodeUnderTest node, PeerRpcSettings settings) throws Exception {
        var rpc = new PeerRpc(node.node(), settings);
        open.push(rpc);
        get(rpc.registration().inForce());
        return rpc;
    }

    private PeerRpc speak(NodeUnderTest node) throws Exception {
        return speak(node, PeerRpcSettings.jsonRpc(ODD));
    }

    private static void serve(PeerRpc rpc, String method, PeerMethodListener listener) {
        rpc.serve(new PeerMethod(method, null, Set.of()), listener);
    }

    private static void serveEcho(PeerRpc rpc) {
        serve(rpc, "echo", (peer, params) -> CompletableFuture.completedFuture(params));
    }

    private CompletionStage<JsonResult> calling(PeerRpc from, NodeUnderTest to, String method, String params) {
        return from.call(to.node().nodeId(), MethodCall.of(method, Json.read(params)));
    }

    private String call(PeerRpc from, NodeUnderTest to, String method, String params) throws Exception {
        try (JsonResult result = get(calling(from, to, method, params))) {
            return result.text();
        }
    }

    private <E extends LightningException> E failureOf(Class<E> type, CompletionStage<JsonResult> call) {
        Throwable failure =
                catchThrowableOfType(ExecutionException.class, () -> get(call)).getCause();
        assertThat(failure).isExactlyInstanceOf(type);
        return Objects.requireNonNull(type.cast(failure));
    }

    @Test
    void aMethodIsCalledAndItsResultComesBack() throws Exception {
        var callers = new CopyOnWriteArrayList<NodeId>();
        serve(speak(bob), "orders.status", (peer, params) -> {
            callers.add(peer);
            return CompletableFuture.completedFuture(Json.read("{\"of\":" + params + ",\"big\":18446744073709551616}"));
        });
        assertThat(call(speak(alice), bob, "orders.status", "{\"order\":\"é7\"}"))
                .isEqualTo("{\"of\":{\"order\":\"é7\"},\"big\":18446744073709551616}");
        assertThat(callers).containsExactly(alice.node().nodeId());
    }

    @Test
    void callsGoBothWaysOverOneTypeAtOnceAndTheirRepliesComeInAnyOrder() throws Exception {
        PeerRpc alices = speak(alice);
        PeerRpc bobs = speak(bob);
        serveEcho(alices);
        serveEcho(bobs);
        var calls = new ArrayList<CompletionStage<JsonResult>>();
        for (int i = 0; i < 50; i++) {
            calls.add(calling(alices, bob, "echo", "{\"n\":" + i + "}"));
            calls.add(calling(bobs, alice, "echo", "{\"n\":" + i + "}"));
        }
        for (int i = 0; i < calls.size(); i++) {
            try (JsonResult result = get(calls.get(i))) {
                assertThat(result.text()).isEqualTo("{\"n\":" + i / 2 + "}");
            }
        }
        assertThat(List.of(alices.openCalls(), bobs.openCalls(), alices.servedCalls(), bobs.servedCalls()))
                .containsOnly(0);
    }

    @Test
    void aSlowMethodKeepsNothingElse() throws Exception {
        var slow = new CompletableFuture<JsonNode>();
        PeerRpc bobs = speak(bob);
        serve(bobs, "slow", (peer, params) -> slow);
        serveEcho(bobs);
        var messages = new Collector();
        try (var registration = bob.node().onMessage(MessageFilter.types(ODD + 2), messages)) {
            get(registration.inForce());
            PeerRpc alices = speak(alice);
            CompletionStage<JsonResult> waiting = calling(alices, bob, "slow", "{}");
            assertThat(call(alices, bob, "echo", "[1]")).isEqualTo("[1]");
            get(alice.node().send(bob.node().nodeId(), new CustomMessage(ODD + 2, new byte[1])));
            messages.await(1);
            slow.complete(IntNode.valueOf(7));
            try (JsonResult result = get(waiting)) {
                assertThat(result.text()).isEqualTo("7");
            }
        }
    }

    @Test
    void errorsAreToldByTheirCodes() throws Exception {
        PeerRpc bobs = speak(bob);
        serve(
                bobs,
                "refuse",
                (peer, params) -> CompletableFuture.failedFuture(new RemoteErrorException(101, "no", "{\"a\":1}")));
        serve(bobs, "fail", (peer, params) -> {
            throw new IllegalStateException("secret");
        });
        bobs.serve(
                new PeerMethod("picky", ParamNames.parse("a"), Set.of()),
                (peer, params) -> CompletableFuture.completedFuture(params));
        PeerRpc alices = speak(alice);

        RemoteErrorException refused = failureOf(RemoteErrorException.class, calling(alices, bob, "refuse", "{}"));
        assertThat(refused.code()).isEqualTo(101);
        assertThat(refused).hasMessage("no");
        assertThat(refused.data()).isEqualTo("{\"a\":1}");
        RemoteErrorException failed = failureOf(RemoteErrorException.class, calling(alices, bob, "fail", "{}"));
        assertThat(failed.code()).isEqualTo(-32_603);
        assertThat(failed).hasMessage("Internal error");
        assertThat(failureOf(RemoteErrorException.class, calling(alices, bob, "unknown", "{}"))
                        .code())
                .isEqualTo(-32_601);
        RemoteErrorException picky =
                failureOf(RemoteErrorException.class, calling(alices, bob, "picky", "{\"a\":1,\"b\":2}"));
        assertThat(picky.code()).isEqualTo(-32_602);
        assertThat(picky.data()).isEqualTo("{\"unrecognized\":[\"b\"]}");
    }

    @Test
    void whatFillsAMessageArrivesAndWhatDoesNotFitIsAnErrorAtOnce() throws Exception {
        PeerRpc bobs = speak(bob);
        serve(
                bobs,
                "large",
                (peer, params) -> CompletableFuture.completedFuture(
                        TextNode.valueOf("a".repeat(params.path(0).asInt()))));
        serveEcho(bobs);
        PeerRpc alices = speak(alice);
        int envelope = "{'jsonrpc':'2.0','id':'','result':''}".length() + 32;

        assertThat(call(alices, bob, "large", "[" + (CustomMessage.MAX_PAYLOAD - envelope) + "]"))
                .hasSize(CustomMessage.MAX_PAYLOAD - envelope + 2);
        RemoteErrorException tooLarge = failureOf(
                RemoteErrorException.class,
                calling(alices, bob, "large", "[" + (CustomMessage.MAX_PAYLOAD - envelope + 1) + "]"));
        assertThat(tooLarge.code()).isEqualTo(-32_603);
        assertThat(tooLarge).hasMessageContaining("65534 bytes, and a message holds 65533");
        assertThat(failureOf(
                        InvalidMessageException.class,
                        calling(alices, bob, "echo", "[\"" + "a".repeat(65_533) + "\"]")))
                .hasMessageContaining("does not fit");
    }

    @Test
    void callsOnAPeerThatGoesEndAtOnceAndWithoutAPeerNothingIsSent() throws Exception {
        var called = new CompletableFuture<NodeId>();
        PeerRpc bobs = speak(bob);
        serve(bobs, "slow", (peer, params) -> {
            called.complete(peer);
            return new CompletableFuture<>();
        });
        serveEcho(bobs);
        PeerRpc alices = speak(alice);
        CompletionStage<JsonResult> lost = calling(alices, bob, "slow", "{}");
        get(called);
        get(bob.node().disconnect(alice.node().nodeId()));

        failureOf(OutcomeUnknownException.class, lost);
        await().atMost(PATIENCE).until(() -> !isConnected(alice, bob));
        assertThat(failureOf(NotConnectedException.class, calling(alices, bob, "echo", "{}"))
                        .isRetryable())
                .isTrue();

        connect();
        assertThat(call(alices, bob, "echo", "[2]")).isEqualTo("[2]");
    }

    @Test
    void anEvenTypeIsNoTroubleWhereBothSpeakTheProtocol() throws Exception {
        PeerRpcSettings even = PeerRpcSettings.jsonRpc(EVEN);
        serveEcho(speak(bob, even));
        PeerRpc alices = speak(alice, even);
        assertThat(call(alices, bob, "echo", "[1]")).isEqualTo("[1]");
        assertThat(call(alices, bob, "echo", "[2]")).isEqualTo("[2]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{}", "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":1}", "\u0000"})
    void aPeerThatSendsNonsenseIsAnsweredAtMostOnceAndServedOn(String nonsense) throws Exception {
        serveEcho(speak(bob));
        var replies = new Collector();
        try (var registration = alice.node().onMessage(MessageFilter.types(ODD), replies)) {
            get(registration.inForce());
            NodeId server = bob.node().nodeId();
            get(alice.node().send(server, message(nonsense)));
            get(alice.node().send(server, message("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\"}")));
            int expected = nonsense.contains("result") ? 1 : 2;
            String last = new String(
                    replies.await(expected).get(expected - 1).message().payload(), StandardCharsets.UTF_8);
            assertThat(last).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
            assertThat(replies.count()).isEqualTo(expected);
        }
    }

    private static CustomMessage message(String text) {
        return new CustomMessage(ODD, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theTypeIsTakenForOthersOfTheNode() throws Exception {
        speak(bob);
        var all = new Collector();
        try (var registration = bob.node().onMessage(MessageFilter.all(), all)) {
            get(registration.inForce());
            assertThatThrownBy(() -> bob.node().onMessage(MessageFilter.types(ODD), all))
                    .isInstanceOf(InvalidMessageException.class)
                    .hasMessageContaining("taken");
            NodeId server = bob.node().nodeId();
            get(alice.node().send(server, message("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\"}")));
            get(alice.node().send(server, new CustomMessage(ODD + 2, new byte[1])));
            assertThat(all.await(1).get(0).message().type()).isEqualTo(ODD + 2);
        }
    }

    @Test
    void lsps0ListsTheProtocolsThatAreServed() throws Exception {
        PeerRpc bobs = speak(bob, PeerRpcSettings.lsps0());
        serve(bobs, "lsps2.get_info", (peer, params) -> CompletableFuture.completedFuture(params));
        serve(bobs, "lsps1.get_info", (peer, params) -> CompletableFuture.completedFuture(params));
        PeerRpc alices = speak(alice, PeerRpcSettings.lsps0());
        assertThat(alices.settings().rules()).isEqualTo(PeerRpcRules.LSPS0);
        assertThat(call(alices, bob, "lsps0.list_protocols", "{}")).isEqualTo("{\"protocols\":[1,2]}");
        assertThat(call(alices, bob, "lsps1.get_info", "{\"a\":1}")).isEqualTo("{\"a\":1}");
    }
}
