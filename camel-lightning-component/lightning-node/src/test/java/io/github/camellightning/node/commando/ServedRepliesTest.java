// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import static io.github.camellightning.node.commando.ScriptedPeer.PEER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.ResultBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of results on their way to a peer. */
@Timeout(60)
class ServedRepliesTest extends ServerTestSupport {

    @Test
    void aLargeReplyComesInPartsAndNoFasterThanItsPeerTakesIt() {
        callers.hold();
        serveJson("large", "{\"x\":\"" + "y".repeat(3_000_000) + "\"}");
        serveJson("small", "{}");
        ask(PEER, 1, request(RUNE, 1, "large", ""));
        await().until(() -> callers.heldFrames() > 3);
        assertThat(callers.heldFrames()).isLessThan(6);
        ask(PEER, 2, request(RUNE, 2, "small", ""));

        // a small one gets by
        while (callers.replies(PEER, 2).isEmpty()) {
            await().until(() -> callers.heldFrames() > 0);
            callers.releaseOne();
            assertThat(callers.replies(PEER, 1)).isEmpty();
        }
        callers.release();
        assertThat(callers.reply(PEER, 1)).hasSizeGreaterThan(3_000_000).endsWith("y\"}}");
        assertThat(callers.sent).allMatch(sent -> sent.frame().payload().length <= 65_008);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 64 << 10, 64_961, 64_962, 129_961, 70 << 10, 5_000_000})
    void repliesOfAnySizeComeWhole(int size) {
        String result = size == 2 ? "{}" : "{\"x\":\"" + "y".repeat(size - 8) + "\"}";
        serveJson("x", result);
        assertThat(answer(request(RUNE, 1, "x", "")))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + result + "}");
    }

    @Test
    void aPeerThatGoesInTheMiddleOfAReplyLeavesNothingBehind() {
        callers.hold();
        serve("large", (peer, params) -> {
            var buffer = new ResultBuffer(10, Long.MAX_VALUE, directory);
            byte[] bytes = ("{\"x\":\"" + "y".repeat(3_000_000) + "\"}").getBytes(StandardCharsets.UTF_8);
            buffer.append(bytes, 0, bytes.length);
            return CompletableFuture.completedFuture(buffer.result());
        });
        ask(PEER, 1, request(RUNE, 1, "large", ""));
        await().until(() -> callers.heldFrames() > 3);
        callers.hangUp();
        server().disconnected(PEER);
        callers.release();
        await().until(() -> server().running() == 0);
        assertThat(callers.replies(PEER, 1)).isEmpty();
    }

    /** Another kills a lightningd that asked. */
    @ParameterizedTest
    @ValueSource(strings = {"[1,2]", "\"text\"", "7", "null", "true", "[]"})
    void aResultThatIsNoObjectBecomesTheMemberOfOne(String result) {
        serveJson("x", result);
        assertThat(answer(request(RUNE, 4, "x", "")))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":4,\"result\":{\"result\":" + result + "}}");
    }

    static List<byte[]> whatIsNoJsonInUtf8() {
        return List.of(
                "\ufeff{}".getBytes(StandardCharsets.UTF_8),
                "{}".getBytes(StandardCharsets.UTF_16BE),
                "{}".getBytes(StandardCharsets.UTF_16LE),
                "{\"a\":\"\n\"}".getBytes(StandardCharsets.UTF_8),
                "{\"a\":\"\u0001\"}".getBytes(StandardCharsets.UTF_8),
                "{\"a\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @MethodSource("whatIsNoJsonInUtf8")
    void aResultThatIsNoJsonInUtf8IsAnErrorOfTheMethod(byte[] result) {
        serve("x", (peer, params) -> {
            var buffer = new ResultBuffer(1 << 20, Long.MAX_VALUE, directory);
            buffer.append(result, 0, result.length);
            return CompletableFuture.completedFuture(buffer.result());
        });
        assertThat(answer(request(RUNE, 4, "x", ""))).contains("\"code\":-32603");
    }

    @Test
    void theFilterKeepsAllDigits() {
        serve(
                "x",
                (peer, params) -> CompletableFuture.completedFuture(result(
                        "{\"a\":[0.12345678901234567890123,{\"c\":1.50}],\"b\":123456789012345678901234567890}")));
        assertThat(answer(request(RUNE, 4, "x", ",\"filter\":{\"a\":true,\"b\":true}")))
                .contains("{\"a\":[0.12345678901234567890123,{\"c\":1.50}],\"b\":123456789012345678901234567890}");
    }

    @Test
    void anErrorWhileAReplyIsSentHoldsUpNoOther() {
        serve("broken", (peer, params) -> {
            callers.breakNext();
            return CompletableFuture.completedFuture(result("{}"));
        });
        serveJson("x", "{}");
        ask(PEER, 1, request(RUNE, 1, "broken", ""));
        assertThat(answer(request(RUNE, 4, "x", ""))).contains("\"result\":{}");
        assertThat(server().running()).isZero();
    }

    @Test
    void theFilterIsApplied() {
        serveJson("x", "{\"a\":1,\"b\":{\"c\":[{\"d\":1,\"e\":2},{\"d\":3}],\"f\":4},\"g\":[1,2]}");
        assertThat(answer(request(RUNE, 4, "x", ",\"filter\":{\"b\":{\"c\":[{\"d\":true}]},\"g\":true}")))
                .contains("\"result\":{\"b\":{\"c\":[{\"d\":1},{\"d\":3}]},\"g\":[1,2]}}");
        assertThat(answer(request(RUNE, 4, "x", ",\"filter\":{\"a\":1}")))
                .contains("\"code\":-32602,\"message\":\"filter: value must be true: invalid token '1'\"");
        assertThat(answer(request(RUNE, 4, "x", ",\"filter\":\"x\""))).contains("\"code\":-32602");
    }
}
