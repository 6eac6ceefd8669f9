// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import static io.github.camellightning.node.commando.Commandos.RUNE;
import static io.github.camellightning.node.commando.Commandos.failureOf;
import static io.github.camellightning.node.commando.Commandos.getinfo;
import static io.github.camellightning.node.commando.Commandos.resultOf;
import static io.github.camellightning.node.commando.ScriptedPeer.PEER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.RemoteErrorException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames as they were recorded between two lightningd of v26.06.6. */
class RecordedRepliesTest {

    private static final Pattern FRAME =
            Pattern.compile("   (l[12]) received: type ([0-9a-f]{4}), id ([0-9a-f]{16}), (\\d+) bytes of JSON: (.*)");

    private record Recorded(String at, int type, long id, String json) {}

    @TempDir
    Path directory;

    /** Those that were written down whole. */
    private static List<Recorded> recorded() throws IOException {
        var frames = new ArrayList<Recorded>();
        try (var lines = new BufferedReader(new InputStreamReader(
                RecordedRepliesTest.class.getResourceAsStream("/recorded/commando-wire.txt"),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher frame = FRAME.matcher(line);
                if (frame.matches()
                        && frame.group(5).getBytes(StandardCharsets.UTF_8).length == Integer.parseInt(frame.group(4))) {
                    frames.add(new Recorded(
                            frame.group(1),
                            Integer.parseInt(frame.group(2), 16),
                            Long.parseUnsignedLong(frame.group(3), 16),
                            frame.group(5)));
                }
            }
        }
        return frames;
    }

    @Test
    void requestsOfOnePartAreFramedAsRecorded() throws IOException {
        List<Recorded> requests = recorded().stream()
                .filter(frame -> frame.at.equals("l2") && frame.type == 0x4c4f)
                .toList();
        assertThat(requests).hasSizeGreaterThan(10);
        for (Recorded request : requests) {
            byte[] json = request.json.getBytes(StandardCharsets.UTF_8);
            CustomMessage frame = Frames.request(request.id, json, 0);
            assertThat(frame.type()).isEqualTo(request.type);
            assertThat(Frames.id(frame)).isEqualTo(request.id);
            assertThat(frame.payload()).hasSize(8 + json.length).endsWith(json);
        }
    }

    @Test
    void eachReplyIsUnderstood() throws Exception {
        List<Recorded> replies =
                recorded().stream().filter(frame -> frame.at.equals("l1")).toList();
        assertThat(replies).hasSizeGreaterThan(15);
        for (Recorded reply : replies) {
            var peer = new ScriptedPeer();
            try (var client = new CommandoClient(Commandos.settings(directory), peer)) {
                CompletionStage<JsonResult> call = client.call(PEER, getinfo(), RUNE);
                client.received(PEER, ScriptedPeer.part(peer.lastRequest().number(), reply.type == 0x594d, reply.json));
                JsonNode json = Json.read(reply.json);
                if (json.has("result")) {
                    try (JsonResult result = resultOf(call)) {
                        assertThat(result.json()).isEqualTo(json.get("result"));
                        assertThat(reply.json).contains(result.text());
                    }
                } else {
                    RemoteErrorException failure = failureOf(RemoteErrorException.class, call);
                    assertThat(failure.code()).isEqualTo(json.at("/error/code").asInt());
                    assertThat(failure).hasMessage(json.at("/error/message").asText());
                }
            }
        }
    }
}
