// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import static io.github.camellightning.node.peerrpc.ScriptedNode.OTHER;
import static io.github.camellightning.node.peerrpc.ScriptedNode.PEER;
import static io.github.camellightning.node.peerrpc.ScriptedNode.TYPE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.RemoteErrorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Serving methods to peers, of which each asks something else that it should not. */
@Timeout(60)
class PeerServerTest extends PeerServerSupport {

    @Test
    void aResultGoesBackToWhoAskedWithTheIdAndTheType() {
        serve("echo", ECHO);
        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":\"é/1\",\"method\":\"echo\",\"params\":{\"n\":1.00}}"))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"é/1\",\"result\":{\"n\":1.00}}");
        assertThat(node.sent).singleElement().satisfies(sent -> {
            assertThat(sent.peer()).isEqualTo(PEER);
            assertThat(sent.message().type()).isEqualTo(TYPE);
        });
        assertThat(rpc.servedCalls()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"7 | 7", "-1 | -1", "18446744073709551616 | 18446744073709551616", "\"\" | \"\""})
    void anIdMayBeANumber(String id, String echoed) {
        serve("echo", ECHO);
        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"echo\"}"))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":" + echoed + ",\"result\":{}}");
    }

    @Test
    void paramsMayBeByPositionOrAbsent() {
        serve("echo", ECHO);
        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":[1,2]}"))
                .contains("\"result\":[1,2]");
        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\"}"))
                .contains("\"result\":{}");
    }

    @Test
    void repliesGoWhenTheyAreReady() {
        serveSlowly("slow");
        ask("a", "slow");
        ask("b", "slow");
        open.get(1).complete(IntNode.valueOf(2));
        open.get(0).complete(IntNode.valueOf(1));
        assertThat(node.sent)
                .extracting(sent -> sent.json().toString())
                .containsExactly(
                        "{\"jsonrpc\":\"2.0\",\"id\":\"b\",\"result\":2}",
                        "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":1}");
    }

    @Test
    void aNotificationRunsAndIsNotAnswered() {
        var seen = new ArrayList<String>();
        serve("note", (peer, params) -> {
            seen.add(params.toString());
            return CompletableFuture.failedFuture(new IllegalStateException("no"));
        });
        node.receive(PEER, "{\"jsonrpc\":\"2.0\",\"method\":\"note\",\"params\":[1]}");
        node.receive(PEER, "{\"jsonrpc\":\"2.0\",\"method\":\"unknown\"}");
        assertThat(seen).containsExactly("[1]");
        assertThat(node.sent).isEmpty();
        assertThat(rpc.servedCalls()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{                                                        | null | -32700",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\"} x     | null | -32700",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"echo\"} | null | -32700",
                "[]                                                       | null | -32600",
                "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\"}]     | null | -32600",
                "7                                                        | null | -32600",
                "{}                                                       | null | -32600",
                "{\"id\":1}                                               | 1    | -32600",
                "{\"id\":1,\"method\":\"echo\"}                           | 1    | -32600",
                "{\"jsonrpc\":2.0,\"id\":1,\"method\":\"echo\"}           | 1    | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}              | 1    | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":7}    | 1 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":null} | 1 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"echo\"}    | null | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"echo\"}     | null | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"echo\"}      | null | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"echo\"}    | null | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"ECHO\"}   | \"a\" | -32601",
                "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"\"}       | \"a\" | -32601"
            })
    void whatIsWrongIsToldByItsCode(String request, String id, int code) {
        serve("echo", (peer, params) -> {
            throw new AssertionError("called");
        });
        JsonNode reply = Json.read(replyTo(request));
        assertThat(reply.path("id")).hasToString(id);
        assertThat(reply.path("error").path("code").intValue()).isEqualTo(code);
        assertThat(reply.path("jsonrpc")).hasToString("\"2.0\"");
        assertThat(reply).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void nestingBombsAreParseErrors(String open) {
        serve("echo", ECHO);
        assertThat(replyTo(open.repeat(10_000))).contains("-32700", "exceeds a limit");
        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":" + "[".repeat(64)
                        + "]".repeat(64) + "}"))
                .contains("-32700");
    }

    @Test
    void anIdThatIsTooLongToEchoIsRefused() {
        serve("echo", ECHO);
        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":\"" + "a".repeat(1_024) + "\",\"method\":\"echo\"}"))
                .contains("\"result\":{}");
        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":\"" + "a".repeat(1_025) + "\",\"method\":\"echo\"}"))
                .contains("\"id\":null", "-32600");
    }

    @Test
    void paramsThatTheMethodDoesNotTakeAreNamed() {
        rpc.serve(new PeerMethod("status", ParamNames.parse("order [limit]"), Set.of()), ECHO);

        assertThat(
                        replyTo(
                                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":{\"order\":1,\"x\":2,\"limit\":3,\"y\":4}}"))
                .contains("\"code\":-32602", "\"data\":{\"unrecognized\":[\"x\",\"y\"]}");
        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":{\"limit\":3}}"))
                .contains("\"code\":-32602", "missing order", "\"data\":{\"unrecognized\":[]}");
        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":[1,2,3]}"))
                .contains("\"code\":-32602", "3 by position, where 1 to 2 are taken");
        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":[]}"))
                .contains("\"code\":-32602");
        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":{\"order\":1}}"))
                .contains("\"result\":{\"order\":1}");
        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":[1,2]}"))
                .contains("\"result\":[1,2]");
    }

    @Test
    void manyUnknownParamsStillFitIntoAReply() {
        rpc.serve(new PeerMethod("none", ParamNames.NONE, Set.of()), ECHO);
        var request = new StringBuilder("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"none\",\"params\":{\"a\":1");
        for (int i = 0; i < 60; i++) {
            request.append(",\"").append(i).append("é".repeat(400)).append("\":1");
        }
        assertThat(replyTo(request.append("}}").toString())).contains("-32602", "\"unrecognized\":[\"a\"");
    }

    @Test
    void whatTheListenerRefusesGoesInItsCodeAndWordsAndNothingElseDoes() {
        var failure = new CompletableFuture<JsonNode>();
        serve("fail", (peer, params) -> failure.copy());
        serve("throw", (peer, params) -> {
            throw new StackOverflowError("secret");
        });
        serve("null", (peer, params) -> null);
        serve("full", (peer, params) -> CompletableFuture.failedFuture(new QueueFullException("secret")));
        serve(
                "odd",
                (peer, params) -> CompletableFuture.failedFuture(new RemoteErrorException(5, "\ud800", "not json")));
        failure.completeExceptionally(new RemoteErrorException(101, "no such order", "{\"order\":7}"));

        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"fail\"}"))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":101,\"message\":\"no such order\","
                        + "\"data\":{\"order\":7}}}");
        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"throw\"}"))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"message\":\"Internal error\"}}");
        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"full\"}"))
                .contains("\"code\":-32000")
                .doesNotContain("secret");
        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"odd\"}")).contains("\"code\":5");
        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"null\"}"))
                .contains("\"code\":-32603");
        assertThat(rpc.servedCalls()).isZero();
    }

    @Test
    void aReplyThatDoesNotFitIsAnErrorThatSaysSo() {
        int envelope = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"\"}".length();
        serve(
                "large",
                (peer, params) -> CompletableFuture.completedFuture(
                        TextNode.valueOf("a".repeat(params.path(0).intValue()))));

        replyTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"large\",\"params\":[" + (65_533 - envelope) + "]}");
        assertThat(node.sent.get(0).message().payload()).hasSize(65_533);
        assertThat(replyTo(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"large\",\"params\":[" + (65_534 - envelope) + "]}"))
                .contains("\"code\":-32603", "65534 bytes", "a message holds 65533");

        serve(
                "verbose",
                (peer, params) ->
                        CompletableFuture.failedFuture(new RemoteErrorException(9, "a".repeat(70_000), null)));
        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"verbose\"}"))
                .contains("\"code\":9", "does not fit");
    }

    @Test
    void aMethodForSomePeersDoesNotExistForOthers() {
        rpc.serve(new PeerMethod("echo", null, Set.of(OTHER)), ECHO);
        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\"}"))
                .contains("-32601");
        node.receive(OTHER, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\"}");
        assertThat(node.lastSent().toString()).contains("result");
    }

    @Test
    void aMethodIsServedByOneAtATime() {
        Registration first = serve("echo", ECHO);
        assertThatThrownBy(() -> serve("echo", ECHO))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("The method echo of message type 40001 is served already");
        first.close();
        first.close();
        serve("echo", ECHO);
    }

    @Test
    void withTheLastMethodTheServerFallsSilent() {
        Registration echo = serve("echo", ECHO);
        Registration other = serve("other", ECHO);
        echo.close();
        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\"}"))
                .contains("-32601");
        other.close();
        ask("a", "echo");
        assertThat(node.sent).hasSize(1);
    }

    @Test
    void bothEndsShareOneType() {
        serve("echo", ECHO);
        CompletableFuture<?> call =
                rpc.call(PEER, MethodCall.of("theirs", Json.emptyObject())).toCompletableFuture();
        String id = node.lastSent().path("id").textValue();
        assertThat(replyTo("{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"method\":\"echo\"}"))
                .contains("result");
        assertThat(call).isNotDone();
        node.receive(PEER, "{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"result\":1}");
        assertThat(call).isCompleted();
    }

    @Test
    void twoServersThatMisunderstandEachOtherFallSilent() {
        serve("echo", ECHO);
        for (String reply : List.of(
                replyTo("{"), replyTo("[]"), replyTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"unknown\"}"))) {
            int sent = node.sent.size();
            node.receive(PEER, reply);
            assertThat(node.sent).hasSize(sent);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "é", "rpc.discover"})
    void aNameThatNoMethodMayHaveIsRefused(String name) {
        assertThatThrownBy(() -> serve(name, ECHO)).isInstanceOf(InvalidMessageException.class);
    }
}
