// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import static io.github.camellightning.node.peerrpc.ScriptedNode.PEER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.RemoteErrorException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What bLIP-50 demands of a server beyond JSON-RPC 2.0. */
class Lsps0ServerTest {

    private static final PeerMethodListener ECHO = (peer, params) -> CompletableFuture.completedFuture(params);

    private final ScriptedNode node = new ScriptedNode();
    private final PeerRpc rpc = new PeerRpc(node, PeerRpcSettings.lsps0());

    @AfterEach
    void close() {
        rpc.close();
    }

    private Registration serve(String name) {
        return rpc.serve(new PeerMethod(name, null, Set.of()), ECHO);
    }

    private void receive(String text) {
        node.receive(PEER, PeerRpcRules.LSPS0_MESSAGE_TYPE, text.getBytes(UTF_8));
    }

    private String replyTo(String method, String params) {
        receive("{\"method\":\"" + method + "\",\"jsonrpc\":\"2.0\",\"id\":\"x#1\",\"params\":" + params + "}");
        return node.lastSent().toString();
    }

    @Test
    void theProtocolsAreThoseOfTheMethodsInForce() {
        serve("lsps2.buy");
        serve("lsps1.get_info");
        Registration order = serve("lsps1.create_order");
        Registration five = serve("lsps5.set_webhook");
        serve("vendor.thing");
        serve("lsps0.more");
        serve("lsps01.odd");
        rpc.serve(new PeerMethod("lsps7.private", null, Set.of(ScriptedNode.OTHER)), ECHO);

        assertThat(replyTo("lsps0.list_protocols", "{}"))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"x#1\",\"result\":{\"protocols\":[1,2,5]}}");
        order.close();
        five.close();
        assertThat(replyTo("lsps0.list_protocols", "{}")).contains("\"protocols\":[1,2]");
    }

    @Test
    void listProtocolsTakesNoParams() {
        serve("lsps1.get_info");
        assertThat(replyTo("lsps0.list_protocols", "{\"param_a\":1}"))
                .contains("\"code\":-32602", "\"unrecognized\":[\"param_a\"]");
    }

    @Test
    void listProtocolsIsAnsweredFromTheRestAndByNobodyElse() {
        assertThatThrownBy(() -> serve("lsps0.list_protocols"))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("answered from what else is served");
        replyToNothing("{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"lsps0.list_protocols\",\"params\":{}}");
    }

    private void replyToNothing(String text) {
        receive(text);
        assertThat(node.sent).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                " [ ] ",
                " { } { ",
                " { } { }",
                "{}",
                "7",
                "{\"jsonrpc\":\"2.0\",\"id\":\"a\"}",
                "[{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"lsps1.x\",\"params\":{}}]",
                "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"lsps1.x\",\"params\":{}}\u0000",
                "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\u0000\"method\":\"lsps1.x\",\"params\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"lsps1.x\",\"params\":3}",
                "{\"id\":\"a\",\"method\":\"lsps1.x\",\"params\":{}}"
            })
    void aBadMessageFormatIsAParseErrorWithoutAnId(String text) {
        serve("lsps1.x");
        receive(text);
        assertThat(node.lastSent().path("id").isNull()).isTrue();
        assertThat(node.lastSent().path("error").path("code").intValue()).isEqualTo(-32_700);
        assertThat(node.sent).hasSize(1);
    }

    @Test
    void whitespaceAroundIsNone() {
        serve("lsps1.x");
        receive(" \r\n\t{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"lsps1.x\",\"params\":{}} \n");
        assertThat(node.lastSent().has("result")).isTrue();
    }

    @Test
    void paramsByPositionAreInvalid() {
        serve("lsps1.x");
        assertThat(replyTo("lsps1.x", "[1]")).contains("\"code\":-32602", "by position", "\"unrecognized\":[]");
    }

    @Test
    void notificationsOfClientsAreNotRun() {
        rpc.serve(new PeerMethod("lsps1.x", null, Set.of()), (peer, params) -> {
            throw new AssertionError("called");
        });
        replyToNothing("{\"jsonrpc\":\"2.0\",\"method\":\"lsps1.x\",\"params\":{}}");
    }

    @Test
    void aResultThatIsNoObjectIsNotSent() {
        rpc.serve(
                new PeerMethod("lsps1.x", null, Set.of()),
                (peer, params) -> CompletableFuture.completedFuture(IntNode.valueOf(1)));
        assertThat(replyTo("lsps1.x", "{}")).contains("\"code\":-32603", "no JSON object");
    }

    @Test
    void invalidParamsOfTheListenersOwnHaveTheData() {
        rpc.serve(
                new PeerMethod("lsps1.x", null, Set.of()),
                (peer, params) -> CompletableFuture.failedFuture(
                        params.has("a")
                                ? new RemoteErrorException(-32_602, "too small", "{\"unrecognized\":[\"a\"]}")
                                : new RemoteErrorException(-32_602, "too small", null)));
        assertThat(replyTo("lsps1.x", "{}")).contains("too small", "\"data\":{\"unrecognized\":[]}");
        assertThat(replyTo("lsps1.x", "{\"a\":1}")).contains("\"data\":{\"unrecognized\":[\"a\"]}");
    }

    @Test
    void theExampleOfTheSpecification() {
        serve("lsps1.get_info");
        serve("lsps3.promise");
        receive(Json.read("{\"method\":\"lsps0.list_protocols\",\"jsonrpc\":\"2.0\","
                        + "\"id\":\"example#3cad6a54d302edba4c9ade2f7ffac098\",\"params\":{}}")
                .toPrettyString());
        assertThat(node.lastSent())
                .isEqualTo(Json.read("{\"jsonrpc\":\"2.0\",\"id\":\"example#3cad6a54d302edba4c9ade2f7ffac098\","
                        + "\"result\":{\"protocols\":[1,3]}}"));
    }
}
