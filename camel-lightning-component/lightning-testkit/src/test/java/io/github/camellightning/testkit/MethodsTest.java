// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.MethodListener;
import io.github.camellightning.node.MethodSpec;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application that is commands of its daemon. */
class MethodsTest extends PluginTestSupport {

    @TempDir
    Path temp;

    /** It may be important to lightningd, which would end with it. */
    @Test
    void anApplicationThatLightningdStartsAndWhoseCommandItHasAlreadySaysSoAndRunsOn() throws Exception {
        daemon.answer("orders", "", params -> Json.emptyObject());

        daemon.startPlugin(StdioApplication.script(temp));

        await().atMost(PATIENCE).until(() -> Files.readString(temp.resolve("stderr"))
                .contains("lightningd refuses what routes ask of it, and is asked again."));
        assertThat(Files.readString(temp.resolve("stderr")))
                .contains(
                        "The method orders cannot be had: lightningd, or a plugin of it, has a command of that name already");
        assertThat(daemon.pluginPids()).containsKey("application");
    }

    @Test
    void aCommandThatAnotherHasWhenLightningdComesBackKeepsNothingElseDown() throws Exception {
        var received = new Collector();
        alice.onMessage(MessageFilter.all(), received);
        alice.onMethod(
                new MethodSpec("orders", "", "x"), params -> CompletableFuture.completedFuture(Json.emptyObject()));
        alice.onMethod(
                new MethodSpec("shipments", "", "x"), params -> CompletableFuture.completedFuture(Json.emptyObject()));
        get(alice.start());
        daemon.stop();
        daemon.start();
        daemon.answer("orders", "", params -> Json.emptyObject().put("of", "another"));

        await().atMost(PATIENCE).until(() -> alice.state().isUp());
        SimulatedLightningd bob = lightning.start("bob");
        bob.connectTo(daemon);
        bob.send(daemon, 40_001, new byte[] {1});
        received.await(1);
        assertThat(run("orders", "{}").path("of").asText()).isEqualTo("another");
        await().atMost(PATIENCE).until(() -> alice.refusal() != null);
        assertThat(run("shipments", "{}")).isEmpty();
        assertThat(alice.refusal()).startsWith("The method orders cannot be had");
    }

    private static final MethodSpec ORDERS = new MethodSpec("orders", "customer [limit]", "Lists a customer's orders");
    private static final MethodListener ECHO = params -> CompletableFuture.completedFuture(wrapped(params));

    private static JsonNode wrapped(JsonNode params) {
        return Json.emptyObject().set("you_said", params);
    }

    @Test
    void aCommandGetsItsParamsAndItsResultIsAnswered() throws Exception {
        alice.onMethod(ORDERS, ECHO);
        get(alice.start());

        assertThat(run("orders", "{\"customer\":\"Zoë\",\"limit\":0.10}"))
                .isEqualTo(Json.read("{\"you_said\":{\"customer\":\"Zoë\",\"limit\":0.10}}"));
        assertThat(run("orders", "[1,18446744073709551616]")
                        .path("you_said")
                        .path(1)
                        .asText())
                .isEqualTo("18446744073709551616");
    }

    @Test
    void helpShowsItsUsage() throws Exception {
        alice.onMethod(ORDERS, ECHO);
        get(alice.start());

        assertThat(run("help", "{\"command\":\"orders\"}")
                        .path("help")
                        .path(0)
                        .path("command")
                        .asText())
                .isEqualTo("orders customer [limit]");
    }

    @Test
    void aFailureMadeToBeToldIsAnsweredInItsCodeAndWords() throws Exception {
        alice.onMethod(
                ORDERS,
                params -> CompletableFuture.failedFuture(
                        new RemoteErrorException(1_001, "no such customer", "{\"known\":[\"Bob\"]}")));
        get(alice.start());

        RemoteErrorException told = failure(RemoteErrorException.class, running("orders", "{}"));

        assertThat(told.code()).isEqualTo(1_001);
        assertThat(told).hasMessage("no such customer");
        assertThat(Json.read(String.valueOf(told.data()))).isEqualTo(Json.read("{\"known\":[\"Bob\"]}"));
    }

    @Test
    void anyOtherFailureIsAnsweredWithoutItsWords() throws Exception {
        alice.onMethod(ORDERS, params -> CompletableFuture.failedFuture(new IllegalStateException("password=1234")));
        alice.onMethod(new MethodSpec("thrown", "", "Throws"), params -> {
            throw new IllegalStateException("password=1234");
        });
        get(alice.start());

        for (String method : List.of("orders", "thrown")) {
            RemoteErrorException told = failure(RemoteErrorException.class, running(method, "{}"));
            assertThat(told.code()).isEqualTo(-32603);
            assertThat(told.getMessage()).doesNotContain("1234");
        }
    }

    @Test
    void aResultThatIsNoObjectIsNotPassedOn() throws Exception {
        alice.onMethod(ORDERS, params -> CompletableFuture.completedFuture(Json.read("[1,2]")));
        get(alice.start());

        assertThat(failure(RemoteErrorException.class, running("orders", "{}")).code())
                .isEqualTo(-32603);
    }

