// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.HookSpec;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MethodSpec;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How an application takes its leave: nothing new, then what is under way, then the plugin. */
class PluginStopTest extends PluginTestSupport {

    private static final HookSpec PAYMENT = new HookSpec("invoice_payment", Duration.ofMinutes(1), false);
    private static final JsonNode REJECT = Json.read("{\"result\":\"reject\"}");
    private static final JsonNode CONTINUE = Json.read("{\"result\":\"continue\"}");

    private final CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    private final CompletableFuture<Void> asked = new CompletableFuture<>();

    private CompletableFuture<JsonNode> heldHook() throws Exception {
        alice.onHook(PAYMENT, payload -> {
            asked.complete(null);
            return answer;
        });
        get(alice.start());
        CompletableFuture<JsonNode> called = daemon.callHook("invoice_payment", Json.emptyObject());
        get(asked);
        return called;
    }

    private JsonNode outcome(CompletableFuture<JsonNode> called) throws Exception {
        return called.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void aStopWaitsForWhatIsUnderWayAndTheDaemonGetsThatAnswer() throws Exception {
        CompletableFuture<JsonNode> called = heldHook();

        CompletionStage<Void> stopped = alice.stop();
        // what comes now is answered at once, and tells that the stop has begun
        await().atMost(PATIENCE).until(() -> daemon.callHook("invoice_payment", Json.emptyObject())
                .get(1, TimeUnit.SECONDS)
                .equals(CONTINUE));
        assertThat(stopped.toCompletableFuture()).isNotDone();
        assertThat(called).isNotDone();

        answer.complete(REJECT);
        get(stopped);
        assertThat(outcome(called)).isEqualTo(REJECT);
    }

    @Test
    void whatIsNotAnsweredInTimeIsAnsweredInItsPlace() throws Exception {
        CompletableFuture<JsonNode> called = heldHook();

        get(alice.stop());

        assertThat(outcome(called)).isEqualTo(CONTINUE);
    }

    @Test
    void aCommandIsAnsweredBeforeTheStopAndNotServedAfterItBegan() throws Exception {
        alice.onMethod(new MethodSpec("orders", "", "Lists orders"), params -> {
            asked.complete(null);
            return answer;
        });
        get(alice.start());
        CompletionStage<JsonResult> call = running("orders", "{}");
        get(asked);

        CompletionStage<Void> stopped = alice.stop();
        RemoteErrorException refused = failure(RemoteErrorException.class, running("orders", "{}"));
        assertThat(refused).hasMessageContaining("stopped");

        answer.complete(Json.emptyObject());
        get(call).close();
        get(stopped);
        assertThat(plugins()).isZero();
    }

    @Test
    void aMessageThatIsHeldIsReleasedBeforeThePluginGoes() throws Exception {
        Collector atAlice = Collector.holding();
        alice.onMessage(MessageFilter.all(), atAlice);
        alice.onHook(PAYMENT, payload -> CompletableFuture.completedFuture(REJECT));
        get(alice.start());
        SimulatedLightningd bob = lightning.start("bob");
        bob.connectTo(daemon);
        bob.send(daemon, 40_001, new byte[] {1});
        atAlice.await(1);

        CompletionStage<Void> stopped = alice.stop();
        bob.send(daemon, 40_001, new byte[] {2});
        // whose listener is asked no more, the stop has begun
        await().atMost(PATIENCE).until(() -> outcome(daemon.callHook("invoice_payment", Json.emptyObject()))
                .equals(CONTINUE));
        assertThat(stopped.toCompletableFuture()).isNotDone();
        atAlice.release();

        get(stopped);
        assertThat(atAlice.count()).isEqualTo(1);
    }

    @Test
    void aDaemonThatShutsDownIsNotKeptWaitingByWhoHasNothingToDo() throws Exception {
        alice.onHook(PAYMENT, payload -> CompletableFuture.completedFuture(CONTINUE));
        get(alice.start());
        get(alice.onMethod(new MethodSpec("orders", "", "Lists orders"), params -> answer)
                .inForce());

        long before = System.nanoTime();
        daemon.stop();

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        await().atMost(PATIENCE).until(() -> !alice.state().isUp());
    }

    @Test
    void aPluginThatIsStoppedByHandComesBack() throws Exception {
        alice.onMethod(
                new MethodSpec("orders", "", "Lists orders"),
                params -> CompletableFuture.completedFuture(Json.emptyObject()));
        get(alice.start());
        String path = run("plugin", "{\"subcommand\":\"list\"}")
                .path("plugins")
                .path(0)
                .path("name")
                .asText();

        run(
                "plugin",
                Json.emptyObject().put("subcommand", "stop").put("plugin", path).toString());

        await().atMost(PATIENCE).until(() -> alice.state().isUp() && plugins() == 1);
        run("orders", "{}");
    }
}
