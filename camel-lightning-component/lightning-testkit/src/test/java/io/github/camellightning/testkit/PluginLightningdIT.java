// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camellightning.interop.RealLightningd;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.HookSpec;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.MethodSpec;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.node.peer.PeerNode;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Commands, notifications and hooks on a real lightningd, which must live. */
@EnabledIfSystemProperty(
        named = "lightningd",
        matches = ".+",
        disabledReason = "no -Dlightningd=<path of the binary> was given")
class PluginLightningdIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final MethodSpec ORDERS = new MethodSpec("orders", "customer [limit]", "Lists a customer's orders");

    private final List<CoreLightningNode> created = new ArrayList<>();
    private final PeerNode bob = new PeerNode();
    private RealLightningd daemon;
    private CoreLightningNode alice;
    private CoreLightningNode cli;

    @BeforeEach
    void aDaemonIsThere() throws Exception {
        daemon = RealLightningd.start();
        alice = application();
        cli = application();
        cli.setPlugin(false);
        get(cli.start());
    }

    private CoreLightningNode application() {
        var node = new CoreLightningNode();
        node.setRpcFile(daemon.rpcFile().toString());
        created.add(node);
        return node;
    }

    @AfterEach
    void stop() throws Exception {
        for (CoreLightningNode node : created) {
            get(node.stop());
        }
        get(bob.stop());
        daemon.close();
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private JsonNode run(String method, String params) throws Exception {
        try (JsonResult result = get(cli.call(MethodCall.of(method, Json.read(params))))) {
            return result.json();
        }
    }

    private static Throwable failure(CompletionStage<?> stage) throws Exception {
        try {
            get(stage);
            throw new AssertionError("it succeeded");
        } catch (ExecutionException failure) {
            return failure.getCause();
        }
    }

    private static HookSpec hook(String name) {
        return new HookSpec(name, Duration.ofSeconds(10), false);
    }

    @Test
    void aCommandIsCalledAndAnswersWithResultOrError() throws Exception {
        alice.onMethod(
                ORDERS,
                params -> params.has("customer")
                        ? CompletableFuture.completedFuture(Json.emptyObject().set("you_said", params))
                        : CompletableFuture.failedFuture(new RemoteErrorException(1_001, "who?", "{\"a\":1}")));
        get(alice.start());

        assertThat(run("orders", "{\"customer\":\"Zoë\",\"limit\":0.10}").path("you_said"))
                .isEqualTo(Json.read("{\"customer\":\"Zoë\",\"limit\":0.10}"));
        assertThat(run("help", "{\"command\":\"orders\"}")
                        .path("help")
                        .path(0)
                        .path("command")
                        .asText())
                .isEqualTo("orders customer [limit]");
        assertThat(failure(cli.call(MethodCall.of("orders", Json.emptyObject()))))
                .isInstanceOfSatisfying(RemoteErrorException.class, told -> {
                    assertThat(told.code()).isEqualTo(1_001);
                    assertThat(told).hasMessage("who?");
                });
    }

    @Test
    void theRelayOfACommandThatCameLaterIsStoppedAndComesBackAlone() throws Exception {
        get(alice.start());
        List<String> first = relays();
        get(alice.onMethod(ORDERS, params -> CompletableFuture.completedFuture(Json.emptyObject()))
                .inForce());
        var late = new ArrayList<>(relays());
        late.removeAll(first);

        run("plugin", "{\"subcommand\":\"stop\",\"plugin\":\"" + late.get(0) + "\"}");

        await().atMost(PATIENCE).ignoreExceptions().until(() -> run("orders", "{\"customer\":1}")
                .isEmpty());
        assertThat(relays()).containsAll(first).doesNotContainAnyElementsOf(late);
        assertThat(alice.counts().reconnects()).isZero();
    }

    /** Each has a path of its own. */
    private List<String> relays() throws Exception {
        return run("plugin", "{\"subcommand\":\"list\"}").path("plugins").findValuesAsText("name").stream()
                .filter(name -> name.contains("camel-lightning"))
                .toList();
    }

    @Test
    void aNameThatTheDaemonHasIsRefusedAndTheDaemonLives() throws Exception {
        get(alice.start());

        Registration taken = alice.onMethod(
                new MethodSpec("getinfo", "", "Not to be"), params -> CompletableFuture.completedFuture(params));

        assertThat(failure(taken.inForce()))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("getinfo");
        get(alice.onMethod(ORDERS, params -> CompletableFuture.completedFuture(Json.emptyObject()))
                .inForce());
        run("orders", "{}");
        assertThat(daemon.isAlive()).isTrue();
    }

    @Test
    void whatIsAnnouncedAndSentAnotherPluginHears() throws Exception {
        alice.announce("order_placed");
        get(alice.start());
        CoreLightningNode other = application();
        var named = new CopyOnWriteArrayList<JsonNode>();
        var all = new CopyOnWriteArrayList<JsonNode>();
        other.onNotification("order_placed", named::add);
        get(other.start());
        get(other.onNotification("*", all::add).inForce());

        JsonNode order = Json.read("{\"id\":1,\"order_placed\":{\"by\":\"Zoë\"}}");
        get(alice.emit("order_placed", order));
        get(alice.emit("order_placed", Json.read("[1.50]")));

        await().atMost(PATIENCE).until(() -> named.size() == 2 && all.size() >= 2);
        assertThat(named).containsExactly(order, Json.read("[1.50]"));
        assertThat(all).contains(Json.emptyObject().set("order_placed", order));
    }

    @Test
    void whatTheDaemonTellsIsHeardUnwrapped() throws Exception {
        var connects = new CopyOnWriteArrayList<JsonNode>();
        var invoices = new CopyOnWriteArrayList<JsonNode>();
        alice.onNotification("connect", connects::add);
        alice.onNotification("invoice_creation", invoices::add);
        get(alice.start());
        bob.setListen("127.0.0.1:0");
        get(bob.start());

        get(alice.connect(
                new PeerAddress(bob.nodeId(), "127.0.0.1", bob.listenAddress().getPort())));
        run("invoice", "{\"amount_msat\":1000,\"label\":\"tea\",\"description\":\"tea\"}");

        await().atMost(PATIENCE).until(() -> !connects.isEmpty() && !invoices.isEmpty());
        assertThat(connects.get(0).path("id").asText()).isEqualTo(bob.nodeId().hex());
        assertThat(connects.get(0).path("direction").asText()).isEqualTo("out");
        assertThat(invoices.get(0).path("label").asText()).isEqualTo("tea");
    }

    @Test
    void aListenerDecidesWhoMayConnect() throws Exception {
        alice.onHook(
                hook("peer_connected"),
                call -> CompletableFuture.completedFuture(
                        Json.read("{\"result\":\"disconnect\",\"error_message\":\"not you\"}")));
        get(alice.start());
        bob.setListen("127.0.0.1:0");
        get(bob.start());

        failure(alice.connect(
                new PeerAddress(bob.nodeId(), "127.0.0.1", bob.listenAddress().getPort())));
        assertThat(daemon.isAlive()).isTrue();
    }

    @Test
    void commandsOfTheDaemonAreAnsweredByAListenerAndAWrongAnswerHurtsNobody() throws Exception {
        var answer = new CompletableFuture[] {
            CompletableFuture.completedFuture(Json.read("{\"return\":{\"result\":{\"alias\":\"nobody\"}}}"))
        };
        alice.onHook(hook("rpc_command"), call -> {
            @SuppressWarnings("unchecked")
            CompletableFuture<JsonNode> given = answer[0];
            return call.path("rpc_command").path("method").asText().equals("getinfo")
                    ? given
                    : CompletableFuture.completedFuture(Json.read("{\"result\":\"continue\"}"));
        });
        get(alice.start());

        assertThat(run("getinfo", "{}").path("alias").asText()).isEqualTo("nobody");

        answer[0] = CompletableFuture.completedFuture(Json.read("{\"return\":[1]}"));
        assertThat(run("getinfo", "{}").path("id").asText()).isNotEmpty();
        answer[0] = CompletableFuture.failedFuture(new IllegalStateException("broken"));
        assertThat(run("getinfo", "{}").path("id").asText()).isNotEmpty();
        assertThat(daemon.isAlive()).isTrue();
    }

    /** As {@code lightning-cli} writes them, and others do. */
    @Test
    void paramsThatAreNoJsonNeitherEndThePluginNorHoldUpTheDaemon() throws Exception {
        alice.onMethod(
                ORDERS,
                params -> CompletableFuture.completedFuture(Json.emptyObject().set("you_said", params)));
        alice.onHook(
                hook("rpc_command"), call -> CompletableFuture.completedFuture(Json.read("{\"result\":\"continue\"}")));
        get(alice.start());
        get(bob.start());

        assertThat(raw("orders", "[1.2.3, 1\"{, \"one\ntwo\"]").at("/result/you_said"))
                .isEqualTo(Json.read("[\"1.2.3\",\"1\\\"{\",\"one\\ntwo\"]"));
        assertThat(raw("connect", "[\"" + bob.nodeId().hex() + "\", 127.0.0.1, 1]")
                        .at("/error/message"))
                .asString()
                .contains("127.0.0.1:1");
        assertThat(raw("orders", "[".repeat(1_001) + "]".repeat(1_001)).at("/error/code"))
                .hasToString("-32602");
        assertThat(raw("getinfo", "{\"a\":" + "[".repeat(1_001) + "]".repeat(1_001) + "}")
                        .has("error"))
                .isTrue();
        assertThat(run("orders", "{}").has("you_said")).isTrue();
        assertThat(alice.state().isUp()).isTrue();
    }

    private JsonNode raw(String method, String params) throws Exception {
        try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(daemon.rpcFile()))) {
            String request =
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}\n\n";
            socket.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
            return new ObjectMapper().readTree(Channels.newInputStream(socket));
        }
    }

    @Test
    void everyHookIsTakenOnAtOnce() throws Exception {
        for (String name : List.of(
                "peer_connected",
                "htlc_accepted",
                "invoice_payment",
                "openchannel",
                "openchannel2",
                "openchannel2_changed",
                "openchannel2_sign",
                "rbf_channel",
                "rpc_command",
                "onion_message_recv",
                "onion_message_recv_secret",
                "commitment_revocation",
                "recover")) {
            alice.onHook(hook(name), call -> CompletableFuture.failedFuture(new IllegalStateException("broken")));
        }
        get(alice.start());
        bob.setListen("127.0.0.1:0");
        get(bob.start());

        get(alice.connect(
                new PeerAddress(bob.nodeId(), "127.0.0.1", bob.listenAddress().getPort())));

        assertThat(daemon.isAlive()).isTrue();
    }

    @Test
    void aDaemonThatShutsDownIsNotKeptWaiting() throws Exception {
        alice.onMethod(ORDERS, params -> CompletableFuture.completedFuture(params));
        get(alice.start());

        long before = System.nanoTime();
        cli.call(MethodCall.of("stop", Json.emptyObject()));
        await().atMost(PATIENCE).until(() -> !daemon.isAlive());
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(15));

        daemon.startAgain();
        await().atMost(PATIENCE).until(() -> alice.state().isUp() && cli.state().isUp());
        run("orders", "{}");
    }

    @Test
    void whatLightningdRefusesOfALateListenerEndsNothingElse() throws Exception {
        alice.onMethod(ORDERS, params -> CompletableFuture.completedFuture(Json.emptyObject()));
        get(alice.start());
        ProcessHandle relay = daemon.relays().get(0);

        Registration refused = alice.onHook(
                new HookSpec("no_such_hook", Duration.ofSeconds(1), true),
                payload -> CompletableFuture.completedFuture(Json.emptyObject()));

        assertThat(failure(refused.inForce())).hasMessageContaining("no_such_hook");
        assertThat(alice.state().isUp()).isTrue();
        run("orders", "{}");
        assertThat(relay.isAlive()).isTrue();
        assertThat(daemon.relays()).hasSize(1);
    }

    @Test
    void aTopicThatOneListenerNamesAndAnotherHasAmongAllComesToEachOnce() throws Exception {
        List<JsonNode> all = new CopyOnWriteArrayList<>();
        List<JsonNode> named = new CopyOnWriteArrayList<>();
        alice.onNotification("*", all::add);
        alice.onNotification("invoice_creation", named::add);
        get(alice.start());

        for (String label : List.of("tea", "coffee")) {
            run("invoice", "{\"amount_msat\":1000,\"label\":\"" + label + "\",\"description\":\"x\"}");
        }

        await().atMost(PATIENCE)
                .until(() -> all.stream()
                                .filter(told -> told.has("invoice_creation"))
                                .count()
                        >= 2);
        assertThat(named).hasSize(2);
        assertThat(all).filteredOn(told -> told.has("invoice_creation")).hasSize(2);
    }

    @Test
    void aDaemonThatShutsDownDoesNotWaitForWhoHasEndedAlready() throws Exception {
        get(alice.start());
        CoreLightningNode other = application();
        var held = Collector.holding();
        other.onMessage(MessageFilter.all(), held);
        get(other.start());
        get(bob.start());
        get(bob.connect(new PeerAddress(other.nodeId(), "127.0.0.1", daemon.port())));
        get(bob.send(other.nodeId(), new CustomMessage(40_001, new byte[] {1})));
        held.await(1);

        cli.call(MethodCall.of("stop", Json.emptyObject()));
        await().atMost(PATIENCE).until(() -> !alice.state().isUp());
        await().atMost(PATIENCE)
                .until(() -> alice.state().isUp() || alice.state().reason().contains("Nobody listens"));
        assertThat(alice.state().isUp()).isFalse();
        held.release();

        // it waits half a minute for a plugin that came meanwhile
        await().atMost(Duration.ofSeconds(20)).until(() -> !daemon.isAlive());
        daemon.startAgain();
        await().atMost(PATIENCE).until(() -> alice.state().isUp() && cli.state().isUp());
    }

    @Test
    void numbersThatLightningdDoesNotSurviveAreRefused() throws Exception {
        for (String range : List.of("{\"start\":5,\"end\":3}", "{\"start\":-1,\"end\":3}", "[\"010\",7]")) {
            for (String method : List.of("blacklistrune", "destroyrune")) {
                assertThat(failure(cli.call(MethodCall.of(method, Json.read(range)))))
                        .isInstanceOf(InvalidMessageException.class);
            }
        }
        run("destroyrune", "{\"start\":3,\"end\":5}");
    }
}
