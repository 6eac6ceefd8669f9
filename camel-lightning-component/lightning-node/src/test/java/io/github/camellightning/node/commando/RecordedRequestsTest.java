// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import static io.github.camellightning.node.commando.ScriptedPeer.PEER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.ServedMethod;
import io.github.camellightning.node.rune.RuneRefusedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Our server in the place of a lightningd of v26.06.6: it gets each request of a recording, and must answer frame by frame what that did. */
class RecordedRequestsTest {

    private static final Pattern FRAME = Pattern.compile(
            "   (l[12]) received: type ([0-9a-f]{4}), id ([0-9a-f]{4,16}), (-?\\d+) bytes of JSON: ?(.*)");
    private static final String ABBREVIATION = " ... ";
    private static final String RUNE = "wGxa-4YA1NVn_mIyr74tFhfgoyRN6onp6kfmG8vM6Yg9MA==";
    private static final int FILLER = 70_000;

    private record Frame(boolean isRequest, int type, byte[] id, int size, String json) {

        static Frame of(Matcher line) {
            return new Frame(
                    line.group(1).equals("l2"),
                    Integer.parseInt(line.group(2), 16),
                    HexFormat.of().parseHex(line.group(3)),
                    Math.max(0, Integer.parseInt(line.group(4))),
                    line.group(5));
        }

        /** What the recording left out was all the same character. */
        byte[] whole() {
            int cut = json.indexOf(ABBREVIATION);
            if (cut < 0) {
                return json.getBytes(StandardCharsets.UTF_8);
            }
            String head = json.substring(0, cut);
            String tail = json.substring(cut + ABBREVIATION.length());
            return (head + "x".repeat(size - head.length() - tail.length()) + tail).getBytes(StandardCharsets.UTF_8);
        }

        CustomMessage message() {
            byte[] text = id.length < Long.BYTES ? new byte[0] : whole();
            return new CustomMessage(
                    type,
                    ByteBuffer.allocate(id.length + text.length)
                            .put(id)
                            .put(text)
                            .array());
        }

        boolean isLike(CustomMessage sent) {
            byte[] payload = sent.payload();
            String text = new String(payload, Long.BYTES, payload.length - Long.BYTES, StandardCharsets.UTF_8);
            int cut = json.indexOf(ABBREVIATION);
            // the one reply that is shorter than its size has had a path taken out when it was recorded
            return sent.type() == type
                    && ByteBuffer.wrap(payload, 0, Long.BYTES).equals(ByteBuffer.wrap(id))
                    && (cut < 0
                            ? text.equals(json)
                            : payload.length - Long.BYTES == size
                                    && text.startsWith(json.substring(0, cut))
                                    && text.endsWith(json.substring(cut + ABBREVIATION.length())));
        }
    }

    private static List<Frame> recorded() throws IOException {
        var frames = new ArrayList<Frame>();
        try (var lines = new BufferedReader(new InputStreamReader(
                RecordedRequestsTest.class.getResourceAsStream("/recorded/commando-wire.txt"),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher frame = FRAME.matcher(line);
                if (frame.matches()) {
                    frames.add(Frame.of(frame));
                }
            }
        }
        return frames;
    }

    private final Callers callers = new Callers();
    private final ServedMethods methods = new ServedMethods();

    private void serve(String name, JsonNode result) {
        methods.register(
                new ServedMethod(name, "", null),
                (peer, params) -> CompletableFuture.completedFuture(JsonResult.of(result)));
    }

    private static JsonNode getinfo(List<Frame> recorded) {
        Frame longest = recorded.stream()
                .filter(frame -> frame.json.contains("\"our_features\""))
                .findFirst()
                .orElseThrow();
        return Json.read(longest.json).path("result");
    }

    @Test
    void eachRequestIsAnsweredAsRecorded() throws Exception {
        List<Frame> recorded = recorded();
        assertThat(recorded).hasSizeGreaterThan(40);
        serve("getinfo", getinfo(recorded));
        var stored = Json.emptyObject();
        stored.putArray("key").add("big");
        serve(
                "datastore",
                stored.put("generation", 1).put("hex", "78".repeat(FILLER)).put("string", "x".repeat(FILLER)));
        try (var server = new CommandoServer(
                CommandoServerSettings.defaults(),
                callers,
                methods,
                (rune, request) -> rune.encode().equals(RUNE)
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(RuneRefusedException.notAuthorized("not derived")))) {
            int answered = 0;
            for (Frame frame : recorded) {
                if (frame.isRequest) {
                    server.received(PEER, frame.message());
                } else {
                    int next = answered++;
                    await("a frame").until(() -> callers.sent.size() > next);
                    CustomMessage sent = callers.sent.get(next).frame();
                    assertThat(frame.isLike(sent))
                            .as("%s for %s", new String(sent.payload(), StandardCharsets.UTF_8), frame.json)
                            .isTrue();
                }
            }
            for (int part = 0; part < 17; part++) {
                server.received(PEER, Callers.part(1, part == 16, "x".repeat(65_000)));
            }
            assertThat(callers.sent).hasSize(answered);
            assertThat(callers.warnings).anyMatch(line -> line.contains("more than 1048576 bytes"));
            assertThat(server.requestBytes()).isZero();
        }
    }
}
