// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.testkit.lightningd.LightningdExtension;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Commando through lightningd: alice's client runs methods on bob, both simulated. */
@Timeout(120)
class CoreLightningCommandoTest {

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    private SimulatedLightningd alice;
    private SimulatedLightningd bob;
    private CoreLightningNode node;
    private String rune;

    @BeforeEach
    void aliceHoldsARuneOfBob() throws Exception {
        alice = lightning.start("alice");
        bob = lightning.start("bob");
        alice.connectTo(bob);
        CoreLightningNode bobs = started(bob, options -> options.setPlugin(false));
        try (JsonResult created = get(bobs.call(call("createrune", "{}")))) {
            rune = created.json().path("rune").asText();
        }
        get(bobs.stop());
        node = started(alice, options -> {});
    }

    @AfterEach
    void stop() throws Exception {
        get(node.stop());
    }

    private static CoreLightningNode started(SimulatedLightningd daemon, Consumer<CoreLightningNode> options)
            throws Exception {
        var node = new CoreLightningNode();
        node.setRpcFile(daemon.rpcFile().toString());
        options.accept(node);
        get(node.start());
        return node;
    }

    private static MethodCall call(String method, String params) {
        return MethodCall.of(method, Json.read(params));
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static <T extends Throwable> T failure(Class<T> type, CompletionStage<?> stage) {
        return catchThrowableOfType(type, () -> {
            try {
                get(stage);
            } catch (ExecutionException failed) {
                throw failed.getCause();
            }
        });
    }

    private CompletionStage<JsonResult> commando(MethodCall call) {
        return node.commando(bob.nodeId(), call, rune);
    }

    @Test
    void aMethodRunsOnThePeerWithAFilter() throws Exception {
        var getinfo = new MethodCall(
                "getinfo",
                Json.emptyObject(),
                Json.read("{\"alias\":true}"),
                null,
                MethodCall.DEFAULT_MAX_RESPONSE_SIZE);
        try (JsonResult result = get(commando(getinfo))) {
            assertThat(result.text()).isEqualTo("{\"alias\":\"bob\"}");
        }
    }

    @Test
    void errorsComeThroughInThePeersCodesAndWords() {
        RemoteErrorException unknown = failure(RemoteErrorException.class, commando(call("nosuch", "{}")));
        assertThat(unknown.code()).isEqualTo(-32601);
        RemoteErrorException noRune =
                failure(RemoteErrorException.class, node.commando(bob.nodeId(), call("getinfo", "{}"), null));
        assertThat(noRune.code()).isEqualTo(19_536);
        assertThat(noRune).hasMessage("Missing rune");
        RemoteErrorException badRune =
                failure(RemoteErrorException.class, node.commando(bob.nodeId(), call("getinfo", "{}"), "notarune"));
        assertThat(badRune).hasMessage("Invalid rune");
    }

    @Test
    void requestsAndRepliesOfManyPartsComeThrough() throws Exception {
        String text = "0123456789".repeat(30_000);
        bob.answer("echo", "", params -> params);
        try (JsonResult result = get(commando(call("echo", "{\"text\":\"" + text + "\"}")))) {
            assertThat(result.json().path("text").asText()).isEqualTo(text);
        }
    }

    @Test
    void manyCallsAtOnceEachGetTheirOwnReply() throws Exception {
        bob.answer("echo", "", params -> params);
        var calls = new ArrayList<CompletionStage<JsonResult>>();
        for (int i = 0; i < 20; i++) {
            String padding = "x".repeat(i % 3 == 0 ? 100_000 : 10);
            calls.add(commando(call("echo", "{\"n\":" + i + ",\"p\":\"" + padding + "\"}")));
        }
        for (int i = 0; i < 20; i++) {
            try (JsonResult result = get(calls.get(i))) {
                assertThat(result.json().path("n").asInt()).isEqualTo(i);
            }
        }
    }

    @Test
    void anArrayThatWouldEndADaemonsOwnCommandoIsAResult() throws Exception {
        bob.answer("array", "", params -> Json.read("[1,2]"));
        try (JsonResult result = get(commando(call("array", "{}")))) {
            assertThat(result.text()).isEqualTo("[1,2]");
        }
    }

    @Test
    void aReplyPassesByMessagesThatAreHeld() throws Exception {
        var held = new CompletableFuture<Void>();
        var arrived = new CompletableFuture<Void>();
        Registration listening = node.onMessage(MessageFilter.types(40_001), message -> {
            arrived.complete(null);
            return held;
        });
        get(listening.inForce());
        // the peer's next message is read once lightningd writes to it, which a request does
        bob.send(alice, 40_001, new byte[1]);
        get(arrived);
        CompletionStage<JsonResult> call = commando(call("getinfo", "{}"));
        try {
            get(call).close();
        } finally {
            held.complete(null);
        }
    }

    @Test
    void aPeerThatGoesAwayEndsTheCall() {
        bob.hang();
        try {
            CompletionStage<JsonResult> call = commando(call("getinfo", "{}"));
            await().until(() -> alice.queuedFor(bob) > 0);
            alice.disconnectFrom(bob);
            assertThat(failure(OutcomeUnknownException.class, call)).hasMessageContaining("disconnected");
            assertThat(failure(NotConnectedException.class, commando(call("getinfo", "{}"))))
                    .isNotNull();
        } finally {
            bob.resume();
        }
    }

    @Test
    void aDaemonThatGoesAwayEndsTheCall() {
        bob.hang();
        try {
            CompletionStage<JsonResult> call = commando(call("getinfo", "{}"));
            await().until(() -> alice.queuedFor(bob) > 0);
            alice.crash();
            assertThat(failure(OutcomeUnknownException.class, call)).isNotNull();
        } finally {
            bob.resume();
        }
    }

    @Test
    void theNodeItselfAndStrangersAreRefused() {
        assertThat(failure(InvalidMessageException.class, node.commando(alice.nodeId(), call("getinfo", "{}"), rune)))
                .hasMessageContaining("this node itself");
        var stranger = new NodeId("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
        assertThat(failure(NotConnectedException.class, node.commando(stranger, call("getinfo", "{}"), rune)))
                .hasMessageContaining("not connected");
    }

    @Test
    void withoutAPluginItIsRefusedUnlessTheRiskIsTaken() throws Exception {
        CoreLightningNode bare = started(alice, options -> options.setPlugin(false));
        try {
            assertThat(failure(InvalidMessageException.class, bare.commando(bob.nodeId(), call("getinfo", "{}"), rune)))
                    .hasMessageContaining("plugin=true")
                    .hasMessageContaining("commandoFallback=true");

            bare.setCommandoFallback(true);
            var getinfo = new MethodCall("getinfo", Json.emptyObject(), Json.read("{\"alias\":true}"), null, 100);
            try (JsonResult result = get(bare.commando(bob.nodeId(), getinfo, rune))) {
                assertThat(result.text()).isEqualTo("{\"alias\":\"bob\"}");
            }
            var limited = new MethodCall("getinfo", Json.emptyObject(), null, null, 100);
            assertThat(failure(LightningException.class, bare.commando(bob.nodeId(), limited, rune)))
                    .hasMessageContaining("maxResponseSize=100");
            RemoteErrorException refused =
                    failure(RemoteErrorException.class, bare.commando(bob.nodeId(), call("nosuch", "{}"), rune));
            assertThat(refused.code()).isEqualTo(-32601);
        } finally {
            get(bare.stop());
        }
    }

    @Test
    void repliesOfCallsThatOthersMadeAreTheirs() throws Exception {
        node.setCommandoFallback(true);
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        params.put("peer_id", bob.nodeId().hex()).put("method", "getinfo").put("rune", rune);
        var own = List.of(node.call(MethodCall.of("commando", params)), commando(call("getinfo", "{}")));
        for (CompletionStage<JsonResult> each : own) {
            try (JsonResult result = get(each)) {
                assertThat(result.json().path("alias").asText()).isEqualTo("bob");
            }
        }
    }
}
