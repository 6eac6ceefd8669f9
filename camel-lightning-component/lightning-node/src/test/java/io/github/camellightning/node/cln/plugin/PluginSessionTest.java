// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One run as a plugin, with the test as lightningd. */
class PluginSessionTest {

    private static final String HOOK_CALL =
            "{\"jsonrpc\":\"2.0\",\"id\":\"cln:custommsg#7\",\"method\":\"custommsg\",\"params\":{}}\n\n";
    private static final String ANSWER =
            "{\"jsonrpc\":\"2.0\",\"id\":\"cln:custommsg#7\",\"result\":{\"result\":\"continue\"}}\n\n";

    private final PipedOutputStream lightningd = new PipedOutputStream();
    private final ByteArrayOutputStream answers = new ByteArrayOutputStream();
    private final List<String> written = new CopyOnWriteArrayList<>();
    private PluginSession session;

    /** Notes what lightningd has been answered when the time comes that a listener asked for. */
    private final class Listener implements PluginHandler {

        private final Runnable afterwards;

        Listener(Runnable afterwards) {
            this.afterwards = afterwards;
        }

        @Override
        public CompletionStage<JsonNode> hook(String name, JsonNode params) {
            PluginSession.afterwards(afterwards);
            return CompletableFuture.completedFuture(
                    JsonNodeFactory.instance.objectNode().put("result", "continue"));
        }

        @Override
        public JsonNode safeAnswer(String hook, JsonNode params) {
            return JsonNodeFactory.instance.objectNode().put("result", "continue");
        }

        @Override
        public CompletionStage<Manifest> manifest() {
            return CompletableFuture.failedFuture(new AssertionError("nobody asks"));
        }

        @Override
        public void initialised(JsonNode configuration) {}

        @Override
        public CompletionStage<JsonNode> method(String name, JsonNode params) {
            return CompletableFuture.failedFuture(new AssertionError(name));
        }

        @Override
        public void notification(String topic, JsonNode params, String origin) {}

        @Override
        public void ended(String reason) {}
    }

    private void start(Runnable afterwards) throws IOException {
        session = new PluginSession(new PipedInputStream(lightningd), answers, new Listener(afterwards), () -> {});
        session.start("test");
    }

    @AfterEach
    void end() throws IOException {
        session.end("the test is over");
        lightningd.close();
    }

    private void say(String json) throws IOException {
        lightningd.write(json.getBytes(StandardCharsets.UTF_8));
        lightningd.flush();
    }

    @Test
    void whatAListenerWantsDoneAfterwardsIsDoneOnceLightningdHasItsAnswer() throws Exception {
        start(() -> written.add(answers.toString(StandardCharsets.UTF_8)));
        say(HOOK_CALL);
        await().untilAsserted(() -> assertThat(written).containsExactly(ANSWER));
    }

    @Test
    void whatIsSaidAfterwardsIsNotKeptUntilLightningdSpeaksAgain() throws Exception {
        start(() -> session.emit("told", JsonNodeFactory.instance.objectNode(), Duration.ofSeconds(10)));
        say(HOOK_CALL);
        await().untilAsserted(() -> assertThat(answers.toString(StandardCharsets.UTF_8))
                .startsWith(ANSWER)
                .contains("\"method\":\"told\""));
    }

    @Test
    void whatFailsAfterwardsHurtsNobody() throws Exception {
        start(() -> {
            written.add("once");
            throw new IllegalStateException("on purpose");
        });
        say(HOOK_CALL);
        say(HOOK_CALL);
        await().untilAsserted(() -> assertThat(written).containsExactly("once", "once"));
        await().untilAsserted(() ->
                assertThat(answers.toString(StandardCharsets.UTF_8)).isEqualTo(ANSWER + ANSWER));
    }

    @Test
    void onAnyOtherThreadThereIsNothingToWaitFor() throws Exception {
        start(() -> {});
        PluginSession.afterwards(() -> written.add("at once"));
        assertThat(written).containsExactly("at once");
    }
}
