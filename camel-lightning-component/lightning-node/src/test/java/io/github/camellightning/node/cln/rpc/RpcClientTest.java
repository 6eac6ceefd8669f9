// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import static io.github.camellightning.node.cln.rpc.Outcomes.failureOf;
import static io.github.camellightning.node.cln.rpc.Outcomes.resultOf;
import static io.github.camellightning.node.cln.rpc.Outcomes.textOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.RemoteErrorException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and their replies. */
@Timeout(60)
class RpcClientTest {

    @TempDir
    Path directory;

    private ScriptedDaemon daemon;
    private RpcClient client;

    @BeforeEach
    void connect() {
        daemon = new ScriptedDaemon(directory);
        client = new RpcClient(daemon.settings().build());
    }

    @AfterEach
    void close() {
        client.close();
        daemon.close();
    }

    @Test
    void aCallIsARequestAndTheResultOfItsReply() {
        CompletionStage<JsonNode> result = client.call("getinfo", Map.of());

        ScriptedDaemon.Client connection = daemon.accept();
        JsonNode request = connection.request();
        assertThat(request)
                .hasToString("{\"jsonrpc\":\"2.0\",\"id\":\"camel:getinfo#1\",\"method\":\"getinfo\",\"params\":{}}");
        connection.reply(request, "{\"alias\":\"é😀\"}");
        assertThat(resultOf(result)).hasToString("{\"alias\":\"é😀\"}");
    }

    @Test
    void paramsGoByNameOrByPosition() {
        client.call("connect", Map.of("id", "02ab", "port", 9735));
        client.call("connect", JsonNodeFactory.instance.arrayNode().add("02ab"));

        ScriptedDaemon.Client connection = daemon.accept();
        assertThat(connection.request().get("params"))
                .isEqualTo(Json.emptyObject().put("id", "02ab").put("port", 9735));
        assertThat(connection.request().get("params")).hasToString("[\"02ab\"]");
    }

    @Test
    void whoLedToARequestStandsInItsId() {
        CompletionStage<JsonResult> result =
                client.call(RpcRequest.of("getinfo").withIdPrefix("cln:custommsg#180"));

        ScriptedDaemon.Client connection = daemon.accept();
        JsonNode request = connection.request();
        assertThat(request.get("id").textValue()).isEqualTo("cln:custommsg#180/camel:getinfo#1");
        connection.reply(request, "1");
        assertThat(textOf(result)).isEqualTo("1");
    }

    @Test
    void repliesInAnyOrderFindTheirCalls() {
        List<CompletionStage<JsonResult>> results = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            results.add(client.call(RpcRequest.of("m" + i)));
        }

        ScriptedDaemon.Client connection = daemon.accept();
        List<JsonNode> requests = connection.requests(100);
        Collections.shuffle(requests, new Random(1));
        requests.forEach(
                request -> connection.reply(request, request.get("method").toString()));

