// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.testkit.lightningd.RpcException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;
import org.apache.camel.support.DefaultMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code to("lightning:rpc/<method>")}: a method of the own node. */
class RpcProducerTest extends DaemonTestSupport {

    private final AtomicReference<JsonNode> params = new AtomicReference<>();

    private void echo() {
        alice.answer("echo", "[anything]", given -> {
            params.set(given);
            return Json.emptyObject().set("params", given);
        });
    }

    private void startCalling(String uri) throws Exception {
        start(in -> in.from("direct:call").to("lightning:" + uri));
    }

    private Object call(Object body) {
        return template.requestBody("direct:call", body);
    }

    private Throwable failureOf(Object body) {
        Throwable failure = catchThrowable(() -> call(body));
        assertThat(failure).isInstanceOf(CamelExecutionException.class);
        return failure.getCause();
    }

    @Test
    void theResultReplacesTheBodyAndHeadersStay() throws Exception {
        startCalling("rpc/getinfo");

        Exchange answered =
                template.request("direct:call", exchange -> exchange.getIn().setHeader("order", "7"));

        assertThat(answered.getMessage().getBody()).isInstanceOf(String.class);
        assertThat(Json.read(answered.getMessage().getBody(String.class))
                        .path("alias")
                        .asText())
                .isEqualTo("alice");
        assertThat(answered.getMessage().getHeader("order")).isEqualTo("7");
    }

    static List<Object> bodiesThatSayTheSame() {
        return List.of(
                Map.of("order", 7),
                "{\"order\": 7}",
                "{\"order\":7}".getBytes(StandardCharsets.UTF_8),
                Json.read("{\"order\":7}"));
    }

    @ParameterizedTest
    @MethodSource("bodiesThatSayTheSame")
    void paramsComeFromTheBody(Object body) throws Exception {
        echo();
        startCalling("rpc/echo");

        call(body);

        assertThat(params.get()).hasToString("{\"order\":7}");
    }

    @Test
    void aListIsParamsByPosition() throws Exception {
        echo();
        startCalling("rpc/echo");

        call(List.of(1, "two"));

        assertThat(params.get()).hasToString("[1,\"two\"]");
    }

    @Test
    void aCallerThatWaitsHearsOfANodeThatIsDownAndIsServedWhenItIsBack() throws Exception {
        startCalling("rpc/getinfo?synchronous=true&filter=RAW({\"alias\":true})");
        call(null);
        call(null);

        alice.stop();
        assertThat(failureOf(null)).isInstanceOf(LightningException.class);
        alice.start();

        await().ignoreExceptions().untilAsserted(() -> assertThat(call(null)).isEqualTo("{\"alias\":\"alice\"}"));
    }

    @Test
    void aCallerThatWaitsGetsResultsAndRefusalsOneAfterTheOther() throws Exception {
        alice.answer("echo", "[anything]", given -> {
            if (given.size() > 1) {
                throw new RpcException(-32602, "too many parameters");
            }
            return Json.emptyObject().set("params", given);
        });
        startCalling("rpc/echo?synchronous=true");

        for (int i = 0; i < 5; i++) {
            assertThat(call(List.of(i))).isEqualTo("{\"params\":[" + i + "]}");
            assertThat(failureOf(List.of(i, "and another")))
                    .isInstanceOfSatisfying(RemoteErrorException.class, refused -> assertThat(refused.code())
                            .isEqualTo(-32602));
        }
    }

    @ParameterizedTest
    @MethodSource("bodiesThatSayNothing")
    void anEmptyBodyIsNoParams(Object body) throws Exception {
        echo();
        startCalling("rpc/echo");

        call(body);

        assertThat(params.get()).hasToString("{}");
    }

    static List<Object> bodiesThatSayNothing() {
        return java.util.Arrays.asList(null, "", "  ", new byte[0]);
    }

    @Test
    void aBodyThatIsNoParamsIsRefusedBeforeAnythingIsSent() throws Exception {
        echo();
        startCalling("rpc/echo");

        assertThat(failureOf("hello"))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("is not JSON");
        assertThat(failureOf("\"hello\""))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("params are an object, by name, or an array, by position");
        assertThat(params.get()).isNull();
    }

    @Test
    void numbersKeepAllTheirDigits() throws Exception {
        echo();
        startCalling("rpc/echo");

        assertThat(call("{\"n\":123456789012345678901234567890,\"d\":0.10000000000000000000001}"))
                .isEqualTo("{\"params\":{\"n\":123456789012345678901234567890,\"d\":0.10000000000000000000001}}");
    }

    @Test
    void theResultIsAMapWhereThatIsWanted() throws Exception {
        echo();
        startCalling("rpc/echo?outputType=Map");

        assertThat(call("{\"n\":123456789012345678901234567890}"))
                .isEqualTo(Map.of("params", Map.of("n", new BigInteger("123456789012345678901234567890"))));
    }

    @Test
    void theResultIsAJsonNodeWhereThatIsWanted() throws Exception {
        startCalling("rpc/getinfo?outputType=JsonNode");

        assertThat(call(null)).isInstanceOfSatisfying(JsonNode.class, json -> assertThat(
                        json.path("alias").asText())
                .isEqualTo("alice"));
    }

