// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import static io.github.camellightning.node.commando.ScriptedPeer.OTHER_PEER;
import static io.github.camellightning.node.commando.ScriptedPeer.PEER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.CommandoListener;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.ResultBuffer;
import io.github.camellightning.node.ServedMethod;
import io.github.camellightning.node.rune.MasterSecret;
import io.github.camellightning.node.rune.RequestValues;
import io.github.camellightning.node.rune.Restriction;
import io.github.camellightning.node.rune.Rune;
import io.github.camellightning.node.rune.RuneCheck;
import io.github.camellightning.node.rune.RuneRefusedException;
import io.github.camellightning.node.rune.RuneRequest;
import io.github.camellightning.node.rune.Usage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server answers to whom. */
@Timeout(60)
class CommandoServerTest {

    private static final MasterSecret SECRET = MasterSecret.of(new byte[32]);
    private static final String RUNE = rune();

    @TempDir
    Path directory;

    private final Callers callers = new Callers();
    private final ServedMethods methods = new ServedMethods();
    private final AtomicInteger ran = new AtomicInteger();
    private RuneCheck check = CommandoServerTest::checked;
    private CommandoServerSettings settings = CommandoServerSettings.defaults();
    private CommandoServer server;

    private static String rune(String... restrictions) {
        return SECRET.rune(0, Restriction.parseAll(restrictions)).encode();
    }

    private static CompletionStage<Void> checked(Rune rune, RuneRequest request) {
        String foreign = SECRET.refusal(rune);
        if (foreign != null) {
            return CompletableFuture.failedFuture(RuneRefusedException.notAuthorized(foreign));
        }
        String complaint = rune.complaint(new RequestValues(request, Instant.now()), Usage.NEVER);
        return complaint == null
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(RuneRefusedException.notPermitted(complaint));
    }

    private CommandoServer server() {
        if (server == null) {
            server = new CommandoServer(settings, callers, methods, check);
        }
        return server;
    }

    @AfterEach
    void close() {
        server().close();
    }

    private void serve(String name, CommandoListener listener) {
        methods.register(new ServedMethod(name, "", null), (peer, params) -> {
            ran.incrementAndGet();
            return listener.call(peer, params);
        });
    }

    private void serveJson(String name, String result) {
        serve(name, (peer, params) -> CompletableFuture.completedFuture(JsonResult.of(Json.read(result))));
    }

    private static String request(String rune, Object id, String method, String more) {
        return "{\"id\":" + id + ",\"method\":\"" + method + "\",\"rune\":\"" + rune + "\"" + more + "}";
    }

    private void ask(NodeId peer, long number, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        int from = 0;
        do {
            int to = Math.min(bytes.length, from + Frames.MAX_JSON);
            server().received(peer, Callers.part(number, to == bytes.length, Arrays.copyOfRange(bytes, from, to)));
            from = to;
        } while (from < bytes.length);
    }

    private String answer(String json) {
        long number = callers.sent.size() + 1_000;
        ask(PEER, number, json);
        return callers.reply(PEER, number);
    }

