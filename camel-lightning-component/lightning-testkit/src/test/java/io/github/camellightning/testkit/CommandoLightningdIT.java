// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.interop.RealLightningd;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.node.peer.PeerNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Commando with real nodes, where {@code -Dlightningd=<path of the binary>} says which; else skipped. Bob serves it; a native peer and alice, another
 * lightningd, call. Each lightningd that dies fails the tests.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIfSystemProperty(
        named = "lightningd",
        matches = ".+",
        disabledReason = "no -Dlightningd=<path of the binary> was given")
class CommandoLightningdIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final CoreLightningNode bob = new CoreLightningNode();
    private final CoreLightningNode alice = new CoreLightningNode();
    private final PeerNode peer = new PeerNode();
    private RealLightningd bobsDaemon;
    private RealLightningd alicesDaemon;
    private String rune;

    @BeforeAll
    void startThemAll() throws Exception {
        bobsDaemon = RealLightningd.start();
        alicesDaemon = RealLightningd.start();
        // lightningd's own commando command, to be called beside ours
        alice.setCommandoFallback(true);
        bob.setRpcFile(bobsDaemon.rpcFile().toString());
        alice.setRpcFile(alicesDaemon.rpcFile().toString());
        for (LightningNode node : new LightningNode[] {bob, alice, peer}) {
            get(node.start());
        }
        rune = rune("[]");
    }

    @AfterAll
    void stopThemAll() throws Exception {
        for (LightningNode node : new LightningNode[] {peer, alice, bob}) {
            get(node.stop());
        }
        alicesDaemon.close();
        bobsDaemon.close();
    }

    @BeforeEach
    void connected() throws Exception {
        var address = new PeerAddress(bob.nodeId(), "127.0.0.1", bobsDaemon.port());
        get(peer.connect(address));
        get(alice.connect(address));
    }

    private Stream<LightningNode> callers() {
        return Stream.of(peer, alice);
    }

    private String rune(String restrictions) throws Exception {
        return json(bob.call(call("createrune", "{\"restrictions\":" + restrictions + "}")))
                .path("rune")
                .asText();
    }

    private static MethodCall call(String method, String params) {
        return MethodCall.of(method, Json.read(params));
    }

    private CompletionStage<JsonResult> commando(LightningNode caller, MethodCall call) {
        return caller.commando(bob.nodeId(), call, rune);
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static JsonNode json(CompletionStage<JsonResult> call) throws Exception {
        try (JsonResult result = get(call)) {
            return result.json();
        }
    }

    private static <T extends LightningException> T failure(Class<T> type, CompletionStage<?> stage) {
        return catchThrowableOfType(type, () -> {
            try {
                get(stage);
            } catch (ExecutionException failed) {
                throw failed.getCause();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("callers")
    void getinfoWithAFilter(LightningNode caller) throws Exception {
        var call = new MethodCall(
                "getinfo", Json.emptyObject(), Json.read("{\"id\":true}"), null, MethodCall.DEFAULT_MAX_RESPONSE_SIZE);
        assertThat(json(commando(caller, call)))
                .isEqualTo(Json.read("{\"id\":\"" + bob.nodeId().hex() + "\"}"));
    }

    @ParameterizedTest
    @MethodSource("callers")
    void requestsAndRepliesOfManyParts(LightningNode caller) throws Exception {
        String text = "0123456789".repeat(90_000);
        String key = caller == peer ? "peer" : "alice";
        json(commando(
                caller,
                call(
                        "datastore",
                        "{\"key\":[\"" + key + "\"],\"mode\":\"create-or-replace\",\"string\":\"" + text + "\"}")));

        try (JsonResult result = get(commando(caller, call("listdatastore", "{\"key\":[\"" + key + "\"]}")))) {
            assertThat(result.size()).isGreaterThan(3 * 900_000);
            assertThat(result.json().at("/datastore/0/string").asText()).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @MethodSource("callers")
    void errorsInTheNodesCodesAndWords(LightningNode caller) throws Exception {
        assertThat(failure(RemoteErrorException.class, commando(caller, call("nosuch", "{}")))
                        .code())
                .isEqualTo(-32_601);
        assertThat(failure(RemoteErrorException.class, commando(caller, call("getinfo", "{\"foo\":1}")))
                        .code())
                .isEqualTo(-32_602);
        NodeId id = bob.nodeId();
        assertThat(failure(RemoteErrorException.class, caller.commando(id, call("getinfo", "{}"), null))
                        .code())
                .isEqualTo(19_536);
        assertThat(failure(RemoteErrorException.class, caller.commando(id, call("getinfo", "{}"), "notarune"))
                        .code())
                .isEqualTo(19_536);
        String restricted = rune("[[\"method=getinfo\"]]");
        RemoteErrorException refused =
                failure(RemoteErrorException.class, caller.commando(id, call("listpeers", "{}"), restricted));
        assertThat(refused.code()).isEqualTo(19_537);
        assertThat(refused.getMessage()).contains("method").doesNotContain(restricted);
        String tampered = (rune.startsWith("A") ? "B" : "A") + rune.substring(1);
        RemoteErrorException underived =
                failure(RemoteErrorException.class, caller.commando(id, call("getinfo", "{}"), tampered));
        assertThat(underived.code()).isEqualTo(19_537);
    }

    @ParameterizedTest
    @MethodSource("callers")
    void twentyCallsAtOnce(LightningNode caller) throws Exception {
        var calls = new ArrayList<CompletionStage<JsonResult>>();
        for (int i = 0; i < 20; i++) {
            // every fifth request of several parts
            String text = "x".repeat(i % 5 == 0 ? 150_000 : 10);
            calls.add(commando(
                    caller,
                    call(
                            "datastore",
                            "{\"key\":[\"many\",\"" + i + "\"],\"mode\":\"create-or-replace\",\"string\":\"" + text
                                    + "\"}")));
        }
        for (int i = 0; i < 20; i++) {
            assertThat(json(calls.get(i)).at("/key/1").asText()).isEqualTo(Integer.toString(i));
        }
    }

    @ParameterizedTest
    @MethodSource("callers")
    void aPeerThatIsDisconnectedInTheMiddle(LightningNode caller) throws Exception {
        String ofThisCall = rune("[]");
        CompletionStage<JsonResult> waits = caller.commando(bob.nodeId(), call("waitanyinvoice", "{}"), ofThisCall);
        await().atMost(PATIENCE).until(() -> wasUsed(ofThisCall));
        // bob works on one of a peer at a time: this one is behind it, on its way
        CompletionStage<JsonResult> behind = commando(caller, call("getinfo", "{}"));
        get(caller.disconnect(bob.nodeId()));

        assertThat(failure(OutcomeUnknownException.class, waits)).hasMessageContaining("disconnected");
        assertThat(failure(OutcomeUnknownException.class, behind)).isNotNull();
        await().atMost(PATIENCE)
                .until(() -> failure(LightningException.class, commando(caller, call("getinfo", "{}")))
                        instanceof NotConnectedException);
    }

    private boolean wasUsed(String used) throws Exception {
        return json(bob.call(MethodCall.of("showrunes", Json.emptyObject().put("rune", used))))
                .at("/runes/0")
                .has("last_used");
    }

    @Test
    void aReplyPassesByAMessageThatIsHeld() throws Exception {
        var held = new CompletableFuture<Void>();
        var arrived = new CompletableFuture<Void>();
        try (var registered = alice.onMessage(MessageFilter.types(40_001), message -> {
            arrived.complete(null);
            return held;
        })) {
            get(registered.inForce());
            json(bob.call(
                    call("sendcustommsg", "{\"node_id\":\"" + alice.nodeId().hex() + "\",\"msg\":\"9c4101\"}")));
            get(arrived);
            json(commando(alice, call("getinfo", "{}")));
            assertThat(held).isNotDone();
        } finally {
            held.complete(null);
        }
    }

    @Test
    void theDaemonsOwnCommandoAndOursGetTheirOwnReplies() throws Exception {
        var own = call(
                "commando",
                "{\"peer_id\":\"" + bob.nodeId().hex() + "\",\"method\":\"getinfo\",\"rune\":\"" + rune + "\"}");
        CompletionStage<JsonResult> theirs = alice.call(own);
        CompletionStage<JsonResult> ours = commando(alice, call("getinfo", "{}"));
        assertThat(json(theirs).path("id")).isEqualTo(json(ours).path("id"));
    }
}