    @Test
    void theResultIsAStreamWhereThatIsWantedAndCanBeReadAgain() throws Exception {
        String large = "x".repeat(3_000_000);
        alice.answer("large", "", given -> Json.emptyObject().put("text", large));
        var seen = new CompletableFuture<Object>();
        start(in -> in.from("direct:call")
                .to("lightning:rpc/large?outputType=InputStream")
                .process(exchange -> {
                    Object body = exchange.getMessage().getBody();
                    assertThat(body).isInstanceOf(StreamCache.class).isInstanceOf(InputStream.class);
                    assertThat(((StreamCache) body).inMemory()).isFalse();
                    assertThat(((StreamCache) body).length()).isEqualTo(large.length() + 11);
                    seen.complete(body);
                })
                .wireTap("seda:tapped")
                .convertBodyTo(String.class));
        context.addRoutes(new org.apache.camel.builder.RouteBuilder() {
            @Override
            public void configure() {
                from("seda:tapped").convertBodyTo(String.class).to("mock:tapped");
            }
        });
        mock("tapped").expectedMessageCount(1);

        assertThat(call(null)).isEqualTo("{\"text\":\"" + large + "\"}");
        mock("tapped").assertIsSatisfied();
        assertThat(mock("tapped").getExchanges().get(0).getMessage().getBody(String.class))
                .hasSize(large.length() + 11);
        // the mock has its message before the exchange is done
        await().untilAsserted(() -> assertThatExceptionOfType(Exception.class)
                .as("the file is given back when the last exchange is done")
                .isThrownBy(() -> {
                    var body = (InputStream) seen.join();
                    ((StreamCache) body).reset();
                    body.readAllBytes();
                }));
    }

    @Test
    void aFilterTakesWhatIsWantedOfTheResult() throws Exception {
        startCalling("rpc/getinfo?filter=RAW({\"alias\":true})");

        assertThat(call(null)).isEqualTo("{\"alias\":\"alice\"}");
    }

    @Test
    void anErrorOfTheNodeHasItsCodeAndItsWords() throws Exception {
        startCalling("rpc/nosuch");

        assertThat(failureOf(null))
                .isInstanceOfSatisfying(RemoteErrorException.class, failure -> assertThat(failure.code())
                        .isEqualTo(-32601))
                .hasMessageContaining("nosuch");
    }

    @Test
    void whatWouldBringTheNodeDownIsRefused() throws Exception {
        startCalling("rpc/sendonion");

        assertThat(failureOf("{\"onion\":\"0x00\"}"))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("sendonion's onion: 0x00 is not hex");
    }

    @Test
    void aResultThatIsTooLargeFails() throws Exception {
        alice.answer("large", "", given -> Json.emptyObject().put("text", "x".repeat(2_000)));
        startCalling("rpc/large?maxResponseSize=1000");

        assertThat(failureOf(null))
                .isInstanceOf(LightningException.class)
                .hasMessageContaining("larger than maxResponseSize=1000");
    }

    @Test
    void anErrorWhileTheResultIsTakenFailsTheExchange() throws Exception {
        start(in -> in.from("direct:call")
                .process(exchange -> exchange.setMessage(new DefaultMessage(exchange) {
                    @Override
                    public void setBody(Object body) {
                        throw new OutOfMemoryError("no room for the result");
                    }
                }))
                .to("lightning:rpc/getinfo"));

        CompletableFuture<Exchange> calling = template.asyncSend("direct:call", exchange -> {});

        assertThat(calling.get(20, TimeUnit.SECONDS).getException()).hasRootCauseInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void aResultThatWouldFillTheMemoryIsOnlyToBeHadAsAStream() throws Exception {
        String large = "x".repeat((64 << 20) + 1);
        alice.answer("large", "", given -> Json.emptyObject().put("text", large));
        start(in -> {
            in.from("direct:call").to("lightning:rpc/large");
            in.from("direct:stream")
                    .to("lightning:rpc/large?outputType=InputStream")
                    .setBody(exchange ->
                            exchange.getMessage().getBody(StreamCache.class).length());
        });

        assertThat(failureOf(null))
                .isInstanceOf(LightningException.class)
                .hasMessageContainingAll("lightning:rpc/large", "outputType=InputStream", String.valueOf(64 << 20));
        assertThat(template.requestBody("direct:stream", null, Long.class)).isEqualTo(large.length() + 11);
    }

    @Test
    void routesThatWaitForOtherCallsDoNotWaitForEver() throws Exception {
        context.getComponent("lightning", LightningComponent.class).setWorkerPoolSize(2);
        echo();
        start(in -> {
            in.from("direct:call")
                    .to("lightning:rpc/echo")
                    .process(exchange -> template.requestBody("direct:other", "{}"));
            in.from("direct:other").to("lightning:rpc/echo");
        });

        var calls = IntStream.range(0, 8)
                .mapToObj(n -> template.asyncRequestBody("direct:call", "{}"))
                .toList();

        for (CompletableFuture<Object> calling : calls) {
            assertThat(calling.get(30, TimeUnit.SECONDS)).isEqualTo("{\"params\":{}}");
        }
    }

    @Test
    void aCallThatIsNotAnsweredInTimeHasAnUnknownOutcome() throws Exception {
        startCalling("rpc/getinfo?requestTimeout=300");
        alice.hang();

        assertThat(failureOf(null)).isInstanceOf(OutcomeUnknownException.class);
        alice.resume();
    }

    @Test
    void aHeaderNeverChoosesTheMethod() throws Exception {
        startCalling("rpc/getinfo");

        Exchange answered = template.request(
                "direct:call", exchange -> exchange.getIn().setHeader(LightningConstants.METHOD, "stop"));

        assertThat(answered.getMessage().getBody(String.class)).contains("\"alias\":\"alice\"");
        assertThat(alice.isRunning()).isTrue();
    }
}
