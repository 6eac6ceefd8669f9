// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.node.peer.PeerNode;
import io.github.camellightning.node.rune.Runes;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.spi.Registry;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code from("lightning:commando/<method>")}: a method that peers run under a rune. */
class CommandoConsumerTest extends CamelTestSupport {

    @TempDir
    static Path directory;

    private final PeerNode shop = PeerNodes.listening(1);
    private final PeerNode customer = new PeerNode();
    private String rune;

    @Override
    public void configureTest(TestExecutionConfiguration configuration) {
        super.configureTest(configuration);
        configuration.withUseRouteBuilder(false).withUseAdviceWith(true);
    }

    @Override
    protected void bindToRegistry(Registry registry) {
        shop.setRuneFile(directory.resolve("runes").toString());
        registry.bind("shop", shop);
    }

    @AfterEach
    void stopTheCustomer() throws Exception {
        customer.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private void start(LightningTestSupport.Routes routes) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                errorHandler(noErrorHandler());
                routes.configure(this);
            }
        });
        context.start();
        rune = rune();
        customer.setPeers(PeerNodes.address(shop));
        customer.start().toCompletableFuture().get(30, TimeUnit.SECONDS);
        PeerNodes.awaitConnected(customer, shop.nodeId());
    }

    private static String rune(String... restrictions) {
        try (var runes = new Runes(directory.resolve("runes"))) {
            return runes.make(restrictions).encode();
        }
    }

    private CompletableFuture<JsonResult> calling(String method, String params) {
        return customer.commando(shop.nodeId(), MethodCall.of(method, Json.read(params)), rune)
                .toCompletableFuture();
    }

    private String call(String method, String params) throws Exception {
        try (JsonResult result = calling(method, params).get(30, TimeUnit.SECONDS)) {
            return result.text();
        }
    }

    private RemoteErrorException errorOf(String method) {
        return (RemoteErrorException) catchThrowable(() -> call(method, "{}")).getCause();
    }

    @Test
    void theRouteGetsTheParamsAndWhoAsksAndItsBodyIsTheResult() throws Exception {
        start(in -> in.from("lightning:commando/orders.status?outputType=Map").process(exchange -> {
            assertThat(exchange.getMessage().getHeaders())
                    .containsEntry(LightningConstants.METHOD, "orders.status")
                    .containsEntry(LightningConstants.PEER_ID, customer.nodeId().hex())
                    .containsEntry(
                            LightningConstants.LOCAL_NODE_ID, shop.nodeId().hex())
                    .doesNotContainKey(LightningConstants.RUNE);
            exchange.getMessage()
                    .setBody(Map.of(
                            "state",
                            "shipped "
                                    + exchange.getMessage().getBody(Map.class).get("order")));
        }));

        assertThat(call("orders.status", "{\"order\":7}")).isEqualTo("{\"state\":\"shipped 7\"}");
    }

    @Test
    void anotherRouteIsAClientOfIt() throws Exception {
        start(in -> in.from("lightning:commando/double?outputType=JsonNode")
                .setBody(exchange -> Map.of(
                        "n",
                        2
                                * exchange.getMessage()
                                        .getBody(com.fasterxml.jackson.databind.JsonNode.class)
                                        .path("n")
                                        .asInt())));
        context.getRegistry().bind("customer", customer);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:call")
                        .to("lightning:commando/double?node=#customer&outputType=Map&peerId=" + shop.nodeId() + "&rune="
                                + rune);
            }
        });

        assertThat(template.requestBody("direct:call", Map.of("n", 21))).isEqualTo(Map.of("n", 42));
    }

    @Test
    void anyBodyBecomesAnObject() throws Exception {
        Path file = Files.writeString(directory.resolve("result.json"), "{\"from\":\"file\"}");
        start(in -> {
            in.from("lightning:commando/nothing").setBody(in.constant(null));
            in.from("lightning:commando/list").setBody(exchange -> List.of(1, "a"));
            in.from("lightning:commando/text").setBody(in.constant("{\"n\":1}"));
            in.from("lightning:commando/number").setBody(exchange -> 7);
            in.from("lightning:commando/stream")
                    .setBody(exchange -> new ByteArrayInputStream("[true]".getBytes(StandardCharsets.UTF_8)));
            in.from("lightning:commando/emptystream").setBody(exchange -> new ByteArrayInputStream(new byte[0]));
            in.from("lightning:commando/file").setBody(exchange -> file.toFile());
        });

        assertThat(call("nothing", "{}")).isEqualTo("{}");
        assertThat(call("list", "{}")).isEqualTo("{\"result\":[1,\"a\"]}");
        assertThat(call("text", "{}")).isEqualTo("{\"n\":1}");
        assertThat(call("number", "{}")).isEqualTo("{\"result\":7}");
        assertThat(call("stream", "{}")).isEqualTo("{\"result\":[true]}");
        assertThat(call("emptystream", "{}")).isEqualTo("{}");
        assertThat(call("file", "{}")).isEqualTo("{\"from\":\"file\"}");
    }

    @Test
    void whatARuneDoesNotAllowReachesNoRoute() throws Exception {
        start(in -> in.from("lightning:commando/refund").to("mock:refund"));
        rune = rune("method^orders");
        MockEndpoint refund = context.getEndpoint("mock:refund", MockEndpoint.class);
        refund.expectedMessageCount(0);

        assertThat(errorOf("refund"))
                .hasMessage("Invalid rune: Not permitted: method does not start with orders")
                .satisfies(error -> assertThat(error.code()).isEqualTo(19_537));
        assertThat(errorOf("absent").code()).isEqualTo(19_537);
        refund.assertIsSatisfied();
    }

    @Test
    void aRouteThatFailsGivesAnErrorWithoutItsWords() throws Exception {
        start(in -> {
            in.from("lightning:commando/fails").process(exchange -> {
                throw new IllegalStateException("jdbc:secret");
            });
            in.from("lightning:commando/garbage").setBody(in.constant("shipped"));
            in.from("lightning:commando/refuses").process(exchange -> {
                throw new RemoteErrorException(404, "No such order", "{\"order\":7}");
            });
        });

        assertThat(errorOf("fails")).hasMessage("Internal error");
        assertThat(errorOf("garbage").code()).isEqualTo(-32_603);
        assertThat(errorOf("refuses")).hasMessage("No such order").satisfies(error -> {
            assertThat(error.code()).isEqualTo(404);
            assertThat(error.data()).isEqualTo("{\"order\":7}");
        });
        assertThat(errorOf("absent").code()).isEqualTo(-32_601);
    }

    @Test
    void aSlowRouteHoldsUpNoOther() throws Exception {
        var gate = new CountDownLatch(1);
        start(in -> {
            in.from("lightning:commando/slow").process(exchange -> gate.await()).setBody(in.constant("{}"));
            in.from("lightning:commando/quick").setBody(in.constant("{\"n\":1}"));
        });
        CompletableFuture<JsonResult> slow = calling("slow", "{}");
        assertThat(call("quick", "{}")).isEqualTo("{\"n\":1}");
        assertThat(slow).isNotDone();
        gate.countDown();
        slow.get(30, TimeUnit.SECONDS).close();
    }

    @Test
    void aRouteThatIsStoppedIsNotServedAndIsServedAgainWhenItIsStarted() throws Exception {
        start(in -> in.from("lightning:commando/x").routeId("r").setBody(in.constant("{\"n\":1}")));
        assertThat(call("x", "{}")).isEqualTo("{\"n\":1}");

        context.getRouteController().stopRoute("r");
        assertThat(errorOf("x").code()).isEqualTo(-32_601);

        context.getRouteController().startRoute("r");
        assertThat(call("x", "{}")).isEqualTo("{\"n\":1}");
    }

    @Test
    void aCallThatIsInFlightIsAnsweredBeforeTheRouteIsStopped() throws Exception {
        var gate = new CountDownLatch(1);
        var begun = new CountDownLatch(1);
        start(in -> in.from("lightning:commando/x")
                .routeId("r")
                .process(exchange -> {
                    begun.countDown();
                    gate.await();
                })
                .setBody(in.constant("{\"n\":1}")));
        CompletableFuture<JsonResult> calling = calling("x", "{}");
        begun.await();
        var stopping = CompletableFuture.runAsync(() -> {
            try {
                context.getRouteController().stopRoute("r");
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
        await().until(() -> errorOf("x").code() == -32_601);
        gate.countDown();
        try (JsonResult result = calling.get(30, TimeUnit.SECONDS)) {
            assertThat(result.text()).isEqualTo("{\"n\":1}");
        }
        stopping.get(30, TimeUnit.SECONDS);
    }

    @Test
    void moreThanMaxInFlightIsAnError() throws Exception {
        var gate = new CountDownLatch(1);
        var begun = new CountDownLatch(1);
        start(in -> in.from("lightning:commando/x?maxInFlight=1")
                .process(exchange -> {
                    begun.countDown();
                    gate.await();
                })
                .setBody(in.constant("{}")));
        CompletableFuture<JsonResult> first = calling("x", "{}");
        begun.await();
        assertThat(errorOf("x").code()).isEqualTo(-32_603);
        gate.countDown();
        first.get(30, TimeUnit.SECONDS).close();
    }

    @Test
    void helpShowsUsageAndDescription() throws Exception {
        start(in -> in.from(
                        "lightning:commando/orders.status?usage=RAW(order [limit])&description=The state of an order")
                .setBody(in.constant("{}")));

        assertThat(call("help", "{}"))
                .isEqualTo(
                        "{\"help\":[{\"command\":\"orders.status order [limit]\",\"description\":\"The state of an order\"}]}");
    }

    @Test
    void twoRoutesCannotAnswerOneMethod() throws Exception {
        start(in -> in.from("lightning:commando/x").setBody(in.constant("{}")));
        assertThat(catchThrowable(() -> context.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("lightning:commando/x").to("mock:never");
                    }
                })))
                .hasStackTraceContaining("The method x has a listener already");
    }

    @Test
    void withoutARuneFileTheStartFailsNamingIt() throws Exception {
        shop.setRuneFile(null);
        assertThat(catchThrowable(
                        () -> start(in -> in.from("lightning:commando/x").to("mock:never"))))
                .hasStackTraceContaining("Option runeFile is not set");
    }

    @Test
    void onCoreLightningTheStartFailsNamingWhatServesThere() throws Exception {
        context.getRegistry().bind("daemon", new CoreLightningNode());
        assertThat(catchThrowable(() ->
                        start(in -> in.from("lightning:commando/x?node=#daemon").to("mock:never"))))
                .hasStackTraceContaining("lightning:commando/x in from(...) wants a node that answers commando itself")
                .hasStackTraceContaining("the daemon's own commando serves from(\"lightning:rpc/x\")");
    }
}
