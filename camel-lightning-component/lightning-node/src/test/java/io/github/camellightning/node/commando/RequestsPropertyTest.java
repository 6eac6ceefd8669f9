// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import static io.github.camellightning.node.commando.ScriptedPeer.OTHER_PEER;
import static io.github.camellightning.node.commando.ScriptedPeer.PEER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.ServedMethod;
import io.github.camellightning.node.rune.MasterSecret;
import io.github.camellightning.node.rune.RuneRefusedException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds of all requests and replies, and of what is neither. */
class RequestsPropertyTest {

    private static final MasterSecret SECRET = MasterSecret.of(new byte[32]);
    private static final String RUNE = SECRET.rune(0, List.of()).encode();

    private Callers callers;

    private CommandoServer server() {
        callers = new Callers();
        var methods = new ServedMethods();
        methods.register(
                new ServedMethod("echo", "", null),
                (peer, params) -> CompletableFuture.completedFuture(
                        JsonResult.of(Json.emptyObject().set("params", params))));
        return new CommandoServer(CommandoServerSettings.defaults(), callers, methods, (rune, request) -> {
            String foreign = SECRET.refusal(rune);
            return foreign == null
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(RuneRefusedException.notAuthorized(foreign));
        });
    }

    private static String request(Object id, String params) {
        return "{\"id\":" + id + ",\"method\":\"echo\",\"rune\":\"" + RUNE + "\",\"params\":" + params + "}";
    }

    @Property(tries = 200)
    void howARequestIsCutMakesNoDifference(
            @ForAll @IntRange(max = 200_000) int length,
            @ForAll @Size(max = 12) List<@IntRange(max = 65_000) Integer> cuts) {
        String params = "[\"" + "z".repeat(length) + "\"]";
        byte[] json = request(1, params).getBytes(StandardCharsets.UTF_8);
        try (var server = server()) {
            int from = 0;
            for (int cut : cuts) {
                int to = Math.min(json.length, from + cut);
                server.received(PEER, Callers.part(9, false, Arrays.copyOfRange(json, from, to)));
                from = to;
            }
            do {
                int to = Math.min(json.length, from + 65_000);
                server.received(PEER, Callers.part(9, to == json.length, Arrays.copyOfRange(json, from, to)));
                from = to;
            } while (from < json.length);
            assertThat(callers.reply(PEER, 9))
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"params\":" + params + "}}");
            assertThat(server.requestBytes()).isZero();
        }
    }

    @Property(tries = 200)
    void theReplyInItsPartsIsTheWholeReply(@ForAll @IntRange(max = 300_000) int length) {
        String params = "[\"" + "z".repeat(length) + "\"]";
        try (var server = server()) {
            byte[] json = request("\"x\"", params).getBytes(StandardCharsets.UTF_8);
            for (int from = 0; from < json.length; from += 65_000) {
                int to = Math.min(json.length, from + 65_000);
                server.received(PEER, Callers.part(9, to == json.length, Arrays.copyOfRange(json, from, to)));
            }
            String reply = callers.reply(PEER, 9);
            assertThat(reply).endsWith(params + "}}");
            List<Callers.Sent> sent = callers.sent;
            assertThat(sent).hasSize((reply.length() + 64_999) / 65_000);
            var text = new ByteArrayOutputStream();
            for (int i = 0; i < sent.size(); i++) {
                CustomMessage frame = sent.get(i).frame();
                boolean last = i == sent.size() - 1;
                assertThat(frame.type()).isEqualTo(last ? 0x594d : 0x594b);
                assertThat(frame.payload().length - 8).isLessThanOrEqualTo(65_000);
                text.write(frame.payload(), 8, frame.payload().length - 8);
            }
            assertThat(text.toString(StandardCharsets.UTF_8)).isEqualTo(reply);
        }
    }

    /** A frame of anybody's. */
    record Frame(boolean other, boolean last, long number, byte[] bytes) {
        NodeId peer() {
            return other ? OTHER_PEER : PEER;
        }
    }

    @Provide
    Arbitrary<Frame> frames() {
        byte[] good = request(1, "{}").getBytes(StandardCharsets.UTF_8);
        Arbitrary<byte[]> cuts = Arbitraries.integers()
                .between(0, good.length)
                .tuple2()
                .map(cut ->
                        Arrays.copyOfRange(good, Math.min(cut.get1(), cut.get2()), Math.max(cut.get1(), cut.get2())));
        Arbitrary<byte[]> flipped = Combinators.combine(
                        Arbitraries.integers().between(0, good.length - 1), Arbitraries.bytes())
                .as((at, value) -> {
                    byte[] bytes = good.clone();
                    bytes[at] = value;
                    return bytes;
                });
        Arbitrary<byte[]> garbage = Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false),
                        Arbitraries.longs().between(1, 3),
                        Arbitraries.oneOf(cuts, flipped, garbage, Arbitraries.just(good)))
                .as(Frame::new);
    }

    @Property(tries = 500)
    void whateverComesIsAnsweredOnceForEachLastPartAndLeavesNothingBehind(
            @ForAll @Size(max = 40) List<@From("frames") Frame> frames) {
        try (var server = server()) {
            int lasts = 0;
            for (Frame frame : frames) {
                server.received(frame.peer(), Callers.part(frame.number(), frame.last(), frame.bytes()));
                lasts += frame.last() ? 1 : 0;
            }
            int expected = lasts;
            await().until(() -> callers.repliesTo(PEER) + callers.repliesTo(OTHER_PEER) == expected);
            for (NodeId peer : List.of(PEER, OTHER_PEER)) {
                for (long number = 1; number <= 3; number++) {
                    callers.replies(peer, number).forEach(reply -> {
                        var json = Json.read(reply);
                        assertThat(json.has("error") ^ json.path("result").isObject())
                                .isTrue();
                    });
                }
                server.disconnected(peer);
            }
            assertThat(server.requestBytes()).isZero();
            assertThat(server.running()).isZero();
        }
    }
}