    @Test
    void callsRunAtTheSameTimeAndAreAnsweredInAnyOrder() throws Exception {
        var gate = new CompletableFuture<JsonNode>();
        alice.onMethod(ORDERS, params -> params.has("slow") ? gate : ECHO.call(params));
        get(alice.start());

        CompletionStage<JsonResult> slow = running("orders", "{\"slow\":true}");
        run("orders", "{}");
        assertThat(slow.toCompletableFuture()).isNotDone();

        gate.complete(Json.emptyObject());
        get(slow).close();
    }

    @Test
    void moreCallsThanMayBeUnderWayAreRefused() throws Exception {
        var waiting = new CopyOnWriteArrayList<CompletableFuture<JsonNode>>();
        alice.onMethod(ORDERS, params -> {
            var answer = new CompletableFuture<JsonNode>();
            waiting.add(answer);
            return answer;
        });
        get(alice.start());
        var calls = new ArrayList<CompletionStage<JsonResult>>();
        // one client has no more than 256 under way
        for (CoreLightningNode client : List.of(client(), client(), client(), client())) {
            IntStream.range(0, 256).forEach(i -> calls.add(client.call(MethodCall.of("orders", Json.emptyObject()))));
        }
        await().atMost(PATIENCE).until(() -> waiting.size() == 1_024);

        assertThat(failure(RemoteErrorException.class, running("orders", "{}"))).hasMessageContaining("1024");

        waiting.forEach(answer -> answer.complete(Json.emptyObject()));
        for (CompletionStage<JsonResult> call : calls) {
            get(call).close();
        }
    }

    @Test
    void aCommandThatComesLaterTakesOneMorePlugin() throws Exception {
        alice.onMethod(ORDERS, ECHO);
        get(alice.start());

        Registration later = alice.onMethod(new MethodSpec("invoices", "", "Lists invoices"), ECHO);
        get(later.inForce());

        run("invoices", "{}");
        run("orders", "{}");
        assertThat(plugins()).isEqualTo(2);
    }

    @Test
    void aCommandWhoseListenerIsGoneSaysSoAndComesBackWithoutAnotherPlugin() throws Exception {
        Registration first = alice.onMethod(ORDERS, ECHO);
        get(alice.start());

        first.close();
        RemoteErrorException gone = failure(RemoteErrorException.class, running("orders", "{}"));
        assertThat(gone.code()).isEqualTo(-32601);
        assertThat(gone).hasMessageContaining("orders");

        get(alice.onMethod(ORDERS, ECHO).inForce());
        run("orders", "{}");
        assertThat(plugins()).isEqualTo(1);
    }

    @Test
    void aNameThatTheDaemonHasIsRefusedAndTheDaemonLives() throws Exception {
        alice.onMethod(new MethodSpec("getinfo", "", "Not to be"), ECHO);

        assertThatThrownBy(() -> get(alice.start()))
                .hasCauseInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("getinfo");
        assertThat(lightning.takeCrashes()).isEmpty();
        assertThat(plugins()).isZero();
    }

    @Test
    void aNameThatIsTakenIsRefusedLaterTooAndHurtsNothingElse() throws Exception {
        alice.onMethod(ORDERS, ECHO);
        get(alice.start());

        Registration taken = alice.onMethod(new MethodSpec("stop", "", "Not to be"), ECHO);

        assertThat(failure(InvalidMessageException.class, taken.inForce())).hasMessageContaining("stop");
        get(alice.onMethod(new MethodSpec("invoices", "", "Lists invoices"), ECHO)
                .inForce());
        run("invoices", "{}");
        run("orders", "{}");
    }

    @Test
    void oneCommandHasOneListener() {
        alice.onMethod(ORDERS, ECHO);

        assertThatThrownBy(() -> alice.onMethod(ORDERS, ECHO))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("orders");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\b", "\"a\"", "a\nb", "hello \ud83d\ude00", "half \ud83d"})
    void aUsageOrADescriptionThatTheDaemonCouldNotReadIsRefused(String text) {
        assertThatThrownBy(() -> alice.onMethod(new MethodSpec("orders", text, "x"), ECHO))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("usage");
        assertThatThrownBy(() -> alice.onMethod(new MethodSpec("orders", "", text), ECHO))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("description");
    }

    @Test
    void otherCharactersArriveAsTheyAre() throws Exception {
        alice.onMethod(new MethodSpec("orders", "[Müller|\u9280\u884c]", "x"), ECHO);
        get(alice.start());

        assertThat(run("help", "{\"command\":\"orders\"}").at("/help/0/command").asText())
                .isEqualTo("orders [Müller|\u9280\u884c]");
        assertThat(run("orders", "[\"\ud83d\ude00\"]").at("/you_said/0").asText())
                .isEqualTo("\ud83d\ude00");
    }

    @Test
    void commandsAreThereAgainAfterTheDaemonWasStartedAgain() throws Exception {
        alice.onMethod(ORDERS, ECHO);
        get(alice.start());
        get(alice.onMethod(new MethodSpec("invoices", "", "Lists invoices"), ECHO)
                .inForce());

        daemon.crash();
        await().atMost(PATIENCE).until(() -> !alice.state().isUp());
        daemon.start();
        await().atMost(PATIENCE).until(() -> alice.state().isUp());

        run("orders", "{}");
        run("invoices", "{}");
        assertThat(plugins()).isEqualTo(1);
    }
}
