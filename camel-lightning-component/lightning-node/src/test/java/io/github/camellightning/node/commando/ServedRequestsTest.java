// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import static io.github.camellightning.node.commando.ScriptedPeer.OTHER_PEER;
import static io.github.camellightning.node.commando.ScriptedPeer.PEER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.rune.MasterSecret;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How requests arrive, and how many may. */
@Timeout(60)
class ServedRequestsTest extends ServerTestSupport {

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
    void answeredRequestsPushNoneOutWhoseReplyWasLost() {
        var result = new CompletableFuture<JsonResult>();
        serve("pay", (peer, params) -> result);
        serveJson("x", "{}");
        String json = request(RUNE, 1, "pay", "");
        ask(PEER, 1, json);
        server().disconnected(PEER);
        result.complete(JsonResult.of(Json.emptyObject()));
        for (int i = 2; i < 1_500; i++) {
            ask(i % 2 == 0 ? PEER : OTHER_PEER, i, request(RUNE, i, "x", ""));
        }
        ask(PEER, 1_500, json);
        assertThat(callers.reply(PEER, 1_500)).contains("Repeated request");
    }

    @Test
    void aStrangerThatReadsNoRefusalsHoldsUpNobody() {
        settings = with(Duration.ofSeconds(30), 2, 2, 256, 64 << 20);
        serveJson("x", "{}");
        callers.hold();
        for (int i = 0; i < 4; i++) {
            ask(OTHER_PEER, i, request("x", i, "x", ""));
        }
        assertThat(server().running()).isZero();
        ask(PEER, 1, request(RUNE, 1, "x", ""));
        assertThat(ran).hasValue(1);
    }

    @Test
    void aServerThatIsClosedRunsNothingMore() {
        var checked = new CompletableFuture<Void>();
        check = (rune, request) -> checked;
        serveJson("x", "{}");
        ask(PEER, 1, request(RUNE, 1, "x", ""));
        server().close();
        checked.complete(null);
        ask(PEER, 2, request(RUNE, 2, "x", ""));
        assertThat(ran).hasValue(0);
        assertThat(server().requestBytes()).isZero();
        assertThat(server().running()).isZero();
    }

    @Test
    void halfACharacterInARequestIsRefused() {
        serveJson("x", "{}");
        for (String half : List.of("[\"\\ud83d\"]", "{\"\\ude00\":1}", "{\"a\":[{\"b\":\"\\ud83dx\"}]}")) {
            assertThat(answer(request(RUNE, 1, "x", ",\"params\":" + half))).contains("Invalid JSON");
        }
        assertThat(answer(request(RUNE, 1, "x", ",\"params\":[\"\\ud83d\\ude00\"]")))
                .contains("\"result\":{}");
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
