// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import static io.github.camellightning.node.commando.Commandos.RUNE;
import static io.github.camellightning.node.commando.Commandos.failureOf;
import static io.github.camellightning.node.commando.Commandos.getinfo;
import static io.github.camellightning.node.commando.Commandos.resultOf;
import static io.github.camellightning.node.commando.Commandos.smallerThan;
import static io.github.camellightning.node.commando.Commandos.textOf;
import static io.github.camellightning.node.commando.ScriptedPeer.OTHER_PEER;
import static io.github.camellightning.node.commando.ScriptedPeer.PEER;
import static io.github.camellightning.node.commando.ScriptedPeer.part;
import static io.github.camellightning.node.commando.ScriptedPeer.parts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.RemoteErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a peer may answer, and what becomes of it. */
@Timeout(60)
class RepliesTest {

    @TempDir
    Path directory;

    private final ScriptedPeer peer = new ScriptedPeer();
    private CommandoClient client;

    @BeforeEach
    void open() {
        client = new CommandoClient(Commandos.settings(directory), peer);
    }

    @AfterEach
    void close() {
        client.close();
    }

    private CompletionStage<JsonResult> answered(MethodCall call, String... parts) {
        CompletionStage<JsonResult> answered = client.call(PEER, call, RUNE);
        long number = peer.lastRequest().number();
        for (int i = 0; i < parts.length; i++) {
            client.received(PEER, part(number, i == parts.length - 1, parts[i]));
        }
        return answered;
    }

