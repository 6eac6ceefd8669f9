// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestEncoderTest {

    @Test
    void aRequestHasWhatLightningdWantsAndNoMore() {
        assertThat(encoded(RpcRequest.of("getinfo")))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"camel:getinfo#7\",\"method\":\"getinfo\",\"params\":{}}");
    }

    @Test
    void paramsAndFilterAreWrittenAsTheyAre() {
        RpcRequest request = RpcRequest.of("listpeers", json("[\"02ab\",{\"a\":null}]"))
                .withFilter(json("{\"peers\":[{\"id\":true}]}"));
        assertThat(encoded(request))
                .endsWith(
                        ",\"method\":\"listpeers\",\"params\":[\"02ab\",{\"a\":null}],\"filter\":{\"peers\":[{\"id\":true}]}}");
    }

    @Test
    void numbersKeepAllTheirDigits() {
        String params =
                "{\"a\":18446744073709551615,\"b\":1.10,\"c\":123456789012345678901234567890,\"d\":0.10000000000000000000001}";
        assertThat(encoded(RpcRequest.of("x", json(params)))).contains(params);
    }

    @ParameterizedTest
    @ValueSource(strings = {"é", "😀", "\u2028", "\u007f", "漢字", "\uFEFF", "\uFFFF", "/"})
    void textIsRawUtf8InValuesAndInNames(String text) {
        JsonNode params = Json.emptyObject().put("a" + text, text + "b");
        assertThat(encoded(RpcRequest.of("x", params))).contains("{\"a" + text + "\":\"" + text + "b\"}");
    }

    @Test
    void theEscapesThatLightningdKnowsAreUsed() {
        JsonNode params = Json.emptyObject().put("a", "\b\t\n\f\r\"\\\\u0041");
        assertThat(encoded(RpcRequest.of("x", params)))
                .contains("\"params\":{\"a\":\"\\b\\t\\n\\f\\r\\\"\\\\\\\\u0041\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "\u0001", "\u001b", "\u001f", "\ud83d", "\ude00", "\ude00\ud83d"})
    void whatWouldNeedAUnicodeEscapeIsRefusedAndNotQuoted(String text) {
        for (JsonNode params : new JsonNode[] {
            Json.emptyObject().put("string", "secret" + text + "secret"),
            Json.emptyObject().put("secret" + text, 1),
            JsonNodeFactory.instance.arrayNode().add("secret" + text),
        }) {
            assertThatExceptionOfType(InvalidMessageException.class)
                    .isThrownBy(() -> encoded(RpcRequest.of("datastore", params)))
                    .withMessageContaining("params of datastore")
                    .withMessageNotContaining("secret")
                    .withNoCause();
        }
    }

    @Test
    void paramsNestedTooDeeplyAreRefused() {
        JsonNode params = Json.emptyObject();
        for (int i = 0; i < 5_000; i++) {
            params = JsonNodeFactory.instance.arrayNode().add(params);
        }
        JsonNode deep = params;
        assertThatExceptionOfType(InvalidMessageException.class)
                .isThrownBy(() -> encoded(RpcRequest.of("datastore", deep)))
                .withMessageContaining("nested");
    }

    @Test
    void idsAreInCoreLightningsOwnForm() {
        assertThat(RequestEncoder.id(null, "camel", "getinfo", 1)).isEqualTo("camel:getinfo#1");
        assertThat(RequestEncoder.id("cln:custommsg#180", "camel", "getinfo", 2))
                .isEqualTo("cln:custommsg#180/camel:getinfo#2");
        assertThat(RequestEncoder.id("\"quoted\"", "camel", "getinfo", 3)).isEqualTo("weird-id/camel:getinfo#3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "get info", "get\"info", "get\\info", "gétinfo", "getinfo\n"})
    void aMethodThatWouldNotFitIntoAnIdIsRefused(String method) {
        assertThatExceptionOfType(InvalidMessageException.class)
                .isThrownBy(() -> RpcRequest.of(method))
                .withMessageStartingWith("Invalid method ");
    }

    @Test
    void paramsAreAnObjectOrAnArrayAndTheFilterIsAnObject() {
        assertThatExceptionOfType(InvalidMessageException.class)
                .isThrownBy(() -> RpcRequest.of("checkrune", JsonNodeFactory.instance.textNode("secret")))
                .withMessage("Invalid params of checkrune, JSON STRING: they must be an object or an array");
        assertThatExceptionOfType(InvalidMessageException.class)
                .isThrownBy(() -> RpcRequest.of("getinfo").withFilter(json("true")))
                .withMessage("Invalid filter of getinfo, JSON BOOLEAN: it must be an object");
        assertThatExceptionOfType(InvalidMessageException.class)
                .isThrownBy(() -> RpcRequest.of("getinfo").withDeadline(Duration.ofMillis(-1)))
                .withMessage("Invalid deadline of getinfo, PT-0.001S: it must not be negative");
    }

    @Test
    void aRequestPrintsNoParams() {
        assertThat(RpcRequest.of("checkrune", json("{\"rune\":\"secret\"}"))).hasToString("RpcRequest[checkrune]");
    }

    private static JsonNode json(String text) {
        return Json.read(text);
    }

    private static String encoded(RpcRequest request) {
        return new String(RequestEncoder.encode("camel:" + request.method() + "#7", request), UTF_8);
    }
}
