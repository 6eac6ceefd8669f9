// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** JSON-RPC between two lightningds that are simulated: a test after which a real one would have died fails. */
@Timeout(120)
class JsonRpcOnLightningdTest extends DaemonTestSupport {

    private final Gate gate = new Gate();
    private final CamelContext bobContext = new DefaultCamelContext();
    private SimulatedLightningd bob;
    private NodeId bobId;

    @BeforeEach
    void bobIsConnected() {
        bob = lightning.start("bob");
        bobId = bob.nodeId();
        bobContext.getRegistry().bind("bob", node(bob));
        alice.connectTo(bob);
    }

    @AfterEach
    void stopBob() {
        gate.open();
        bobContext.stop();
    }

    private void bobRuns(LightningTestSupport.Routes routes) throws Exception {
        bobContext.addRoutes(new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                errorHandler(noErrorHandler());
                routes.configure(this);
            }
        });
        bobContext.start();
    }

    private ProducerTemplate aliceCalls(String operation) throws Exception {
        start(in -> {
            in.errorHandler(in.noErrorHandler());
            in.from("direct:call")
                    .to("lightning:" + operation + (operation.contains("?") ? "&" : "?") + "peerId=" + bobId);
        });
        return template;
    }

    @Test
    void aRouteOfOneCallsARouteOfTheOther() throws Exception {
        bobRuns(in -> in.from("lightning:jsonrpc/echo?messageType=40001").log("${body}"));
        ProducerTemplate calls = aliceCalls("jsonrpc/echo?messageType=40001");

        assertThat(calls.requestBody("direct:call", "{\"n\":18446744073709551616}", String.class))
                .isEqualTo("{\"n\":18446744073709551616}");
    }

    @Test
    void anEvenTypeIsNoTroubleForRoutesThatAreAddedLater() throws Exception {
        bobContext.start();
        ProducerTemplate calls = aliceCalls("jsonrpc/echo?messageType=40002");
        bobRuns(in -> in.from("lightning:jsonrpc/echo?messageType=40002").log("${body}"));

        assertThat(calls.requestBody("direct:call", "[1]", String.class)).isEqualTo("[1]");
        assertThat(calls.requestBody("direct:call", "[2]", String.class)).isEqualTo("[2]");
    }

    @Test
    void aSlowMethodHoldsUpNoOtherOfThePeer() throws Exception {
        bobRuns(in -> {
            in.from("lightning:jsonrpc/slow?messageType=40001").process(gate);
            in.from("lightning:jsonrpc/echo?messageType=40001").log("${body}");
        });
        start(in -> {
            in.from("direct:slow").to("lightning:jsonrpc/slow?messageType=40001&peerId=" + bobId);
            in.from("direct:call").to("lightning:jsonrpc/echo?messageType=40001&peerId=" + bobId);
        });
        CompletableFuture<Object> slow = template.asyncRequestBody("direct:slow", "[1]");
        Awaitility.await().until(() -> !gate.entered().isEmpty());

        assertThat(template.requestBody("direct:call", "[2]", String.class)).isEqualTo("[2]");
        assertThat(slow).isNotDone();

        gate.open();
        assertThat(slow.get(30, TimeUnit.SECONDS)).isEqualTo("[1]");
    }

    @Test
    void aDaemonThatStopsEndsTheCall() throws Exception {
        bobRuns(in -> in.from("lightning:jsonrpc/slow?messageType=40001").process(gate));
        ProducerTemplate calls = aliceCalls("jsonrpc/slow?messageType=40001");
        CompletableFuture<Object> slow = calls.asyncRequestBody("direct:call", "[1]");
        Awaitility.await().until(() -> !gate.entered().isEmpty());

        alice.crash();

        assertThat(catchThrowable(() -> slow.get(30, TimeUnit.SECONDS)))
                .rootCause()
                .isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void lsps0IsServedAndCalledAsOnAnyNode() throws Exception {
        bobRuns(in ->
                in.from("lightning:lsps0/lsps1.get_info?usage=").routeId("info").setBody(in.constant("{\"a\":1}")));
        start(in -> {
            in.errorHandler(in.noErrorHandler());
            in.from("direct:protocols").to("lightning:lsps0/lsps0.list_protocols?peerId=" + bobId);
            in.from("direct:call").to("lightning:lsps0/lsps1.get_info?peerId=" + bobId);
        });

        assertThat(template.requestBody("direct:protocols", null, String.class)).isEqualTo("{\"protocols\":[1]}");
        assertThat(template.requestBody("direct:call", null, String.class)).isEqualTo("{\"a\":1}");
        assertThat(catchThrowable(() -> template.requestBody("direct:call", "{\"x\":1}")))
                .cause()
                .isInstanceOfSatisfying(RemoteErrorException.class, error -> {
                    assertThat(error.code()).isEqualTo(-32_602);
                    assertThat(error.data()).isEqualTo("{\"unrecognized\":[\"x\"]}");
                });
    }
}
