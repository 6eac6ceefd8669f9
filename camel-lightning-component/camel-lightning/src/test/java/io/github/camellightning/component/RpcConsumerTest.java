// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.cln.CoreLightningNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.apache.camel.impl.engine.PrototypeExchangeFactory;
import org.apache.camel.spi.ExchangeFactory;
import org.apache.camel.support.LifecycleStrategySupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code from("lightning:rpc/<method>")}: a method of the own node, called by others at that node. */
class RpcConsumerTest extends DaemonTestSupport {

    private CoreLightningNode others;

    @BeforeEach
    void othersCallTheNodeToo() throws Exception {
        others = node(alice);
        others.setPlugin(false);
        others.start().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void othersLeave() throws Exception {
        others.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private CompletableFuture<JsonNode> calling(String method, String params) {
        return others.call(MethodCall.of(method, Json.read(params)))
                .thenApply(result -> {
                    try (result) {
                        return result.json();
                    }
                })
                .toCompletableFuture();
    }

    private JsonNode call(String method, String params) throws Exception {
        return calling(method, params).get(30, TimeUnit.SECONDS);
    }

    private RemoteErrorException errorOf(String params) {
        return (RemoteErrorException)
                catchThrowable(() -> call("orderstatus", params)).getCause();
    }

    @Test
    void theBodyThatTheRouteLeavesIsTheResult() throws Exception {
        start(in -> in.from("lightning:rpc/orderstatus?outputType=Map").process(exchange -> {
            assertThat(exchange.getMessage().getHeaders()).containsEntry(LightningConstants.METHOD, "orderstatus");
            exchange.getMessage()
                    .setBody(Map.of(
                            "order", exchange.getMessage().getBody(Map.class).get("order"), "state", "shipped"));
        }));

        assertThat(call("orderstatus", "{\"order\":7}")).isEqualTo(Json.read("{\"order\":7,\"state\":\"shipped\"}"));
    }

    @Test
    void paramsByPositionAreAnArray() throws Exception {
        start(in -> in.from("lightning:rpc/orderstatus?outputType=JsonNode")
                .setBody(exchange -> Map.of("got", exchange.getMessage().getBody())));

        assertThat(call("orderstatus", "[7,\"a\"]")).hasToString("{\"got\":[7,\"a\"]}");
    }

    @Test
    void jsonAsTextIsAResultAndNothingIsAnEmptyObject() throws Exception {
        start(in -> {
            in.from("lightning:rpc/text").setBody(in.constant("{\"n\":1}"));
            in.from("lightning:rpc/nothing").setBody(in.constant(null));
        });

        assertThat(call("text", "{}")).hasToString("{\"n\":1}");
        assertThat(call("nothing", "{}")).hasToString("{}");
    }

    @Test
    void theNodesHelpShowsUsageAndDescription() throws Exception {
        start(in -> in.from("lightning:rpc/orderstatus?usage=RAW(order [limit])&description=The state of an order")
                .setBody(in.constant("{}")));

        assertThat(call("help", "{\"command\":\"orderstatus\"}").toString()).contains("orderstatus order [limit]");
    }

    @Test
    void anErrorThatTheRouteGivesHasItsCodeAndWords() throws Exception {
        start(in -> in.from("lightning:rpc/orderstatus").process(exchange -> {
            throw new RemoteErrorException(404, "No such order", "{\"order\":7}");
        }));

        RemoteErrorException error = errorOf("{}");

        assertThat(error.code()).isEqualTo(404);
        assertThat(error).hasMessage("No such order");
        assertThat(error.data()).isEqualTo("{\"order\":7}");
    }

    @Test
    void anyOtherFailureKeepsItsWordsToItself() throws Exception {
        start(in -> {
            in.errorHandler(in.noErrorHandler());
            in.from("lightning:rpc/orderstatus").process(exchange -> {
                throw new IllegalStateException("jdbc:secret");
            });
        });

        RemoteErrorException error = errorOf("{}");

        assertThat(error.code()).isEqualTo(-32_603);
        assertThat(error.toString()).doesNotContain("secret");
    }

    @Test
    void aResultThatIsNoJsonIsAFailure() throws Exception {
        start(in -> in.from("lightning:rpc/orderstatus").setBody(in.constant("shipped")));

        assertThat(errorOf("{}").code()).isEqualTo(-32_603);
    }

    @Test
    void aRouteThatIsStoppedAnswersAnErrorAndAnswersAgainWhenItIsStarted() throws Exception {
        start(in -> in.from("lightning:rpc/orderstatus").routeId("r").setBody(in.constant("{\"n\":1}")));
        assertThat(call("orderstatus", "{}")).hasToString("{\"n\":1}");

        context.getRouteController().stopRoute("r");
        assertThat(errorOf("{}").code()).isEqualTo(-32_601);

        context.getRouteController().startRoute("r");
        assertThat(call("orderstatus", "{}")).hasToString("{\"n\":1}");
    }

    @Test
    void aRouteThatIsSuspendedAnswersAnErrorAndAnswersAgainWhenItIsResumed() throws Exception {
        start(in -> in.from("lightning:rpc/orderstatus").routeId("r").setBody(in.constant("{\"n\":1}")));

        context.getRouteController().suspendRoute("r");
        assertThat(errorOf("{}").code()).isEqualTo(-32_601);

        context.getRouteController().resumeRoute("r");
        assertThat(call("orderstatus", "{}")).hasToString("{\"n\":1}");
    }

    @Test
    void aNameThatTheNodeHasItselfIsRefused() {
        assertThat(catchThrowable(
                        () -> start(in -> in.from("lightning:rpc/getinfo").setBody(in.constant("{}")))))
                .hasStackTraceContaining(
                        "The method getinfo cannot be had: lightningd, or a plugin of it, has a command");
    }

    @Test
    void aRouteThatComesLaterIsAMethodToo() throws Exception {
        start(in -> in.from("lightning:rpc/orderstatus").setBody(in.constant("{\"n\":1}")));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("lightning:rpc/later").setBody(constant("{\"n\":2}"));
            }
        });

