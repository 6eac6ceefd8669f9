// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import static io.github.camellightning.node.commando.ScriptedPeer.PEER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.ServedMethod;
import io.github.camellightning.node.rune.MasterSecret;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server answers to whom. */
@Timeout(60)
class CommandoServerTest extends ServerTestSupport {

    @Test
    void aMethodGetsItsParamsAndPeer() {
        serve(
                "echo",
                (peer, params) -> CompletableFuture.completedFuture(
                        JsonResult.of(Json.emptyObject().put("peer", peer.hex()).set("params", params))));

        assertThat(answer(request(RUNE, 7, "echo", ",\"params\":{\"n\":1.50,\"big\":123456789012345678901234567890}")))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"peer\":\"" + PEER
                        + "\",\"params\":{\"n\":1.50,\"big\":123456789012345678901234567890}}}");
        assertThat(answer(request(RUNE, "\"a\\\"b\"", "echo", ",\"params\":[1]")))
                .startsWith("{\"jsonrpc\":\"2.0\",\"id\":\"a\\\"b\",")
                .contains("\"params\":[1]");
        assertThat(answer(request(RUNE, "null", "echo", "")))
                .contains("\"id\":null")
                .contains("\"params\":{}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    nonsense ; Invalid JSON
                    `` ; Invalid JSON
                    {"id":1 ; Invalid JSON
                    "id":9} ; Invalid JSON
                    [1] ; Not a JSON object
                    7 ; Not a JSON object
                    "x" ; Not a JSON object
                    {"id":1,"rune":"x"} ; No method
                    {"id":1,"method":5,"rune":"x"} ; No method
                    {"id":1,"method":"x","params":5,"rune":"x"} ; Params must be object or array
                    {"id":1,"method":"x","params":null,"rune":"x"} ; Params must be object or array
                    {"method":"x","params":[],"rune":"x"} ; missing id field
                    {"id":1,"method":"x","params":[]} ; Missing rune
                    {"id":1,"method":"x","rune":"x"} ; Invalid rune
                    {"id":1,"method":"x","rune":""} ; Invalid rune
                    {"id":1,"method":"x","rune":5} ; Invalid rune
                    {"id":1,"id":2,"method":"x","rune":"x"} ; Invalid JSON: an object has two members of one name
                    {"id":1,"method":"x","params":{"a":{"b":1,"b":2}},"rune":"x"} ; Invalid JSON: an object has two members of one name
                    """)
    void whatIsNoRequestIsRefusedInLightningdsWords(String json, String words) {
        assertThat(answer(json)).isEqualTo(refusal(19_536, words));
    }

    @Test
    void namesThatARuneCannotTellApartAreRefused() {
        serveJson("x", "{}");
        assertThat(answer(request(RUNE, 1, "x", ",\"params\":{\"a_b\":1,\"ab\":2}")))
                .startsWith("{\"error\":{\"code\":19536,\"message\":\"Invalid params: ")
                .contains("punctuation");
        assertThat(ran).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEEP", "BOTTOMLESS", "OBJECTS", "NAME", "DIGITS", "TOKENS", "EXPONENT"})
    void whatIsMoreThanIsReadIsRefused(String what) {
        String params =
                switch (what) {
                    case "DEEP" -> "[".repeat(100) + "]".repeat(100);
                    case "BOTTOMLESS" -> "[".repeat(1_000_000);
                    case "OBJECTS" -> "{\"a\":".repeat(200_000);
                    case "NAME" -> "{\"" + "n".repeat(2_000) + "\":1}";
                    case "DIGITS" -> "[" + "1".repeat(129) + "]";
                    case "TOKENS" -> "[1" + ",1".repeat(60_000) + "]";
                    default -> "[1e99999999999]";
                };
        serveJson("x", "{}");
        assertThat(answer(request(RUNE, 1, "x", ",\"params\":" + params)))
                .startsWith("{\"error\":{\"code\":19536,\"message\":\"Invalid JSON");
        assertThat(ran).hasValue(0);
    }

    @Test
    void aRuneOfTenThousandRestrictionsIsNone() {
        serveJson("x", "{}");
        byte[] bytes = Arrays.copyOf(new byte[32], 32 + 4 * 10_000);
        for (int i = 0; i < 10_000; i++) {
            System.arraycopy("a=1&".getBytes(StandardCharsets.US_ASCII), 0, bytes, 32 + 4 * i, 4);
        }
        String rune = Base64.getUrlEncoder().encodeToString(bytes);
        assertThat(answer(request(rune, 1, "x", ""))).isEqualTo(refusal(19_536, "Invalid rune"));
        assertThat(ran).hasValue(0);
    }

    @Test
    void aNumberIsNeverExpanded() {
        serve(
                "echo",
                (peer, params) -> CompletableFuture.completedFuture(
                        JsonResult.of(Json.emptyObject().set("params", params))));
        assertThat(answer(request(RUNE, 1, "echo", ",\"params\":[1e999999999]")))
                .contains("[1E+999999999]");
    }

    @Test
    void whoMayNotAskDoesNotLearnWhichMethodsThereAre() {
        serveJson("served", "{}");
        String restricted = rune("method=other");
        for (String method : new String[] {"served", "absent"}) {
            assertThat(answer(request(restricted, 1, method, "")))
                    .isEqualTo(refusal(19_537, "Invalid rune: Not permitted: method is not equal to other"));
        }
        String foreign = MasterSecret.of(new byte[33]).rune(0, List.of()).encode();
        assertThat(answer(request(foreign, 1, "absent", "")))
                .isEqualTo(refusal(19_537, "Invalid rune: Not authorized: Not derived from master"));
        assertThat(ran).hasValue(0);
        assertThat(answer(request(RUNE, 1, "absent", "")))
                .isEqualTo(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32601,\"message\":\"Unknown command 'absent'\"}}");
    }

    @Test
    void helpListsWhatIsServed() {
        methods.register(new ServedMethod("orders.status", "order [limit]", "The state of an order"), null);
        methods.register(new ServedMethod("a", "", null), null);
        assertThat(answer(request(RUNE, 1, "help", "")))
                .contains("\"result\":{\"help\":[{\"command\":\"a\"},{\"command\":\"orders.status order [limit]\","
                        + "\"description\":\"The state of an order\"}]}");
        assertThat(answer(request(RUNE, 2, "help", ",\"params\":[\"a\"]")))
                .contains("{\"help\":[{\"command\":\"a\"}]}");
        assertThat(answer(request(rune("method=a"), 2, "help", ""))).contains("19537");
    }

    @Test
    void aCheckThatFailsRefusesWithoutItsWords() {
        check = (rune, request) -> CompletableFuture.failedFuture(new IllegalStateException("no: " + rune.encode()));
        assertThat(answer(request(RUNE, 1, "x", "")))
                .isEqualTo(refusal(19_537, "Invalid rune: it could not be checked"));
        assertThat(callers.warnings).anyMatch(line -> line.contains("no: ***")).noneMatch(line -> line.contains(RUNE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"throws", "null", "nullResult", "noJson", "noJsonAtAll", "twoValues"})
    void aMethodThatFailsSaysNothingOfWhy(String how) {
        serve("x", (peer, params) -> switch (how) {
            case "throws" -> throw new IllegalStateException("password=1234");
            case "null" -> null;
            case "nullResult" -> CompletableFuture.completedFuture(null);
            case "noJson" -> CompletableFuture.completedFuture(result("{\"a\":"));
            case "noJsonAtAll" -> CompletableFuture.completedFuture(result(""));
            default -> CompletableFuture.completedFuture(result("{}{}"));
        });
        assertThat(answer(request(RUNE, 4, "x", "")))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":4,\"error\":{\"code\":-32603,\"message\":\"Internal error\"}}");
        assertThat(callers.warnings)
                .anyMatch(line -> line.startsWith("a method failed, see to the route that answers it: x"));
    }

    @Test
    void aMethodsOwnErrorIsToldInItsWords() {
        serve(
                "x",
                (peer, params) -> CompletableFuture.failedFuture(
                        new RemoteErrorException(404, "no such order", "{\"order\":7}")));
        assertThat(answer(request(RUNE, 4, "x", "")))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":4,\"error\":{\"code\":404,\"message\":\"no such order\","
                        + "\"data\":{\"order\":7}}}");
    }

    @Test
    void aMethodHasOneListener() {
        serveJson("x", "{}");
        assertThatThrownBy(() -> serveJson("x", "{}"))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("has a listener already");
        assertThatThrownBy(() -> serveJson("x y", "{}")).isInstanceOf(InvalidMessageException.class);
    }
}