    private static String refusal(int code, String words) {
        return "{\"error\":" + Json.emptyObject().put("code", code).put("message", words) + "}";
    }

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
    @ValueSource(strings = {"DEEP", "NAME", "DIGITS", "TOKENS", "EXPONENT"})
    void whatIsMoreThanIsReadIsRefused(String what) {
        String params =
                switch (what) {
                    case "DEEP" -> "[".repeat(100) + "]".repeat(100);
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
        check = (rune, request) -> CompletableFuture.failedFuture(new IllegalStateException("password=1234"));
        assertThat(answer(request(RUNE, 1, "x", "")))
                .isEqualTo(refusal(19_537, "Invalid rune: it could not be checked"));
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
        assertThat(callers.warnings).anyMatch(line -> line.startsWith("a method failed: x"));
    }

    private JsonResult result(String text) {
        var buffer = new ResultBuffer(1 << 20, Long.MAX_VALUE, directory);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        buffer.append(bytes, 0, bytes.length);
        return buffer.result();
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

    /** Another kills a lightningd that asked. */
    @ParameterizedTest
    @ValueSource(strings = {"[1,2]", "\"text\"", "7", "null", "true", "[]"})
    void aResultThatIsNoObjectBecomesTheMemberOfOne(String result) {
        serveJson("x", result);
        assertThat(answer(request(RUNE, 4, "x", "")))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":4,\"result\":{\"result\":" + result + "}}");
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

    @Test
    void aRequestOfManyPartsIsPutTogether() {
        serve(
                "length",
                (peer, params) -> CompletableFuture.completedFuture(JsonResult.of(
                        Json.emptyObject().put("length", params.path(0).asText().length()))));
        ask(PEER, 5, request(RUNE, 1, "length", ",\"params\":[\"" + "y".repeat(900_000) + "\"]"));
        assertThat(callers.reply(PEER, 5)).contains("{\"length\":900000}");
        assertThat(server().requestBytes()).isZero();
    }

    @Test
    void aPartOfAnotherRequestDiscardsTheUnfinishedOneOfItsPeerAlone() {
        serveJson("x", "{}");
        String json = request(RUNE, 1, "x", "");
        server().received(PEER, Callers.part(1, false, json.substring(0, 10)));
        server().received(OTHER_PEER, Callers.part(1, false, json.substring(0, 20)));
        ask(PEER, 2, json);
        server().received(PEER, Callers.part(1, true, json.substring(10)));
        server().received(OTHER_PEER, Callers.part(1, true, json.substring(20)));

        assertThat(callers.reply(PEER, 2)).contains("\"result\":{}");
        assertThat(callers.reply(PEER, 1)).isEqualTo(refusal(19_536, "Invalid JSON"));
        assertThat(callers.reply(OTHER_PEER, 1)).contains("\"result\":{}");
        assertThat(server().requestBytes()).isZero();
    }

    @Test
    void aRequestThatNeverEndsIsForgotten() {
        settings = with(Duration.ofMillis(50), 8, 256, 256, 64 << 20);
        server().received(PEER, Callers.part(1, false, "{\"method\":"));
        await().until(() -> server().requestBytes() == 0);
        server().received(PEER, Callers.part(1, true, "\"x\"}"));
        assertThat(callers.reply(PEER, 1)).isEqualTo(refusal(19_536, "Invalid JSON"));
    }

    @Test
    void whatAllRequestsHoldIsBounded() {
        serveJson("x", "{}");
        settings = with(Duration.ofSeconds(30), 8, 256, 256, 100_000);
        server().received(PEER, Callers.part(1, false, "{" + " ".repeat(60_000)));
        server().received(OTHER_PEER, Callers.part(2, false, "{" + " ".repeat(60_000)));
        server().received(OTHER_PEER, Callers.part(2, true, "}"));

        assertThat(callers.reply(OTHER_PEER, 2)).contains("Too many requests at once");
        String json = request(RUNE, 1, "x", "");
        server().received(PEER, Callers.part(1, true, json.substring(1)));
        assertThat(callers.reply(PEER, 1)).contains("\"result\":{}");
        assertThat(server().requestBytes()).isZero();
    }

    @Test
    void aMillionEmptyPartsTakeNoMemory() {
        for (int i = 0; i < 1_000_000; i++) {
            server().received(PEER, Callers.part(i, false, new byte[0]));
        }
        assertThat(server().requestBytes()).isZero();
        assertThat(callers.sent).isEmpty();
    }

    private CommandoServerSettings with(Duration unfinished, int perPeer, int all, int waiting, long requestBytes) {
        return new CommandoServerSettings(
                unfinished,
                requestBytes,
                perPeer,
                all,
                waiting,
                5,
                Duration.ofMinutes(5),
                1_000,
                256 << 10,
                64 << 10,
                directory);
    }

    @Test
    void aPeersCallsRunAtOnceUpToItsLimitAndTheOthersWait() {
        settings = with(Duration.ofSeconds(30), 3, 4, 256, 64 << 20);
        var running = new CopyOnWriteArrayList<CompletableFuture<JsonResult>>();
        serve("x", (peer, params) -> {
            var result = new CompletableFuture<JsonResult>();
            running.add(result);
            return result;
        });
        for (int i = 0; i < 10; i++) {
            ask(PEER, i, request(RUNE, i, "x", ""));
            ask(OTHER_PEER, i, request(RUNE, i, "x", ""));
        }
        assertThat(running).hasSize(4);
        for (int i = 0; i < 20; i++) {
            assertThat(running.size()).isGreaterThan(i);
            running.get(i).complete(JsonResult.of(Json.emptyObject()));
        }
        await().until(() -> callers.repliesTo(PEER) == 10 && callers.repliesTo(OTHER_PEER) == 10);
        assertThat(server().running()).isZero();
    }

    @Test
    void whoHasTooManyThatWaitIsTold() {
        settings = with(Duration.ofSeconds(30), 1, 4, 2, 64 << 20);
        var result = new CompletableFuture<JsonResult>();
        serve("x", (peer, params) -> result);
        for (int i = 0; i < 4; i++) {
            ask(PEER, i, request(RUNE, i, "x", ""));
        }
        assertThat(callers.reply(PEER, 3)).contains("Too many requests at once");
        result.complete(JsonResult.of(Json.emptyObject()));
        await().until(() -> callers.repliesTo(PEER) == 4);
        assertThat(server().requestBytes()).isZero();
    }

    @Test
    void manyCallsThatEndAtOnceRunOneAfterTheOther() {
        var first = new CompletableFuture<JsonResult>();
        settings = with(Duration.ofSeconds(30), 1, 256, 10_000, 64 << 20);
        serve("wait", (peer, params) -> first);
        serveJson("x", "{}");
        ask(PEER, 0, request(RUNE, 0, "wait", ""));
        for (int i = 1; i <= 5_000; i++) {
            ask(PEER, i, request(RUNE, i, "x", ""));
        }
        assertThat(ran).hasValue(1);
        first.complete(JsonResult.of(Json.emptyObject()));
        await().until(() -> callers.repliesTo(PEER) == 5_001);
    }

    @Test
    void aSlowMethodHoldsUpNoOther() {
        serve("slow", (peer, params) -> new CompletableFuture<>());
        serveJson("x", "{}");
        ask(PEER, 1, request(RUNE, 1, "slow", ""));
        ask(PEER, 2, request(RUNE, 2, "x", ""));
        assertThat(callers.reply(PEER, 2)).contains("\"result\":{}");
    }

    @Test
    void fiveBadRunesWithinAMinuteDisconnectThePeer() {
        serveJson("x", "{}");
        String foreign = MasterSecret.of(new byte[33]).rune(0, List.of()).encode();
        for (int i = 0; i < 4; i++) {
            ask(PEER, i, request(i % 2 == 0 ? "x" : foreign, i, "x", ""));
            ask(OTHER_PEER, i, request(rune("method=other"), i, "x", ""));
        }
        assertThat(callers.disconnected).isEmpty();
        ask(PEER, 5, request(foreign, 5, "x", ""));
        ask(OTHER_PEER, 5, request(rune("method=other"), 5, "x", ""));
        assertThat(callers.reply(PEER, 5)).contains("19537");
        assertThat(callers.disconnected).containsExactly(PEER);
    }

    @Test
    void aRequestThatComesAgainWhileItRunsIsNotRunAgain() {
        var result = new CompletableFuture<JsonResult>();
        serve("pay", (peer, params) -> result);
        String json = request(RUNE, "\"d0\"", "pay", "");
        ask(PEER, 1, json);
        ask(PEER, 2, json);
        assertThat(callers.reply(PEER, 2)).contains("19536").contains("Repeated request");
        ask(OTHER_PEER, 1, json);
        ask(PEER, 3, request(RUNE, "\"d0\"", "pay", ",\"params\":[1]"));
        assertThat(ran).hasValue(3);
        result.complete(JsonResult.of(Json.emptyObject()));
        assertThat(callers.reply(PEER, 1)).contains("\"result\":{}");
    }

    /** As lnsocket does. */
    @Test
    void aRequestThatWasAnsweredMayComeAgainWithTheSameIds() {
        serveJson("x", "{}");
        String json = request(RUNE, "\"d0\"", "x", "");
        for (int i = 1; i <= 3; i++) {
            ask(PEER, 0, json);
            assertThat(callers.replies(PEER, 0)).hasSize(i).allMatch(reply -> reply.contains("\"result\":{}"));
        }
        assertThat(ran).hasValue(3);
    }

    @Test
    void aRequestWhoseReplyWasLostWithItsConnectionIsNotRunAgain() {
        var result = new CompletableFuture<JsonResult>();
        serve("pay", (peer, params) -> result);
        String json = request(RUNE, 1, "pay", "");
        ask(PEER, 1, json);
        server().disconnected(PEER);
        result.complete(JsonResult.of(Json.emptyObject()));
        ask(PEER, 2, json);
        assertThat(callers.reply(PEER, 2)).contains("Repeated request");
        assertThat(ran).hasValue(1);
    }

    @Test
    void aPeerThatGoesDropsItsCallsAndStillHasNoSecondAllowance() {
        settings = with(Duration.ofSeconds(30), 2, 256, 256, 64 << 20);
        var running = new CopyOnWriteArrayList<CompletableFuture<JsonResult>>();
        serve("x", (peer, params) -> {
            var result = new CompletableFuture<JsonResult>();
            running.add(result);
            return result;
        });
        for (int i = 0; i < 5; i++) {
            ask(PEER, i, request(RUNE, i, "x", ""));
        }
        server().received(PEER, Callers.part(9, false, "{"));
        server().disconnected(PEER);
        assertThat(server().requestBytes()).isZero();

        ask(PEER, 10, request(RUNE, 10, "x", ""));
        assertThat(running).hasSize(2);
        running.get(0).complete(JsonResult.of(Json.emptyObject()));
        assertThat(running).hasSize(3);
        running.get(2).complete(JsonResult.of(Json.emptyObject()));
        assertThat(callers.reply(PEER, 10)).contains("\"result\":{}");
        assertThat(callers.sent).hasSize(1);
    }

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

    @Test
    void aMethodHasOneListener() {
        serveJson("x", "{}");
        assertThatThrownBy(() -> serveJson("x", "{}"))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("has a listener already");
        assertThatThrownBy(() -> serveJson("x y", "{}")).isInstanceOf(InvalidMessageException.class);
    }

    @Test
    void whoReadsNoRepliesCannotMakeThemPileUp() {
        callers.hold();
        settings = with(Duration.ofSeconds(30), 1, 1, 1, 64 << 20);
        serve("x", (peer, params) -> new CompletableFuture<>());
        for (int i = 0; i < 100_000; i++) {
            ask(PEER, i, request(RUNE, i, "x", ""));
        }
        assertThat(callers.heldFrames()).isLessThan(3_000);
    }
}