        assertThat(call("later", "{}")).hasToString("{\"n\":2}");
        assertThat(call("orderstatus", "{}")).hasToString("{\"n\":1}");
    }

    @Test
    void aForcedStopAnswersWhoeverWaitsAndRunsNothingMore() throws Exception {
        var gate = new Gate();
        start(in -> in.from("lightning:rpc/orderstatus?concurrentConsumers=1&outputType=String")
                .routeId("r")
                .process(gate)
                .setBody(in.constant("{\"n\":1}")));
        var consumer = (AnsweringConsumer) context.getRoute("r").getConsumer();
        CompletableFuture<JsonNode> running = calling("orderstatus", "{\"order\":1}");
        await().until(() -> gate.entered().size() == 1);
        CompletableFuture<JsonNode> queued = calling("orderstatus", "{\"order\":2}");
        await().until(() -> consumer.getPendingExchangesSize() == 2);

        context.getRouteController().stopRoute("r", 1, TimeUnit.SECONDS);

        for (CompletableFuture<JsonNode> call : List.of(running, queued)) {
            assertThat(catchThrowable(() -> call.get(10, TimeUnit.SECONDS)))
                    .hasCauseInstanceOf(RemoteErrorException.class);
        }
        assertThat(consumer.getPendingExchangesSize()).isZero();
        context.getRouteController().startRoute("r");
        gate.open();
        assertThat(call("orderstatus", "{\"order\":3}")).hasToString("{\"n\":1}");
        assertThat(gate.entered()).containsExactly("{\"order\":1}", "{\"order\":3}");
    }

    @Test
    void pooledExchangesKeepAStreamOpenUntilTheAnswerIsRead() throws Exception {
        context.getCamelContextExtension().setExchangeFactory(new PooledExchangeFactory());
        alice.answer("large", "", given -> Json.emptyObject().put("text", "x".repeat(2_000_000)));
        start(in -> in.from("lightning:rpc/orderstatus").to("lightning:rpc/large?outputType=InputStream"));

        for (int i = 0; i < 3; i++) {
            assertThat(call("orderstatus", "{}").path("text").asText()).hasSize(2_000_000);
        }
    }

    @Test
    void anErrorWhileTheAnswerIsTakenIsAnAnswerToo() throws Exception {
        start(in -> in.from("lightning:rpc/orderstatus?concurrentConsumers=1")
                .process(exchange -> exchange.setMessage(new UnreadableMessage(exchange))));

        assertThat(errorOf("{}").code()).isEqualTo(-32_603);
        assertThat(errorOf("{}").code()).isEqualTo(-32_603);
    }

    @Test
    void aCallWhoseExchangeCannotBeMadeIsAnsweredToo() throws Exception {
        context.getCamelContextExtension().setExchangeFactory(new FailingExchangeFactory());
        start(in -> in.from("lightning:rpc/orderstatus").setBody(in.constant("{}")));

        assertThat(errorOf("{}").code()).isEqualTo(-32_603);
    }

    /** Makes no exchange. */
    private static final class FailingExchangeFactory extends PrototypeExchangeFactory {

        FailingExchangeFactory() {}

        private FailingExchangeFactory(Consumer consumer) {
            super(consumer);
        }

        @Override
        public ExchangeFactory newExchangeFactory(Consumer consumer) {
            var made = new FailingExchangeFactory(consumer);
            made.setCamelContext(camelContext);
            return made;
        }

        @Override
        public Exchange create(Endpoint fromEndpoint, boolean autoRelease) {
            throw new IllegalStateException("no exchange");
        }

        @Override
        public Exchange create(boolean autoRelease) {
            throw new IllegalStateException("no exchange");
        }
    }

    @Test
    void aRouteThatCannotRegisterLeavesNoThreadPoolBehind() throws Exception {
        var pools = new AtomicInteger();
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onThreadPoolAdd(
                    CamelContext camelContext,
                    ThreadPoolExecutor threadPool,
                    String id,
                    String sourceId,
                    String routeId,
                    String threadPoolProfileId) {
                pools.incrementAndGet();
            }

            @Override
            public void onThreadPoolRemove(CamelContext camelContext, ThreadPoolExecutor threadPool) {
                pools.decrementAndGet();
            }
        });
        start(in -> in.from("lightning:rpc/orderstatus").setBody(in.constant("{}")));
        int before = pools.get();

        assertThat(catchThrowable(() -> context.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("lightning:rpc/orderstatus?maxInFlight=7").setBody(constant("{}"));
                    }
                })))
                .hasStackTraceContaining("has a listener already");

        assertThat(pools).hasValue(before);
    }

    @Test
    void callsRunInParallelAndNoneIsLostWhenTheContextStops() throws Exception {
        var gate = new Gate();
        start(in ->
                in.from("lightning:rpc/orderstatus").to("mock:in").process(gate).setBody(in.constant("{\"n\":1}")));
        List<CompletableFuture<JsonNode>> calls =
                List.of(calling("orderstatus", "{}"), calling("orderstatus", "{}"), calling("orderstatus", "{}"));
        await().until(() -> mock("in").getReceivedCounter() == 3);

        var consumer = (AnsweringConsumer) context.getRoutes().get(0).getConsumer();
        CompletableFuture<Void> stopping = CompletableFuture.runAsync(context::stop);
        await().until(consumer::isSuspended);
        assertThat(stopping).isNotDone();
        gate.open();

        for (CompletableFuture<JsonNode> call : calls) {
            assertThat(call.get(30, TimeUnit.SECONDS)).hasToString("{\"n\":1}");
        }
        stopping.get(60, TimeUnit.SECONDS);
    }
}
