// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import static io.github.camellightning.node.commando.Commandos.RUNE;
import static io.github.camellightning.node.commando.Commandos.failureOf;
import static io.github.camellightning.node.commando.Commandos.getinfo;
import static io.github.camellightning.node.commando.Commandos.textOf;
import static io.github.camellightning.node.commando.ScriptedPeer.PEER;
import static io.github.camellightning.node.commando.ScriptedPeer.part;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.lifecycle.AfterProperty;

class RepliesPropertyTest {

    private static final Path DIRECTORY = Path.of(System.getProperty("java.io.tmpdir"));

    private final ScriptedPeer peer = new ScriptedPeer();
    private final CommandoClient client = new CommandoClient(Commandos.settings(DIRECTORY), peer);

    @AfterProperty
    void close() {
        client.close();
    }

    /** Any replies, cut anywhere, in characters and escapes too, their parts mixed in any way. */
    @Property(tries = 300)
    void aReplyIsTheSameHoweverItIsCutAndMixedWithOthers(
            @ForAll @Size(min = 1, max = 6) List<@StringLength(max = 300) String> texts, @ForAll long seed)
            throws Exception {
        var random = new Random(seed);
        var calls = new ArrayList<CompletionStage<JsonResult>>();
        var expected = new ArrayList<String>();
        var replies = new ArrayList<List<CustomMessage>>();
        for (String text : texts) {
            calls.add(client.call(PEER, getinfo(), RUNE));
            String result = "{\"t\":" + com.fasterxml.jackson.databind.node.TextNode.valueOf(text) + "}";
            // half a surrogate pair has no bytes of its own
            byte[] json = ("{\"id\":\"x\",\"result\":" + result + ",\"y\":[{}]}").getBytes(UTF_8);
            expected.add(new String(result.getBytes(UTF_8), UTF_8));
            replies.add(new ArrayList<>(cut(peer.lastRequest().number(), json, random)));
        }
        List<Integer> left =
                new ArrayList<>(IntStream.range(0, texts.size()).boxed().toList());
        while (!left.isEmpty()) {
            Integer next = left.get(random.nextInt(left.size()));
            client.received(PEER, replies.get(next).remove(0))
                    .toCompletableFuture()
                    .join();
            if (replies.get(next).isEmpty()) {
                left.remove(next);
            }
        }
        for (int i = 0; i < calls.size(); i++) {
            assertThat(textOf(calls.get(i))).isEqualTo(expected.get(i));
        }
    }

    private static List<CustomMessage> cut(long number, byte[] json, Random random) {
        var parts = new ArrayList<CustomMessage>();
        int from = 0;
        while (from < json.length) {
            int to = Math.min(json.length, from + random.nextInt(1 + random.nextInt(120)));
            parts.add(part(number, to == json.length, Arrays.copyOfRange(json, from, to)));
            from = to;
        }
        return parts;
    }

    /** Whatever bytes come, the call ends, and in one of our exceptions or in a result. */
    @Property(tries = 500)
    void anyBytesEndTheCall(@ForAll byte[] bytes, @ForAll @IntRange(max = 3) int shape) throws Exception {
        byte[] prefix = List.of("", "{\"result\":", "{\"error\":", "{\"error\":{\"message\":")
                .get(shape)
                .getBytes(UTF_8);
        byte[] reply = Arrays.copyOf(prefix, prefix.length + bytes.length);
        System.arraycopy(bytes, 0, reply, prefix.length, bytes.length);
        CompletionStage<JsonResult> call = client.call(PEER, getinfo(), RUNE);
        client.received(PEER, part(peer.lastRequest().number(), true, reply));

        LightningException failure = failureOf(call);
        if (failure != null) {
            assertThat(failure.getMessage()).isASCII().hasSizeLessThan(1_200);
        }
    }
}
