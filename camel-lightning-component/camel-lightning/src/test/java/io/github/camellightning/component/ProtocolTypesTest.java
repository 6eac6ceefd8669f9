// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.InvalidMessageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The type of a protocol is its own; and that of lsps0 has rules of its own. */
@Timeout(120)
class ProtocolTypesTest extends TwoPeersSupport {

    private Throwable startFailureOfBob(LightningTestSupport.Routes routes) {
        Throwable failure = catchThrowable(() -> bobRuns(routes));
        assertThat(failure).as("the start").isNotNull();
        while (failure.getCause() != null) {
            failure = failure.getCause();
        }
        return failure;
    }

    @Test
    void aConsumerOfCustommsgThatNamesTheTypeOfAProtocolIsRefused() {
        assertThat(startFailureOfBob(in -> {
                    in.from("lightning:jsonrpc/echo?" + TYPE).log("${body}");
                    in.from("lightning:custommsg?messageTypes=40000-40009").to("mock:in");
                }))
                .hasMessageMatching("Message type 40001 (is taken|cannot be had exclusively).*");
    }

    @Test
    void twoRoutesCannotServeOneMethod() {
        assertThat(startFailureOfBob(in -> {
                    in.from("lightning:jsonrpc/echo?" + TYPE).log("${body}");
                    in.from("lightning:jsonrpc/echo?outputType=Map&" + TYPE).log("${body}");
                }))
                .hasMessageContaining("The method echo of message type 40001 is served already");
    }

    @Test
    void twoProtocolsCannotHaveOneType() {
        assertThat(startFailureOfBob(in -> {
                    in.from("lightning:jsonrpc/echo?messageType=37913").log("${body}");
                    in.from("lightning:lsps0/lsps1.get_info").log("${body}");
                }))
                .hasMessageContaining("Message type 37913 cannot carry jsonrpc and lsps0 on one node");
    }

    @Test
    void aConsumerOfAllMessagesDoesNotGetThoseOfAProtocol() throws Exception {
        bobRuns(in -> {
            in.from("lightning:custommsg").to("mock:all");
            in.from("lightning:jsonrpc/echo?" + TYPE).log("${body}");
        });
        aliceCalls("jsonrpc/echo?" + TYPE);
        mock(bobContext, "all").expectedMessageCount(1);
        mock(bobContext, "all").expectedHeaderReceived(LightningConstants.MESSAGE_TYPE, 40_003);

        assertThat(call("[1]")).isEqualTo("[1]");
        alice.send(BOB, new CustomMessage(40_003, new byte[1]));

        mock(bobContext, "all").assertIsSatisfied();
    }

    @Test
    void theTypeIsFreeAgainWhenTheLastRouteIsGone() throws Exception {
        bobRuns(in -> in.from("lightning:jsonrpc/echo?" + TYPE).routeId("echo").log("${body}"));
        bobContext.getRouteController().stopRoute("echo");
        bobContext.removeRoute("echo");

        routes(bobContext, in -> in.from("lightning:custommsg?messageTypes=40001")
                .to("mock:in"));
        aliceRuns(in -> in.from("direct:out").to("lightning:sendcustommsg?messageType=40001&peerId=" + BOB));
        mock(bobContext, "in").expectedMessageCount(1);
        template.sendBody("direct:out", new byte[1]);
        mock(bobContext, "in").assertIsSatisfied();
    }

    @Test
    void anEvenTypeServesAsWell() throws Exception {
        bobRuns(in -> in.from("lightning:jsonrpc/echo?messageType=40002").log("${body}"));
        aliceCalls("jsonrpc/echo?messageType=40002");
        assertThat(call("[1]")).isEqualTo("[1]");
        assertThat(call("[2]")).isEqualTo("[2]");
    }

    @Test
    void lsps0AnswersWhichProtocolsTheRoutesServe() throws Exception {
        bobRuns(in -> {
            in.from("lightning:lsps0/lsps1.get_info?usage=").setBody(in.constant("{\"min\":\"1\"}"));
            in.from("lightning:lsps0/lsps2.buy").routeId("buy").setBody(in.constant("7"));
        });
        aliceRuns(in -> {
            in.from("direct:protocols").to("lightning:lsps0/lsps0.list_protocols?peerId=" + BOB);
            in.from("direct:info").to("lightning:lsps0/lsps1.get_info?peerId=" + BOB);
            in.from("direct:call").to("lightning:lsps0/lsps2.buy?peerId=" + BOB);
        });

        assertThat(template.requestBody("direct:protocols", null, String.class)).isEqualTo("{\"protocols\":[1,2]}");
        assertThat(template.requestBody("direct:info", "{}", String.class)).isEqualTo("{\"min\":\"1\"}");
        assertThat(errorOf("{}")).hasMessageContaining("no JSON object");
        assertThat(failureOf("[1]")).isInstanceOf(InvalidMessageException.class).hasMessageContaining("by name");
        bobContext.getRouteController().stopRoute("buy");
        assertThat(template.requestBody("direct:protocols", null, String.class)).isEqualTo("{\"protocols\":[1]}");
    }

    @Test
    void nobodyServesListProtocolsHimself() {
        assertThat(startFailureOfBob(
                        in -> in.from("lightning:lsps0/lsps0.list_protocols").log("${body}")))
                .hasMessageContaining("answered from what else is served");
    }
}
