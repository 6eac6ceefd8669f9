// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import static io.github.camellightning.node.cln.rpc.Outcomes.failureOf;
import static io.github.camellightning.node.cln.rpc.Outcomes.resultOf;
import static io.github.camellightning.node.cln.rpc.Outcomes.textOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.interop.RealLightningd;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.RemoteErrorException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same against a real lightningd, where {@code -Dlightningd=<path of the binary>} says which; else skipped. */
@Timeout(60)
@EnabledIfSystemProperty(
        named = "lightningd",
        matches = ".+",
        disabledReason = "no -Dlightningd=<path of the binary> was given")
class RpcClientLightningdIT {

    private static RealLightningd daemon;

    private RpcClient client;

    @BeforeAll
    static void startDaemon() throws Exception {
        daemon = RealLightningd.start();
    }

    @AfterAll
    static void stopDaemon() throws Exception {
        daemon.close();
    }

    @BeforeEach
    void connect() {
        client = new RpcClient(RpcSettings.builder(daemon.rpcFile())
                .deadline(Duration.ofSeconds(30))
                .spoolThreshold(100_000)
                .build());
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void itSaysWhoItIs() {
        JsonNode info = resultOf(client.call("getinfo", Map.of()));
        assertThat(info.get("id").textValue()).hasSize(66);
        assertThat(resultOf(client.callForJson(RpcRequest.of("getinfo").withFilter(json("{'id':true}")))))
                .isEqualTo(Json.emptyObject().set("id", info.get("id")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-32601 | nosuch          | {}                | Unknown command 'nosuch'",
                "-32602 | getinfo         | {'foo':1}         | unknown parameter: foo",
                "-32602 | listpeers       | ['02']            | id: should be a node id",
                "-32602 | checkrune       | ['nosecret']      | rune: should be base64 string: invalid token",
                "2000   | waitblockheight | [1000000, 1]      | Timed out",
            })
    void itsErrorsHaveItsOwnCodeAndWords(int code, String method, String params, String words) {
        assertThat(failureOf(client.call(RpcRequest.of(method, json(params)))))
                .isInstanceOf(RemoteErrorException.class)
                .hasMessageContaining(words)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void manyCallsPassAWaitingOne() {
        CompletionStage<JsonResult> waiting = client.call(RpcRequest.of("waitblockheight", json("[1000000, 3]")));
        List<CompletionStage<JsonNode>> calls = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            calls.add(client.call("getinfo", Map.of()));
        }
        JsonNode first = resultOf(calls.get(0));
        calls.forEach(call -> assertThat(resultOf(call).get("id")).isEqualTo(first.get("id")));
        assertThat(waiting.toCompletableFuture()).isNotDone();
    }

    @Test
    void aDeadlineEndsTheCallAndTheConnectionGoesOn() {
        CompletionStage<JsonResult> waiting = client.call(
                RpcRequest.of("waitblockheight", json("[1000000, 1]")).withDeadline(Duration.ofMillis(500)));
        assertThat(failureOf(waiting)).isInstanceOf(OutcomeUnknownException.class);
        assertThat(failureOf(client.call(RpcRequest.of("waitblockheight", json("[1000000, 2]"))))
                        .code())
                .isEqualTo(2000);
    }

    @Test
    void textArrivesAsItWasGiven() {
        for (String text : List.of("é", "😀", "\u2028", "a\n\n\t\"\\/b", "\\u0041", "\u007f")) {
            store("text", Json.emptyObject().put("string", text));
            JsonNode stored = resultOf(client.call("listdatastore", Map.of("key", List.of("camel-lightning", "text"))));
            String hex = stored.at("/datastore/0/hex").textValue();
            assertThat(hex).isEqualTo(HexFormat.of().formatHex(text.getBytes(UTF_8)));
        }
        delete("text");
        assertThat(failureOf(client.call("datastore", Map.of("key", "x", "string", "\u0001"))))
                .isInstanceOf(InvalidMessageException.class);
    }

    @Test
    void largeRequestsAndResultsPass() {
        String hex = "ab".repeat(1 << 20);
        store("large", Json.emptyObject().put("hex", hex));
        CompletionStage<JsonResult> large =
                client.call(RpcRequest.of("listdatastore", json("{'key':['camel-lightning','large']}")));
        try (JsonResult result = resultOf(large)) {
            assertThat(result.size()).isGreaterThan(2 << 20);
            assertThat(result.json().at("/datastore/0/hex").textValue()).isEqualTo(hex);
        }
        delete("large");
    }

    @Test
    void callsThatHearOfTheirProgressAreAnsweredToo() {
        List<RpcNotification> heard = new CopyOnWriteArrayList<>();
        assertThat(textOf(client.call(RpcRequest.of("getinfo"), heard::add))).contains("\"alias\"");
    }

    private void store(String key, ObjectNode params) {
        params.putArray("key").add("camel-lightning").add(key);
        resultOf(client.call("datastore", params.put("mode", "create-or-replace")));
    }

    private void delete(String key) {
        resultOf(client.call("deldatastore", Map.of("key", List.of("camel-lightning", key))));
    }

    private static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"'));
    }
}
