// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.RemoteErrorException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.StatefulService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code to("lightning:jsonrpc/...")} and {@code from("lightning:jsonrpc/...")}. */
@Timeout(120)
class JsonRpcTest extends TwoPeersSupport {

    @Test
    void paramsGoFromARouteToARouteAndTheResultComesBack() throws Exception {
        bobRuns(in -> in.from("lightning:jsonrpc/orders.status?outputType=Map&" + TYPE)
                .to("mock:in")
                .setBody(exchange ->
                        Map.of("order", exchange.getMessage().getBody(Map.class).get("order"), "state", "shipped")));
        aliceCalls("jsonrpc/orders.status?" + TYPE);
        mock(bobContext, "in").expectedHeaderReceived(LightningConstants.PEER_ID, ALICE.hex());
        mock(bobContext, "in").expectedHeaderReceived(LightningConstants.LOCAL_NODE_ID, BOB.hex());
        mock(bobContext, "in").expectedHeaderReceived(LightningConstants.METHOD, "orders.status");

        Exchange called = template.send("direct:call", exchange -> {
            exchange.getIn().setBody(Map.of("order", 7));
            exchange.getIn().setHeader("mine", "stays");
        });

        assertThat(Json.read(called.getMessage().getBody(String.class)))
                .isEqualTo(Json.read("{\"order\":7,\"state\":\"shipped\"}"));
        assertThat(called.getMessage().getHeader("mine")).isEqualTo("stays");
        mock(bobContext, "in").assertIsSatisfied();
    }

