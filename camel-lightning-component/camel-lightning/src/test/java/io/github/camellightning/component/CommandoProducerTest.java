// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code to("lightning:commando/<method>")}: a method of a peer's. */
class CommandoProducerTest extends DaemonTestSupport {

    private SimulatedLightningd bob;
    private String rune;

    @BeforeEach
    void aPeerAllowsIt() throws Exception {
        bob = lightning.start("bob");
        alice.connectTo(bob);
        var owner = node(bob);
        owner.start().toCompletableFuture().get(30, TimeUnit.SECONDS);
        JsonNode made = owner.call(MethodCall.of("createrune", Json.emptyObject()))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS)
                .json();
        rune = made.path("rune").asText();
        owner.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private void startCalling(String methodAndOptions) throws Exception {
        context.getComponent("lightning", LightningComponent.class).setRune(rune);
        start(in -> in.from("direct:call")
                .to("lightning:commando/" + methodAndOptions + (methodAndOptions.contains("?") ? "&" : "?") + "peerId="
                        + bob.nodeId()));
    }

    private Object call(Object body) {
        return template.requestBody("direct:call", body);
    }

    @Test
    void thePeersResultReplacesTheBody() throws Exception {
        startCalling("getinfo");

        assertThat(Json.read((String) call(null)).path("alias").asText()).isEqualTo("bob");
    }

    @Test
    void paramsAndFilterGoWithIt() throws Exception {
        bob.answer("order", "id", params -> Json.emptyObject()
                .put("id", params.path("id").asInt())
                .put("state", "shipped"));
        startCalling("order?filter=RAW({\"state\":true})&outputType=Map");

        assertThat(call(Map.of("id", 7))).isEqualTo(Map.of("state", "shipped"));
    }

    @Test
    void theRuneOfAHeaderWins() throws Exception {
        startCalling("getinfo");

        Exchange refused = template.request(
                "direct:call", exchange -> exchange.getIn().setHeader(LightningConstants.RUNE, "none"));

        assertThat(refused.getException(RemoteErrorException.class).code()).isEqualTo(19_536);
        assertThat(refused.getMessage().getHeaders()).doesNotContainKey(LightningConstants.RUNE);
    }

    @Test
    void aRuneNeverGoesToWhoeverWrote() throws Exception {
        context.getComponent("lightning", LightningComponent.class).setRune(rune);
        start(in -> in.from("direct:call").to("lightning:commando/getinfo"));

        assertThat(catchThrowable(() -> template.requestBodyAndHeader(
                        "direct:call",
                        null,
                        LightningConstants.PEER_ID,
                        bob.nodeId().hex())))
                .cause()
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContainingAll("peerId", LightningConstants.OVERRIDE_PEER_ID, "whoever wrote");
        assertThat(template.requestBodyAndHeader(
                        "direct:call",
                        null,
                        LightningConstants.OVERRIDE_PEER_ID,
                        bob.nodeId().hex(),
                        String.class))
                .contains("\"alias\":\"bob\"");
    }

    @Test
    void withAutoConnectAPeerThatIsNotConnectedIsConnectedFirst() throws Exception {
        alice.disconnectFrom(bob);
        int closedPort;
        try (var socket = new ServerSocket(0)) {
            closedPort = socket.getLocalPort();
        }
        context.getComponent("lightning", LightningComponent.class).setRune(rune);
        start(in -> {
            in.from("direct:call").to("lightning:commando/getinfo?autoConnect=true&peerId=" + bob.address());
            in.from("direct:elsewhere")
                    .to("lightning:commando/getinfo?autoConnect=true&peerId=" + bob.nodeId() + "@127.0.0.1:"
                            + closedPort);
        });

        assertThat(catchThrowable(() -> template.requestBody("direct:elsewhere", (Object) null)))
                .cause()
                .isInstanceOf(NotConnectedException.class)
                .hasMessageContaining("Cannot connect to " + bob.nodeId());
        assertThat((String) call(null)).contains("\"alias\":\"bob\"");
        assertThat(alice.isConnectedTo(bob)).isTrue();
    }

    @Test
    void thePeersErrorHasItsCode() throws Exception {
        startCalling("nosuch");

        assertThat(catchThrowable(() -> call(null)))
                .cause()
                .isInstanceOfSatisfying(RemoteErrorException.class, failure -> assertThat(failure.code())
                        .isEqualTo(-32_601));
    }

    @Test
    void manyCallsRunAtOnce() throws Exception {
        bob.answer("double", "n", params -> Json.emptyObject()
                .put("n", 2 * params.path("n").asInt()));
        startCalling("double");

        AsyncProducer producer = context.getEndpoint("direct:call").createAsyncProducer();
        producer.start();
        bob.hang();
        var calls = IntStream.range(0, 60).mapToObj(n -> begin(producer, n)).toList();
        await("all requests are out before anything is answered")
                .until(() -> alice.queuedFor(bob) > 60L * rune.length());
        assertThat(calls).noneMatch(CompletableFuture::isDone);
        bob.resume();

        for (int n = 0; n < 60; n++) {
            Exchange answered = calls.get(n).get(60, TimeUnit.SECONDS);
            assertThat(answered.getMessage().getBody(String.class)).isEqualTo("{\"n\":" + 2 * n + "}");
        }
    }

    /** Waits for nothing. */
    private CompletableFuture<Exchange> begin(AsyncProducer producer, int n) {
        Exchange exchange = producer.getEndpoint().createExchange();
        exchange.getIn().setBody(Map.of("n", n));
        return producer.processAsync(exchange);
    }

    @Test
    void aPeerThatIsNotConnectedIsToldApartFromOneThatGoesAway() throws Exception {
        alice.disconnectFrom(bob);
        bob.answer("slow", "", params -> Json.emptyObject());
        startCalling("slow?requestTimeout=30s");
        assertThat(catchThrowable(() -> call(null))).cause().isInstanceOf(NotConnectedException.class);

        alice.connectTo(bob);
        bob.hang();
        CompletableFuture<Object> calling = template.asyncRequestBody("direct:call", (Object) null);
        await().until(() -> alice.queuedFor(bob) > 0);
        alice.disconnectFrom(bob);
        bob.resume();

        assertThat(catchThrowable(() -> calling.get(30, TimeUnit.SECONDS)))
                .hasRootCauseInstanceOf(OutcomeUnknownException.class);
    }
}
