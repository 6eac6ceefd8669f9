// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import static io.github.camellightning.testkit.lightningd.RpcClient.ask;
import static io.github.camellightning.testkit.lightningd.RpcClient.call;
import static io.github.camellightning.testkit.lightningd.RpcClient.error;
import static io.github.camellightning.testkit.lightningd.RpcClient.result;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The JSON-RPC socket, byte by byte; the answers are those that a real lightningd v26.06.6 gave. */
class RpcSocketTest {

    @RegisterExtension
    static final LightningdExtension lightning = new LightningdExtension();

    private static final String ID_ONLY = "\"params\":{},\"filter\":{\"id\":true}";
    private static SimulatedLightningd alice;

    @BeforeAll
    static void aliceRuns() {
        alice = lightning.start("alice");
    }

    private static String getinfo(String id) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"getinfo\"," + ID_ONLY + "}";
    }

    private static String answer(String id) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"id\":\"" + alice.nodeId() + "\"}}";
    }

    @Test
    void onlyTheOwnerMayOpenTheSocket() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(alice.rpcFile())))
                .isEqualTo("rw-------");
        assertThat(alice.rpcFile()).isEqualTo(alice.dir().resolve("regtest").resolve("lightning-rpc"));
    }

    @Test
    void aReplyEndsInABlankLineAndTheConnectionStaysOpen() throws IOException {
        try (var client = new RpcClient(alice.rpcFile())) {
            assertThat(client.write(getinfo("1")).bytes(RpcClient.SILENCE))
                    .asString()
                    .isEqualTo(answer("1") + "\n\n");
            assertThat(client.endsWithin(RpcClient.SILENCE)).isFalse();
        }
    }

    @Test
    void getinfoTellsWhatClientsLookAt() {
        assertThat(call(alice, "getinfo", "{}"))
                .contains("\"id\":\"" + alice.nodeId() + "\"")
                .contains("\"alias\":\"alice\"")
                .contains("\"version\":\"v26.06.6\"")
                .contains("\"network\":\"regtest\"")
                .contains("\"lightning-dir\":\"" + alice.networkDir() + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"s\"",
                "1",
                "0",
                "-1",
                "1.5",
                "1e3",
                "123456789012345678901234567890",
                "null",
                "true",
                "\"\"",
                "\"a/b#c:d\"",
                "\"\\u00e9\\n\\\"\"",
                "\"é\""
            })
    void anIdComesBackAsItWasWritten(String id) {
        assertThat(ask(alice, getinfo(id))).isEqualTo(answer(id));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"jsonrpc":"2.0","method":"getinfo","params":{}} | No id
                    {"jsonrpc":"2.0","id":[1],"method":"getinfo","params":{}} | Expected string/primitive for id
                    {"jsonrpc":"1.0","id":1,"method":"getinfo","params":{}} | jsonrpc: \\"2.0\\" must be specified in the request
                    {"id":1} | JSON-RPC message does not contain \\"jsonrpc\\" field: '{\\"id\\":1}'
                    {bad} | Failed to parse RPC JSON response '{bad}'
                    "abc"} | Failed to parse RPC JSON response '\\"abc\\"}'
                    {1:2} | Failed to parse RPC JSON response '{1:2}'
                    {"jsonrpc":"2.0","id":1] | {"jsonrpc":"2.0","id":1]
                    [{"jsonrpc":"2.0"}] | JSON-RPC message does not contain \\"jsonrpc\\" field: '[{\\"jsonrpc\\":\\"2.0\\"}]'
                    """)
    void whatIsNoRequestIsAnsweredWithoutAnId(String request, String message) throws IOException {
        try (var client = new RpcClient(alice.rpcFile())) {
            var reply = client.write(request + "\n");
            if (request.endsWith("]") && request.startsWith("{")) {
                assertThat(reply.bytes(RpcClient.SILENCE))
                        .as("no closing brace: it waits for one")
                        .isEmpty();
                return;
            }
            assertThat(reply.reply())
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,\"message\":\""
                            + (message.endsWith("'") ? message.substring(0, message.length() - 1) + "\\n'" : message)
                            + "\"}}");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "method":"getinfo" | -32600 | No params
                    "params":{} | -32600 | No method
                    "method":5,"params":{} | -32600 | Expected string for method
                    "method":"nosuch","params":{} | -32601 | Unknown command 'nosuch'
                    "method":"get\\u0069nfo","params":{} | -32601 | Unknown command 'get\\\\u0069nfo'
                    "method":"getinfo","params":null | -32602 | Expected array or object for params
                    "method":"getinfo","params":"x" | -32602 | Expected array or object for params
                    "method":"ping","params":[] | -32602 | missing required parameter: id
                    "method":"notifications","params":[true,1] | -32602 | too many parameters: got 2, expected 1
                    "method":"listpeers","params":{"id":"02"} | -32602 | id: should be a node id: invalid token '\\"02\\"'
                    "method":"help","params":["nosuch"] | -32601 | Unknown command nosuch
                    """)
    void aRequestThatCannotBeServedIsAnsweredWithItsId(String members, int code, String message) {
        assertThat(ask(alice, "{\"jsonrpc\":\"2.0\",\"id\":1," + members + "}")).isEqualTo(error(code, message));
    }

    @Test
    void anUnknownParameterIsRefused() {
        assertThat(call(alice, "getinfo", "{\"foo\":1}"))
                .startsWith(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32602,\"message\":\"unknown parameter: foo, ");
    }

    @Test
    void afterARequestThatCannotBeParsedTheConnectionIsDeaf() throws IOException {
        try (var client = new RpcClient(alice.rpcFile())) {
            assertThat(client.write("{bad}").reply()).contains("Failed to parse");
            assertThat(client.write(getinfo("1")).bytes(RpcClient.SILENCE)).isEmpty();
            assertThat(client.endsWithin(RpcClient.SILENCE)).isFalse();
        }
    }

    @Test
    void oneBraceTooManySpoilsTheRequestBeforeIt() throws IOException {
        try (var client = new RpcClient(alice.rpcFile())) {
            assertThat(client.write(getinfo("1") + "}" + getinfo("2")).reply()).contains("\"id\":null");
            assertThat(client.bytes(RpcClient.SILENCE)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"getinfo\",\"params\":{}", "[]", "123\n", "\n\n"})
    void whatIsNotCompleteIsWaitedFor(String beginning) throws IOException {
        try (var client = new RpcClient(alice.rpcFile())) {
            assertThat(client.write(beginning).bytes(RpcClient.SILENCE)).isEmpty();
        }
    }

    @Test
    void aNulByteHidesAllThatFollows() throws IOException {
        try (var client = new RpcClient(alice.rpcFile())) {
            var hidden = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"getinfo\",\"params\":{}\0}" + getinfo("2");
            assertThat(client.write(hidden).bytes(RpcClient.SILENCE)).isEmpty();
        }
    }

    @Test
    void bytesThatAreNotUtf8AreQuotedAsTheyAre() throws IOException {
        var request = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"getinfo\",\"params\":[\"\u00ff\"]}"
                .getBytes(StandardCharsets.ISO_8859_1);
        try (var client = new RpcClient(alice.rpcFile())) {
            assertThat(client.write(request).bytes(RpcClient.SILENCE))
                    .asString(StandardCharsets.ISO_8859_1)
                    .contains("Failed to parse RPC JSON response '")
                    .contains("\\\"\u00ff\\\"");
        }
    }

    @Test
    void aTrailingCommaPasses() {
        assertThat(ask(alice, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"getinfo\"," + ID_ONLY + ",}"))
                .isEqualTo(answer("1"));
    }

    @Test
    void aRequestMayComeByteByByte() throws IOException {
        try (var client = new RpcClient(alice.rpcFile())) {
            for (byte b : getinfo("1").getBytes(StandardCharsets.UTF_8)) {
                client.write(new byte[] {b});
            }
            assertThat(client.reply()).isEqualTo(answer("1"));
        }
    }

    @Test
    void manyRequestsInOneWriteAreAnsweredInTheirOrder() throws IOException {
        var requests = new StringBuilder();
        IntStream.range(0, 5_000).forEach(i -> requests.append(getinfo(Integer.toString(i))));
        try (var client = new RpcClient(alice.rpcFile())) {
            var writer = new Thread(() -> {
                try {
                    client.write(requests.toString());
                } catch (IOException failed) {
                    throw new AssertionError(failed);
                }
            });
            writer.start();
            for (int i = 0; i < 5_000; i++) {
                assertThat(client.reply()).isEqualTo(answer(Integer.toString(i)));
            }
        }
    }

    @Test
    void whoClosesTheWritingSideGetsNoReply() throws IOException {
        try (var client = new RpcClient(alice.rpcFile())) {
            client.closeWritingSide();
            assertThat(client.endsWithin(RpcClient.PATIENCE)).isTrue();
            assertThat(client.bytes(RpcClient.SILENCE)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"alias":true} | {"alias":"alice"}
                    {"nosuch":true} | {}
                    {"binding":[{"type":true}],"our_features":{"init":true}} | {"binding":[{"type":"ipv4"}],"our_features":{"init":"800898880a8a59a1"}}
                    {"binding":{"type":true}} | {"binding":[],"warning_parameter_filter":".binding is an array"}
                    {"our_features":true} | {"our_features":{}}
                    {"binding":[true]} | {"binding":[{}]}
                    """)
    void aFilterPicksMembers(String filter, String result) {
        var request = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"getinfo\",\"params\":{},\"filter\":" + filter + "}";
        assertThat(ask(alice, request)).isEqualTo(result(result));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    true | filter: Expected object: invalid token 'true'
                    {"id":false} | filter: value must be true: invalid token 'false'
                    {"id":"true"} | filter: value must be true: invalid token '\\"true\\"'
                    {"binding":[]} | filter: Arrays can only have one element: invalid token '[]'
                    """)
    void aFilterOfAnotherShapeIsRefused(String filter, String message) {
        var request = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"getinfo\",\"params\":{},\"filter\":" + filter + "}";
        assertThat(ask(alice, request)).isEqualTo(error(-32602, message));
    }

    @Test
    void checkRunsNothing() {
        assertThat(call(alice, "check", "[\"stop\"]")).isEqualTo(result("{\"command_to_check\":\"stop\"}"));
        assertThat(call(alice, "check", "[\"ping\"]")).isEqualTo(error(-32602, "missing required parameter: id"));
        assertThat(call(alice, "help", "[\"connect\"]"))
                .isEqualTo(
                        result("{\"help\":[{\"command\":\"connect id [host] [port]\"}],\"format-hint\":\"simple\"}"));
    }
}
