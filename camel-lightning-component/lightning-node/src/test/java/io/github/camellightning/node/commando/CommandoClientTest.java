// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import static io.github.camellightning.node.commando.Commandos.RUNE;
import static io.github.camellightning.node.commando.Commandos.big;
import static io.github.camellightning.node.commando.Commandos.failureOf;
import static io.github.camellightning.node.commando.Commandos.getinfo;
import static io.github.camellightning.node.commando.Commandos.textOf;
import static io.github.camellightning.node.commando.Commandos.within;
import static io.github.camellightning.node.commando.ScriptedPeer.OTHER_PEER;
import static io.github.camellightning.node.commando.ScriptedPeer.PEER;
import static io.github.camellightning.node.commando.ScriptedPeer.part;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.TimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent, when, and what a call comes to that is not answered. */
@Timeout(60)
class CommandoClientTest {

    private static final Duration SOON = Duration.ofMillis(150);

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

    private void answerLast() {
        client.received(PEER, part(peer.lastRequest().number(), true, "{\"result\":{}}"));
    }

    @Test
    void aRequestHasAllThatAServerMayAskFor() {
        var call =
                new MethodCall("listpeers", Json.emptyObject().put("id", "é"), Json.read("{\"id\":true}"), null, 1_000);
        client.call(PEER, call, RUNE);

        JsonNode request = Json.read(peer.lastRequest().json());
        String number = Long.toUnsignedString(peer.lastRequest().number());
        assertThat(request)
                .isEqualTo(Json.read("{\"jsonrpc\":\"2.0\",\"id\":\"camel:listpeers#" + number
                        + "\",\"method\":\"listpeers\",\"params\":{\"id\":\"é\"},\"filter\":{\"id\":true},\"rune\":\""
                        + RUNE + "\"}"));
        assertThat(peer.lastRequest().json()).contains("é");
    }

    @Test
    void withoutARuneAndAFilterThereIsNone() {
        client.call(PEER, MethodCall.of("x", Json.read("[1]")), null);
        assertThat(Json.read(peer.lastRequest().json()).fieldNames())
                .toIterable()
                .containsExactly("jsonrpc", "id", "method", "params");
    }

    @Test
    void requestsUpToAMebibyteAreSentAndLargerOnesRefusedBeforeAnythingIs() {
        int envelope = 140;
        client.call(PEER, big('x', (1 << 20) - envelope), null);
        assertThat(peer.lastRequest().json()).hasSizeBetween((1 << 20) - 100, 1 << 20);
        assertThat(peer.frames).hasSize(17);

        assertThat(failureOf(InvalidMessageException.class, client.call(PEER, big('x', 1 << 20), null)))
                .hasMessageContaining("1048576");
        assertThat(peer.frames).hasSize(17);
    }

    @Test
    void theRequestsOfTwoCallsDoNotMix() {
        peer.hold();
        client.call(PEER, big('a', 300_000), RUNE);
        client.call(PEER, big('b', 300_000), RUNE);
        client.call(PEER, getinfo(), RUNE);
        for (int frame = 0; frame < 11; frame++) {
            peer.releaseOne();
        }

        assertThat(peer.discarded).isZero();
        assertThat(peer.requests)
                .extracting(request -> Json.read(request.json()).path("params").toString())
                .containsExactly(
                        big('a', 300_000).params().toString(),
                        big('b', 300_000).params().toString(),
                        "{}");
    }

    @Test
    void aPeerThatTakesNothingHoldsUpNoOther() {
        peer.hold();
        client.call(PEER, getinfo(), RUNE);
        client.call(OTHER_PEER, getinfo(), RUNE);
        peer.release();
        assertThat(peer.requests).extracting(ScriptedPeer.Request::from).containsExactly(PEER, OTHER_PEER);
    }

    @Test
    void whatIsNotSentBeforeItsDeadlineTimesOutAndIsNotSentLater() {
        peer.hold();
        CompletionStage<JsonResult> first = client.call(PEER, within(SOON), RUNE);
        CompletionStage<JsonResult> second = client.call(PEER, within(SOON), RUNE);

        assertThat(failureOf(TimeoutException.class, first).isRetryable()).isTrue();
        assertThat(failureOf(TimeoutException.class, second)).hasMessageContaining("was not sent");
        peer.release();
        assertThat(peer.frames).isEmpty();
        CompletionStage<JsonResult> third = client.call(PEER, getinfo(), RUNE);
        assertThat(peer.frames).hasSize(1);
        answerLast();
        assertThat(third).succeedsWithin(Commandos.LONG);
    }

    @Test
    void aPeerThatFallsSilentMayHaveDoneIt() {
        CompletionStage<JsonResult> call = client.call(PEER, within(SOON), RUNE);
        OutcomeUnknownException failure = failureOf(OutcomeUnknownException.class, call);
        assertThat(failure).hasMessageContaining("getinfo on peer " + PEER).hasMessageContaining("deadline");
        assertThat(failure.isRetryable()).isFalse();
    }

    @Test
    void aDeadlineThatComesInTheMiddleOfARequestEndsItAndTheNextGoesOut() {
        peer.hold();
        var call = new MethodCall("datastore", big('a', 200_000).params(), null, SOON, 1_000);
        CompletionStage<JsonResult> cut = client.call(PEER, call, RUNE);
        peer.releaseOne();
        assertThat(failureOf(OutcomeUnknownException.class, cut)).isNotNull();
        client.call(PEER, getinfo(), RUNE);
        peer.release();

        assertThat(peer.requests).hasSize(1);
        assertThat(peer.lastRequest().json()).contains("getinfo");
    }