        for (int i = 0; i < 100; i++) {
            assertThat(textOf(results.get(i))).isEqualTo("\"m" + i + "\"");
        }
    }

    @Test
    void requestsOfOneCallerAreWrittenInTheirOrder() {
        for (int i = 0; i < 1_000; i++) {
            client.call(RpcRequest.of("m" + i));
        }
        ScriptedDaemon.Client connection = daemon.accept();
        for (int i = 0; i < 1_000; i++) {
            JsonNode request = connection.request();
            assertThat(request.get("method").textValue()).isEqualTo("m" + i);
            connection.reply(request, "{}");
        }
    }

    @Test
    void aSlowCommandHoldsUpNoOther() {
        CompletionStage<JsonResult> slow = client.call(RpcRequest.of("waitblockheight"));
        CompletionStage<JsonResult> quick = client.call(RpcRequest.of("getinfo"));

        ScriptedDaemon.Client connection = daemon.accept();
        List<JsonNode> requests = connection.requests(2);
        connection.reply(requests.get(1), "{}");
        assertThat(textOf(quick)).isEqualTo("{}");
        assertThat(slow.toCompletableFuture()).isNotDone();
        connection.reply(requests.get(0), "{}");
        assertThat(textOf(slow)).isEqualTo("{}");
    }

    @Test
    void aReplyMayComeByteByByteAndWithBlankLinesInside() {
        String result = "{\n\n  \"a\": [1,\n\n\n2],\n \"b\": \"x}\\\"\"\n\n}";
        CompletionStage<JsonResult> one = client.call(RpcRequest.of("one"));
        CompletionStage<JsonResult> two = client.call(RpcRequest.of("two"));

        ScriptedDaemon.Client connection = daemon.accept();
        List<JsonNode> requests = connection.requests(2);
        String replies = ScriptedDaemon.Client.replyTo(requests.get(0), result)
                + ScriptedDaemon.Client.replyTo(requests.get(1), "2");
        for (byte b : replies.getBytes(UTF_8)) {
            connection.write(new byte[] {b});
        }
        assertThat(textOf(one)).isEqualTo(result);
        assertThat(textOf(two)).isEqualTo("2");
    }

    @Test
    void membersOfAReplyMayComeInAnyOrder() {
        CompletionStage<JsonResult> result = client.call(RpcRequest.of("x"));

        ScriptedDaemon.Client connection = daemon.accept();
        JsonNode id = connection.request().get("id");
        connection.write("{\"result\": {\"slept\": 3}, \"error\": null, \"id\": " + id + " , \"jsonrpc\": \"2.0\"}");
        assertThat(textOf(result)).isEqualTo("{\"slept\": 3}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[1,2]", "\"text\"", "null", "true", "18446744073709551616"})
    void aResultMayBeAnyJson(String json) {
        CompletionStage<JsonResult> result = client.call(RpcRequest.of("x"));
        ScriptedDaemon.Client connection = daemon.accept();
        connection.reply(connection.request(), json);
        try (JsonResult got = resultOf(result)) {
            assertThat(got.size()).isEqualTo(json.length());
            assertThat(got.text()).isEqualTo(json);
            assertThat(got.json()).hasToString(json);
        }
    }

    @Test
    void numbersKeepAllTheirDigits() {
        String json =
                "{\"msat\":18446744073709551615,\"f\":1.10,\"n\":123456789012345678901234567890,\"e\":0.10000000000000000000001}";
        CompletionStage<JsonNode> result = client.call("x", Map.of());
        ScriptedDaemon.Client connection = daemon.accept();
        connection.reply(connection.request(), json);

        JsonNode got = resultOf(result);
        assertThat(got.get("msat").bigIntegerValue()).isEqualTo(new BigInteger("18446744073709551615"));
        assertThat(got.get("f").decimalValue()).isEqualTo(new BigDecimal("1.10"));
        assertThat(got).hasToString(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-32601 | Unknown command 'nosuch' |",
                "-32602 | unknown parameter: foo |",
                "205    | Failed: Unknown source node | {\"attempts\":[18446744073709551616,1.10]}",
                "19537  | Invalid rune: too soon é | [1]",
            })
    void anErrorHasTheDaemonsOwnCodeWordsAndData(int code, String message, String data) {
        CompletionStage<JsonResult> result = client.call(RpcRequest.of("x"));
        ScriptedDaemon.Client connection = daemon.accept();
        connection.replyError(
                connection.request(),
                "{\"code\":" + code + ",\"message\":\"" + message + "\"" + (data == null ? "" : ",\"data\":" + data)
                        + "}");

        assertThat(failureOf(result))
                .isInstanceOf(RemoteErrorException.class)
                .hasMessage(message)
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.data()).isEqualTo(data);
                    assertThat(e.isRetryable()).isFalse();
                });
    }

    @Test
    void whatACommandDidWhosePluginEndedIsUnknown() {
        CompletionStage<JsonResult> result = client.call(RpcRequest.of("pay"));
        ScriptedDaemon.Client connection = daemon.accept();
        connection.replyError(
                connection.request(), "{\"code\":-4,\"message\":\"Plugin terminated before replying to RPC call.\"}");

        assertThat(failureOf(result))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("pay")
                .hasMessageContaining("-4")
                .hasMessageContaining("Plugin terminated before replying to RPC call.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"code\":x}", "[\"words\",]", "nothing"})
    void aPluginsUnreadableErrorFailsItsCallAlone(String error) {
        CompletionStage<JsonResult> result = client.call(RpcRequest.of("x"));
        CompletionStage<JsonResult> next = client.call(RpcRequest.of("y"));
        ScriptedDaemon.Client connection = daemon.accept();
        List<JsonNode> requests = connection.requests(2);
        connection.replyError(requests.get(0), error);
        connection.reply(requests.get(1), "{}");

        assertThat(failureOf(result))
                .isExactlyInstanceOf(LightningException.class)
                .hasMessage("lightningd answered x with an error that cannot be read");
        assertThat(textOf(next)).isEqualTo("{}");
    }

    @Test
    void aPluginsSloppyResultFailsOnlyWhoWantsItAsJson() {
        CompletionStage<JsonNode> asJson = client.call("x", Map.of());
        CompletionStage<JsonResult> asText = client.call(RpcRequest.of("x"));
        ScriptedDaemon.Client connection = daemon.accept();
        connection.requests(2).forEach(request -> connection.reply(request, "{\"secret\":1,}"));

        assertThat(textOf(asText)).isEqualTo("{\"secret\":1,}");
        assertThat(failureOf(asJson.handle((json, failure) -> {
                    throw (LightningException) failure.getCause();
                })))
                .isExactlyInstanceOf(LightningException.class)
                .hasMessage("Not JSON: line 1, column 13 cannot be understood");
    }

    @Test
    void repliesThatNobodyWaitsForAreDropped() {
        CompletionStage<JsonResult> result = client.call(RpcRequest.of("x"));
        ScriptedDaemon.Client connection = daemon.accept();
        JsonNode request = connection.request();
        for (String id : List.of("7", "\"somebody\"", "\"camel:x#77\"", "\"camel:y#1\"", "\"#\"", "1e3", "true")) {
            connection.write("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{}}\n\n");
        }
        connection.write("{\"jsonrpc\":\"2.0\",\"method\":\"message\",\"params\":{}}\n\n");
        connection.reply(request, "\"mine\"");
        assertThat(textOf(result)).isEqualTo("\"mine\"");
    }

    @Test
    void aCallMayFollowFromAReply() {
        CompletionStage<JsonNode> last = client.call("one", Map.of())
                .thenCompose(one -> client.call("two", Map.of("one", one)))
                .thenCompose(two -> client.call("three", Map.of("two", two)));

        ScriptedDaemon.Client connection = daemon.accept();
        for (String method : List.of("one", "two", "three")) {
            JsonNode request = connection.request();
            assertThat(request.get("method").textValue()).isEqualTo(method);
            connection.reply(request, "\"" + method + "\"");
        }
        assertThat(resultOf(last).textValue()).isEqualTo("three");
    }

    @Test
    void manyThreadsShareOneConnection() {
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String method = "m" + i;
            threads.add(CompletableFuture.runAsync(() -> {
                for (int j = 0; j < 500; j++) {
                    assertThat(textOf(client.call(RpcRequest.of(method)))).isEqualTo("\"" + method + "\"");
                }
            }));
        }
        ScriptedDaemon.Client connection = daemon.accept();
        for (int i = 0; i < 4_000; i++) {
            JsonNode request = connection.request();
            connection.reply(request, request.get("method").toString());
        }
        threads.forEach(Outcomes::resultOf);
    }

    @Test
    void aCallerWhoIsInterruptedHarmsNoCall() {
        CompletionStage<JsonResult> others = client.call(RpcRequest.of("others"));
        ScriptedDaemon.Client connection = daemon.accept();
        JsonNode request = connection.request();

        Thread.currentThread().interrupt();
        CompletionStage<JsonResult> mine = client.call(RpcRequest.of("mine"));
        assertThat(Thread.interrupted()).isTrue();
        connection.reply(connection.request(), "1");
        connection.reply(request, "2");
        assertThat(textOf(mine)).isEqualTo("1");
        assertThat(textOf(others)).isEqualTo("2");
    }

    @Test
    void anInterruptThatAReplyLeadsToHarmsNoCall() {
        CompletionStage<?> interrupted = client.call(RpcRequest.of("a"))
                .thenRun(() -> Thread.currentThread().interrupt());
        CompletionStage<JsonResult> next = client.call(RpcRequest.of("b"));
        ScriptedDaemon.Client connection = daemon.accept();
        List<JsonNode> requests = connection.requests(2);
        connection.reply(requests.get(0), "1");
        resultOf(interrupted);
        connection.reply(requests.get(1), "2");
        assertThat(textOf(next)).isEqualTo("2");
    }

    @Test
    void whatCannotBeAskedFailsBeforeAnythingIsWritten() {
        assertThat(failureOf(client.call("datastore", Map.of("string", "\u0001"))))
                .isInstanceOf(InvalidMessageException.class);
        assertThat(failureOf(client.call("get info", Map.of()))).isInstanceOf(InvalidMessageException.class);
        assertThat(failureOf(client.call("getinfo", Map.of("a", new Object()))))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessage("A value cannot be written as JSON");

        client.call(RpcRequest.of("getinfo"));
        assertThat(daemon.accept().request().get("method").textValue()).isEqualTo("getinfo");
    }

    @Test
    void aClosedClientCallsNothing() {
        client.close();
        client.close();
        assertThat(failureOf(client.call(RpcRequest.of("getinfo"))))
                .isInstanceOf(NotConnectedException.class)
                .hasMessage("getinfo was not written: the RPC client is closed");
        assertThat(failureOf(client.connect())).isInstanceOf(NotConnectedException.class);
    }
}