    @Test
    void theResultIsWhatThePeerWroteToTheDigit() throws Exception {
        String result = "{ \"msat\":123456789012345678901234567890.10, \"text\":\"\\u00e9é\" }";
        assertThat(textOf(answered(getinfo(), "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":" + result + "}\n\n")))
                .isEqualTo(result);
    }

    @Test
    void anyJsonIsAResult() throws Exception {
        for (String result : List.of("[1,2]", "\"text\"", "5", "null", "true", "{}")) {
            assertThat(textOf(answered(getinfo(), "{\"result\":" + result + "}")))
                    .isEqualTo(result);
        }
    }

    @Test
    void repliesMayComeInterleavedAndInAnyOrder() throws Exception {
        var calls = new ArrayList<CompletionStage<JsonResult>>();
        var replies = new ArrayList<List<CustomMessage>>();
        for (int i = 0; i < 20; i++) {
            calls.add(client.call(PEER, getinfo(), RUNE));
            replies.add(parts(
                    peer.lastRequest().number(),
                    ("{\"result\":{\"n\":" + i + ",\"x\":\"" + "x".repeat(1_000) + "\"}}").getBytes(UTF_8),
                    97));
        }
        for (int part = 0; part < replies.get(0).size(); part++) {
            for (int i = 19; i >= 0; i--) {
                List<CustomMessage> reply = replies.get(i);
                if (part < reply.size()) {
                    client.received(PEER, reply.get(part));
                }
            }
        }
        for (int i = 0; i < 20; i++) {
            try (JsonResult result = resultOf(calls.get(i))) {
                assertThat(result.json().path("n").asInt()).isEqualTo(i);
            }
        }
    }

    @Test
    void anotherPeerCannotAnswerWithTheSameId() throws Exception {
        CompletionStage<JsonResult> call = client.call(PEER, getinfo(), RUNE);
        long number = peer.lastRequest().number();
        client.received(OTHER_PEER, part(number, true, "{\"result\":\"forged\"}"));
        client.received(PEER, part(number, true, "{\"result\":\"true\"}"));

        assertThat(textOf(call)).isEqualTo("\"true\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"error":{"code":19536,"message":"Missing rune"}}                                         | 19536  | Missing rune
            {"error":{"code":19537,"message":"Invalid rune: Not permitted: too soon"}}                | 19537  | Invalid rune: Not permitted: too soon
            {"jsonrpc":"2.0","id":"x","error":{"code":-32601,"message":"Unknown command 'nosuch'"}}   | -32601 | Unknown command 'nosuch'
            {"jsonrpc":"2.0","id":"x","error":{"code":-32602,"message":"two\\nlines \\u0007 é"}}      | -32602 | two\\u000alines \\u0007 \\u00e9
            {"result":null,"error":{"code":-4,"message":"gone"}}                                      | -4     | gone
            {"error":"just words"}                                                                    | 0      | just words
            {"error":{}}                                                                              | 0      | ``
            """)
    void errorsKeepTheirCodesAndWords(String reply, int code, String message) {
        RemoteErrorException failure = failureOf(RemoteErrorException.class, answered(getinfo(), reply));
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure).hasMessage(message);
        assertThat(failure.isRetryable()).isFalse();
    }

    @Test
    void whatComesWithAnErrorIsKept() {
        LightningException failure = failureOf(answered(
                getinfo(), "{\"error\":{\"code\":205,\"message\":\"no route\",\"data\":{\"attempts\":[1.0]}}}"));
        assertThat(failure.data()).isEqualTo("{\"attempts\":[1.0]}");
    }

    @Test
    void anErrorOfManyWordsIsCutAndOneOfAMebibyteNotKept() {
        assertThat(failureOf(
                        answered(getinfo(), "{\"error\":{\"code\":7,\"message\":\"" + "é".repeat(20_000) + "\"}}")))
                .hasMessageMatching("(\\\\u00e9)+\\.\\.\\.")
                .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(1_024));
        CompletionStage<JsonResult> call = client.call(PEER, getinfo(), RUNE);
        byte[] reply = ("{\"error\":{\"code\":7,\"message\":\"" + "x".repeat(1 << 20) + "\"}}").getBytes(UTF_8);
        parts(peer.lastRequest().number(), reply, 65_000).forEach(part -> client.received(PEER, part));
        assertThat(failureOf(call)).hasMessageContaining("more than is kept").hasMessageContaining("10485");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            nonsense           | is not a JSON object
            [1]                | is not a JSON object
            `{"result":{}`     | it ends too early
            `{"result":[}}`    | is not a JSON object
            ``                 | (it is empty)
            `{"result":1,"result":2}` | two members RESULT
            {}                 | neither a result nor an error (it begins with: {})
            `{"id":"\u202e\u0007"}` | neither a result nor an error (it begins with: {"id":"\\u202e\\u0007"})
            """)
    void whatIsNoReplyFailsAndIsQuotedSafely(String reply, String message) {
        LightningException failure = failureOf(answered(getinfo(), reply));
        assertThat(failure)
                .isExactlyInstanceOf(LightningException.class)
                .hasMessageStartingWith("The reply to getinfo on peer " + PEER)
                .hasMessageContaining(message);
        assertThat(failure.getMessage()).isASCII().hasSizeLessThan(1_024);
    }

    @Test
    void whatFollowsAReplyIsIgnored() throws Exception {
        assertThat(textOf(answered(getinfo(), "{\"result\":1} trailing", "{\"result\":2}")))
                .isEqualTo("1");
    }

    @Test
    void aReplyOf5MegabytesIsSpooledAndReadFromAFileWithoutAName() throws Exception {
        CompletionStage<JsonResult> call = client.call(PEER, getinfo(), RUNE);
        String text = "0123456789".repeat(500_000);
        byte[] reply = ("{\"id\":1,\"result\":{\"hex\":\"" + text + "\"}}").getBytes(UTF_8);
        for (CustomMessage part : parts(peer.lastRequest().number(), reply, 65_000)) {
            client.received(PEER, part).toCompletableFuture().get(20, TimeUnit.SECONDS);
        }

        try (JsonResult result = resultOf(call)) {
            assertThat(result.size()).isEqualTo(text.length() + 10);
            assertThat(files()).isEmpty();
            assertThat(result.json().path("hex").asText()).isEqualTo(text);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void aResultLargerThanAllowedFailsAtOnce() {
        CompletionStage<JsonResult> call = client.call(PEER, smallerThan(100_000), RUNE);
        long number = peer.lastRequest().number();
        client.received(PEER, part(number, false, "{\"result\":\"" + "x".repeat(60_000)));
        client.received(PEER, part(number, false, "x".repeat(60_000)));

        assertThat(failureOf(call))
                .isExactlyInstanceOf(LightningException.class)
                .hasMessageContaining("maxResponseSize=100000");
    }

    @Test
    void aReplyThatNeverEndsFailsWhereAResultOfItsSizeWould() {
        CompletionStage<JsonResult> call = client.call(PEER, smallerThan(100_000), RUNE);
        long number = peer.lastRequest().number();
        client.received(PEER, part(number, false, "{\"other\":\""));
        byte[] more = "x".repeat(65_000).getBytes(UTF_8);
        int parts = 0;
        while (!call.toCompletableFuture().isDone() && parts++ < 1_000) {
            client.received(PEER, part(number, false, more))
                    .toCompletableFuture()
                    .join();
        }

        assertThat(failureOf(call)).hasMessageContaining("maxResponseSize=100000");
        assertThat(parts).isLessThan(1_000);
    }

    @Test
    void nestingWithoutEndIsRefused() {
        assertThat(failureOf(answered(getinfo(), "{\"result\":" + "[".repeat(20_000), "]")))
                .hasMessageContaining("more than 10000 structures");
    }

    @Test
    void aDirectoryThatIsGoneIsSaid() throws IOException {
        Files.delete(directory);
        assertThat(failureOf(answered(getinfo(), "{\"result\":\"" + "x".repeat(64_990), "x".repeat(60_000))))
                .hasMessageContaining("could not be kept in " + directory);
        Files.createDirectory(directory);
    }

    @Test
    void disconnectedInTheMiddleOfAReplyIsUnknownAndAfterItsEndIsNothing() throws Exception {
        CompletionStage<JsonResult> half = answered(getinfo(), "{\"result\":{}}");
        assertThat(textOf(half)).isEqualTo("{}");
        CompletionStage<JsonResult> middle = client.call(PEER, getinfo(), RUNE);
        client.received(PEER, part(peer.lastRequest().number(), false, "{\"result\":"));
        CompletionStage<JsonResult> whole = client.call(PEER, getinfo(), RUNE);
        client.received(PEER, part(peer.lastRequest().number(), true, "{\"result\":1}"));
        client.disconnected(PEER, "it hung up");

        assertThat(failureOf(OutcomeUnknownException.class, middle)).hasMessageContaining("it hung up");
        assertThat(textOf(whole)).isEqualTo("1");
    }

    @Test
    void aResultThatIsNoJsonInsideIsNoticedByWhoReadsIt() throws Exception {
        try (JsonResult result = resultOf(answered(getinfo(), "{\"result\":{\"a\":01x}}"))) {
            assertThatThrownBy(result::json)
                    .isInstanceOf(LightningException.class)
                    .hasMessageStartingWith("Not JSON");
        }
    }
}