    @Test
    void theDeadlineCountsFromTheLastPart() throws Exception {
        CompletionStage<JsonResult> call = client.call(PEER, within(Duration.ofMillis(1_000)), RUNE);
        long number = peer.lastRequest().number();
        long begin = System.nanoTime();
        client.received(PEER, part(number, false, "{\"result\":["));
        // a part every so often, for twice the deadline
        await().pollInterval(Duration.ofMillis(100)).atMost(Commandos.LONG).until(() -> {
            client.received(PEER, part(number, false, "1,"));
            return System.nanoTime() - begin > 2_000_000_000L;
        });
        client.received(PEER, part(number, true, "1]}"));
        assertThat(textOf(call)).startsWith("[1,1,").endsWith(",1]");
    }

    @Test
    void partsWithoutABytePutOffNoDeadline() {
        CompletionStage<JsonResult> call = client.call(PEER, within(SOON), RUNE);
        long number = peer.lastRequest().number();
        await().pollInterval(Duration.ofMillis(5)).atMost(Commandos.LONG).until(() -> {
            client.received(PEER, part(number, false, ""));
            return call.toCompletableFuture().isDone();
        });
        assertThat(failureOf(OutcomeUnknownException.class, call)).isNotNull();
    }

    @Test
    void aPeerThatIsNotConnectedWasSentNothing() {
        var notConnected = new NotConnectedException("Peer is not connected");
        peer.refuse(notConnected);
        assertThat(failureOf(client.call(PEER, getinfo(), RUNE))).isSameAs(notConnected);
    }

    @Test
    void aPartThatCannotBeSentAfterOthersLeavesTheOutcomeUnknown() {
        peer.hold();
        CompletionStage<JsonResult> call = client.call(PEER, big('a', 200_000), RUNE);
        peer.releaseOne();
        peer.refuse(new QueueFullException("full"));

        assertThat(failureOf(OutcomeUnknownException.class, call))
                .hasMessageContaining("part 2 of 4 of the request was not sent: full");
    }

    @Test
    void aPeerThatDisconnectsEndsItsCallsAtOnceAndNoOthers() {
        CompletionStage<JsonResult> sent = client.call(PEER, getinfo(), RUNE);
        CompletionStage<JsonResult> other = client.call(OTHER_PEER, getinfo(), RUNE);
        peer.hold();
        CompletionStage<JsonResult> unsent = client.call(PEER, getinfo(), RUNE);
        client.disconnected(PEER, "it hung up");

        assertThat(failureOf(OutcomeUnknownException.class, sent)).hasMessageContaining("it hung up");
        assertThat(failureOf(NotConnectedException.class, unsent)).hasMessageContaining("it hung up");
        assertThat(other.toCompletableFuture()).isNotDone();
        assertThat(client.isWaitingFor(PEER)).isFalse();
        assertThat(client.isWaitingFor(OTHER_PEER)).isTrue();
    }

    @Test
    void aNodeThatGoesDownOrStopsEndsAllCallsAtOnce() {
        CompletionStage<JsonResult> first = client.call(PEER, getinfo(), RUNE);
        client.down("lightningd is gone");
        assertThat(failureOf(OutcomeUnknownException.class, first)).hasMessageContaining("lightningd is gone");

        CompletionStage<JsonResult> second = client.call(PEER, getinfo(), RUNE);
        client.close();
        client.close();
        assertThat(failureOf(OutcomeUnknownException.class, second)).hasMessageContaining("stops");
        int before = peer.frames.size();
        assertThat(failureOf(NotConnectedException.class, client.call(PEER, getinfo(), RUNE)))
                .isNotNull();
        assertThat(peer.frames).hasSize(before);
    }

    @Test
    void whoCancelsGivesTheirPlaceBackAndTheReplyIsIgnored() {
        CompletionStage<JsonResult> call = client.call(PEER, getinfo(), RUNE);
        call.toCompletableFuture().cancel(true);
        assertThat(client.isWaitingFor(PEER)).isFalse();
        answerLast();
    }

    @Test
    void aTransportThatThrowsFailsTheCall() {
        try (var broken = new CommandoClient(Commandos.settings(directory), (to, frame, wanted) -> {
            throw new QueueFullException("too many wait");
        })) {
            assertThat(failureOf(QueueFullException.class, broken.call(PEER, getinfo(), RUNE)))
                    .hasMessage("too many wait");
        }
    }

    @Test
    void aTransportThatFailsInAWayOfItsOwnLeavesTheOutcomeUnknown() {
        peer.refuse(new OutcomeUnknownException("the connection ended meanwhile"));
        assertThat(failureOf(OutcomeUnknownException.class, client.call(PEER, getinfo(), RUNE)))
                .hasMessageContaining("ended meanwhile");
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "quote\"", "back\\slash", "line\n", "é"})
    void whatCannotBeARuneIsRefused(String rune) {
        LightningException failure = failureOf(InvalidMessageException.class, client.call(PEER, getinfo(), rune));
        assertThat(failure.getMessage()).doesNotContain(rune).contains("rune");
        assertThat(peer.frames).isEmpty();
    }

    @Test
    void aControlCharacterInTheParamsIsRefused() {
        var call = MethodCall.of("x", Json.emptyObject().put("a", "\u0001"));
        assertThat(failureOf(InvalidMessageException.class, client.call(PEER, call, RUNE)))
                .hasMessageContaining("control character");
    }
}