    @ParameterizedTest
    @ValueSource(strings = {"String", "InputStream", "Map", "JsonNode"})
    void theResultIsOfTheWantedKind(String outputType) throws Exception {
        bobRuns(in -> in.from("lightning:jsonrpc/list?" + TYPE).setBody(in.constant("[1,2]")));
        aliceCalls("jsonrpc/list?outputType=" + outputType + "&" + TYPE);

        Object result = template.requestBody("direct:call", "{}");

        switch (outputType) {
            case "Map" -> assertThat(result).isEqualTo(Map.of("result", List.of(1, 2)));
            case "JsonNode" -> assertThat(result).isEqualTo(Json.read("[1,2]"));
            default ->
                assertThat(aliceContext.getTypeConverter().convertTo(String.class, result))
                        .isEqualTo("[1,2]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1}", "[1]", "", " "})
    void anyJsonStructureIsParamsAndNothingAreNone(String params) throws Exception {
        bobRuns(in -> in.from("lightning:jsonrpc/echo?" + TYPE).log("${body}"));
        aliceCalls("jsonrpc/echo?" + TYPE);
        assertThat(call(params)).isEqualTo(params.isBlank() ? "{}" : params);
    }

    @ParameterizedTest
    @ValueSource(strings = {"String", "Map", "JsonNode"})
    void aNumberIsNotExpandedOnItsWayThroughRoutes(String outputType) throws Exception {
        bobRuns(in -> in.from("lightning:jsonrpc/echo?outputType=" + outputType + "&" + TYPE)
                .log("${body}"));
        aliceCalls("jsonrpc/echo?" + TYPE);
        assertThat(call("{\"n\":1e999999999,\"big\":18446744073709551616,\"price\":1.50}"))
                .isEqualTo("{\"n\":1E+999999999,\"big\":18446744073709551616,\"price\":1.50}");
    }

    @Test
    void aBodyThatIsNoParamsIsRefusedBeforeItIsSent() throws Exception {
        bobRuns(in -> in.from("lightning:jsonrpc/echo?" + TYPE).to("mock:in"));
        aliceCalls("jsonrpc/echo?" + TYPE);
        assertThat(failureOf("7"))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("params are an object");
        assertThat(failureOf("nonsense")).isInstanceOf(InvalidMessageException.class);
        assertThat(failureOf(List.of("a".repeat(65_533))))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("does not fit into one Lightning message");
        mock(bobContext, "in").expectedMessageCount(0);
        mock(bobContext, "in").assertIsSatisfied();
    }

    @Test
    void theErrorThatARouteGivesComesInItsCodeAndWordsAndNoOtherWords() throws Exception {
        bobRuns(in -> in.from("lightning:jsonrpc/orders.status?outputType=JsonNode&" + TYPE)
                .process(exchange -> {
                    switch (exchange.getMessage()
                            .getBody(JsonNode.class)
                            .path("order")
                            .asInt()) {
                        case 1 -> throw new RemoteErrorException(404, "No such order", "{\"order\":1}");
                        case 2 -> throw new IllegalStateException("jdbc:secret");
                        case 3 -> exchange.getMessage().setBody("shipped");
                        default -> exchange.getMessage().setBody("\"" + "a".repeat(65_533) + "\"");
                    }
                }));
        aliceCalls("jsonrpc/orders.status?" + TYPE);

        assertThat(errorOf("{\"order\":1}")).hasMessage("No such order").satisfies(error -> {
            assertThat(error.code()).isEqualTo(404);
            assertThat(error.data()).isEqualTo("{\"order\":1}");
        });
        for (int order = 2; order <= 3; order++) {
            RemoteErrorException error = errorOf("{\"order\":" + order + "}");
            assertThat(error).hasMessage("Internal error");
            assertThat(error.code()).isEqualTo(-32_603);
        }
        assertThat(errorOf("{\"order\":4}"))
                .hasMessageContaining("and a message holds 65533")
                .satisfies(error -> assertThat(error.code()).isEqualTo(-32_603));
    }

    @Test
    void aMethodThatNobodyServesIsUnknown() throws Exception {
        bobRuns(in -> in.from("lightning:jsonrpc/other?" + TYPE).to("mock:in"));
        aliceCalls("jsonrpc/orders.status?" + TYPE);
        assertThat(errorOf("{}").code()).isEqualTo(-32_601);
    }

    @Test
    void paramsThatTheRouteDoesNotDeclareNeverReachIt() throws Exception {
        bobRuns(in -> {
            in.from("lightning:jsonrpc/orders.status?usage=RAW(order [limit])&" + TYPE)
                    .to("mock:in");
            in.from("lightning:jsonrpc/orders.count?usage=&" + TYPE).to("mock:in");
        });
        aliceRuns(in -> {
            in.from("direct:call").to("lightning:jsonrpc/orders.status?peerId=" + BOB + "&" + TYPE);
            in.from("direct:count").to("lightning:jsonrpc/orders.count?peerId=" + BOB + "&" + TYPE);
        });

        assertThat(errorOf("{\"order\":1,\"x\":2}")).satisfies(error -> {
            assertThat(error.code()).isEqualTo(-32_602);
            assertThat(error.data()).isEqualTo("{\"unrecognized\":[\"x\"]}");
        });
        assertThat(errorOf("{\"limit\":1}")).hasMessageContaining("missing order");
        assertThat(catchThrowable(() -> template.requestBody("direct:count", "{\"x\":1}")))
                .cause()
                .hasMessageContaining("Invalid params");
        mock(bobContext, "in").expectedMessageCount(1);
        assertThat(template.requestBody("direct:count", "{}", String.class)).isEqualTo("{}");
        mock(bobContext, "in").assertIsSatisfied();
    }

    @Test
    void whoIsNotAmongThePeersFindsNoMethod() throws Exception {
        bobRuns(in -> in.from("lightning:jsonrpc/echo?peers=" + NodeKeys.id(33) + "&" + TYPE)
                .to("mock:in"));
        aliceCalls("jsonrpc/echo?" + TYPE);
        assertThat(errorOf("{}").code()).isEqualTo(-32_601);
    }

    @Test
    void aDeadlinePassesAndTheOutcomeIsUnknown() throws Exception {
        bobRuns(in -> in.from("lightning:jsonrpc/slow?" + TYPE).process(gate));
        aliceCalls("jsonrpc/slow?requestTimeout=100&" + TYPE);
        assertThat(failureOf("{}"))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContainingAll("slow on peer " + BOB, "100 ms");
    }

    @Test
    void aPeerThatGoesEndsTheCallAtOnceAndOneThatIsNotThereWasNotCalled() throws Exception {
        bobRuns(in -> in.from("lightning:jsonrpc/slow?" + TYPE).process(gate));
        aliceRuns(in -> {
            in.from("direct:call").to("lightning:jsonrpc/slow?peerId=" + BOB + "&" + TYPE);
            in.from("direct:nobody").to("lightning:jsonrpc/slow?peerId=" + NodeKeys.id(33) + "&" + TYPE);
        });
        CompletableFuture<Object> calling = template.asyncRequestBody("direct:call", "{}");
        await().until(() -> !gate.entered().isEmpty());

        bob.disconnect(ALICE);

        assertThat(catchThrowable(() -> calling.get(30, TimeUnit.SECONDS)))
                .rootCause()
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("disconnected");
        assertThat(catchThrowable(() -> template.requestBody("direct:nobody", "{}")))
                .cause()
                .isInstanceOf(NotConnectedException.class);
    }

    @Test
    void bothEndsOfBothContextsShareOneType() throws Exception {
        LightningTestSupport.Routes echo =
                in -> in.from("lightning:jsonrpc/echo?" + TYPE).log("echo ${body}");
        bobRuns(in -> {
            echo.configure(in);
            in.from("direct:call").to("lightning:jsonrpc/echo?peerId=" + ALICE + "&" + TYPE);
        });
        aliceRuns(in -> {
            echo.configure(in);
            in.from("direct:call").to("lightning:jsonrpc/echo?peerId=" + BOB + "&" + TYPE);
        });
        PeerNodes.awaitConnected(bob, ALICE);
        assertThat(call("[1]")).isEqualTo("[1]");
        assertThat(bobContext.createProducerTemplate().requestBody("direct:call", "[2]", String.class))
                .isEqualTo("[2]");
    }

    @Test
    void aServedRouteMayCallBackWhoCalledIt() throws Exception {
        bobRuns(in -> in.from("lightning:jsonrpc/ask?" + TYPE)
                .setBody(in.constant("[\"back\"]"))
                .to("lightning:jsonrpc/answer?" + TYPE));
        aliceRuns(in -> {
            in.from("lightning:jsonrpc/answer?" + TYPE).log("${body}");
            in.from("direct:call").to("lightning:jsonrpc/ask?peerId=" + BOB + "&" + TYPE);
        });
        assertThat(call("{}")).isEqualTo("[\"back\"]");
    }

    @Test
    void aRouteThatIsStoppedOrSuspendedServesNothingAndIsBackAfterwards() throws Exception {
        bobRuns(in -> {
            in.from("lightning:jsonrpc/echo?" + TYPE).routeId("echo").log("${body}");
            in.from("lightning:jsonrpc/other?" + TYPE).log("${body}");
        });
        aliceCalls("jsonrpc/echo?" + TYPE);
        var controller = bobContext.getRouteController();

        controller.stopRoute("echo");
        assertThat(errorOf("{}").code()).isEqualTo(-32_601);
        controller.startRoute("echo");
        assertThat(call("[1]")).isEqualTo("[1]");
        controller.suspendRoute("echo");
        assertThat(errorOf("{}").code()).isEqualTo(-32_601);
        controller.resumeRoute("echo");
        assertThat(call("[2]")).isEqualTo("[2]");
        controller.suspendRoute("echo");
        controller.stopRoute("echo");
        controller.startRoute("echo");
        assertThat(call("[3]")).isEqualTo("[3]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop of the context", "stop of the route", "suspend of the route"})
    void whatIsInFlightWhenARouteIsStoppedOrSuspendedIsAnswered(String how) throws Exception {
        bobRuns(in -> in.from("lightning:jsonrpc/slow?" + TYPE).routeId("slow").process(gate));
        aliceCalls("jsonrpc/slow?" + TYPE);
        CompletableFuture<Object> calling = template.asyncRequestBody("direct:call", "[1]");
        await().until(() -> !gate.entered().isEmpty());
        var consumer = (StatefulService) bobContext.getRoute("slow").getConsumer();

        CompletableFuture<Void> stopping = CompletableFuture.runAsync(() -> {
            try {
                switch (how) {
                    case "stop of the context" -> bobContext.stop();
                    case "stop of the route" -> bobContext.getRouteController().stopRoute("slow");
                    default -> bobContext.getRouteController().suspendRoute("slow");
                }
            } catch (Exception notStopped) {
                throw new CompletionException(notStopped);
            }
        });
        await().until(consumer::isSuspended);
        gate.open();

        assertThat(calling.get(30, TimeUnit.SECONDS)).isEqualTo("[1]");
        stopping.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aForcedStopAnswersWhatIsInFlightAndWhatWaits() throws Exception {
        bob.start().toCompletableFuture().get(30, TimeUnit.SECONDS);
        bobRuns(in -> in.from("lightning:jsonrpc/slow?concurrentConsumers=1&" + TYPE)
                .routeId("slow")
                .process(gate));
        aliceCalls("jsonrpc/slow?" + TYPE);
        var consumer = (AnsweringConsumer) bobContext.getRoute("slow").getConsumer();
        CompletableFuture<Object> running = template.asyncRequestBody("direct:call", "[1]");
        await().until(() -> !gate.entered().isEmpty());
        CompletableFuture<Object> waiting = template.asyncRequestBody("direct:call", "[2]");
        await().until(() -> consumer.getPendingExchangesSize() == 2);

        bobContext.getRouteController().stopRoute("slow", 1, TimeUnit.SECONDS);

        for (CompletableFuture<Object> call : List.of(running, waiting)) {
            assertThat(catchThrowable(() -> call.get(10, TimeUnit.SECONDS)))
                    .rootCause()
                    .isInstanceOfSatisfying(RemoteErrorException.class, error -> assertThat(error.code())
                            .isEqualTo(-32_603));
        }
        assertThat(gate.entered()).containsExactly("[1]");
        assertThat(consumer.getPendingExchangesSize()).isZero();
    }

    @Test
    void aForcedStopGivesTheTypeBackWhateverIsInFlight() throws Exception {
        bob.start().toCompletableFuture().get(30, TimeUnit.SECONDS);
        bobRuns(in -> in.from("lightning:jsonrpc/slow?" + TYPE).routeId("slow").process(gate));
        aliceCalls("jsonrpc/slow?requestTimeout=2000&" + TYPE);
        template.asyncRequestBody("direct:call", "[1]");
        await().until(() -> !gate.entered().isEmpty());

        bobContext.getRouteController().stopRoute("slow", 1, TimeUnit.SECONDS);

        bob.onMessage(MessageFilter.types(40_001).exclusively(), message -> {
                    throw new AssertionError("nobody sends it");
                })
                .close();
    }

    @Test
    void moreThanMaxInFlightAreRefusedWithoutWaiting() throws Exception {
        bobRuns(in -> in.from("lightning:jsonrpc/slow?maxInFlight=1&" + TYPE).process(gate));
        aliceCalls("jsonrpc/slow?" + TYPE);
        CompletableFuture<Object> first = template.asyncRequestBody("direct:call", "[1]");
        await().until(() -> !gate.entered().isEmpty());
        assertThat(errorOf("[2]").code()).isEqualTo(-32_000);
        gate.open();
        assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("[1]");
    }

    @Test
    void theMethodIsThatOfTheUriWhateverHeadersSay() throws Exception {
        bobRuns(in -> {
            in.from("lightning:jsonrpc/echo?" + TYPE).setBody(in.constant("\"echo\""));
            in.from("lightning:jsonrpc/pay?" + TYPE).setBody(in.constant("\"paid\""));
        });
        aliceRuns(in -> {
            in.from("direct:call").to("lightning:jsonrpc/echo?peerId=" + BOB + "&" + TYPE);
            in.from("direct:dynamic").toD("lightning:jsonrpc/${header.wanted}?peerId=" + BOB + "&" + TYPE);
        });

        assertThat(template.requestBodyAndHeader("direct:call", "{}", LightningConstants.METHOD, "pay"))
                .isEqualTo("\"echo\"");
        assertThat(template.requestBodyAndHeader("direct:dynamic", "{}", "wanted", "pay"))
                .isEqualTo("\"paid\"");
    }
}
