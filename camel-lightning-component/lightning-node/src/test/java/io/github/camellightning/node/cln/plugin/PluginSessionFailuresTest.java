// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.RemoteErrorException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever fails in the application, lightningd gets its answers, or sees that the plugin is gone. */
class PluginSessionFailuresTest {

    private final ScriptedPlugin plugin = new ScriptedPlugin();

    @AfterEach
    void close() throws IOException {
        plugin.close();
    }

    private JsonNode answer(String id) {
        await().until(() -> plugin.answer(id) != null);
        return plugin.answer(id);
    }

    static Stream<JsonNode> whatCannotBeWritten() {
        JsonNode deep = Json.emptyObject();
        for (int i = 0; i < 1_000; i++) {
            deep = Json.emptyObject().set("a", deep);
        }
        return Stream.of(deep, Json.emptyObject().set("a", JsonNodeFactory.instance.pojoNode(new Object())));
    }

    @ParameterizedTest
    @MethodSource("whatCannotBeWritten")
    void anAnswerThatCannotBeWrittenIsReplacedByOneThatCan(JsonNode impossible) throws Exception {
        plugin.method = params -> CompletableFuture.completedFuture(impossible);
        plugin.hook = plugin.method;
        plugin.start();

        plugin.call("1", "{}");
        assertThat(answer("1").at("/error/code").intValue()).isEqualTo(-32603);
        plugin.ask("2", "{}");
        assertThat(answer("2").path("result")).isEqualTo(ScriptedPlugin.SAFE);
    }

    @Test
    void anErrorWhoseDataCannotBeWrittenIsToldWithoutThem() throws Exception {
        plugin.method = params -> CompletableFuture.failedFuture(
                new RemoteErrorException(1_001, "no", "[".repeat(999) + "]".repeat(999)));
        plugin.start();

        plugin.call("1", "{}");

        assertThat(answer("1").at("/error/code").intValue()).isEqualTo(-32603);
    }

    @Test
    void anErrorThatAListenerThrowsIsAnswered() throws Exception {
        plugin.method = params -> {
            throw new NoClassDefFoundError("on purpose");
        };
        plugin.hook = plugin.method;
        plugin.notified = () -> {
            throw new NoClassDefFoundError("on purpose");
        };
        plugin.start();

        plugin.call("1", "{}");
        assertThat(answer("1").at("/error/code").intValue()).isEqualTo(-32603);
        plugin.say("{\"jsonrpc\":\"2.0\",\"method\":\"connect\",\"params\":{}}");
        plugin.ask("2", "{}");
        assertThat(answer("2").path("result")).isEqualTo(ScriptedPlugin.SAFE);
    }

    @Test
    void aReaderThatCannotGoOnEndsTheSession() throws Exception {
        plugin.start(
                in -> new FilterInputStream(in) {
                    @Override
                    public int read(byte[] bytes, int offset, int length) {
                        throw new OutOfMemoryError("on purpose");
                    }
                },
                plugin.said);

        await().untilAsserted(() -> assertThat(plugin.ended).isDone());
        assertThat(plugin.ended.get()).contains("on purpose");
    }

    @Test
    void aListenerThatLeavesItsThreadInterruptedClosesNoPipe() throws Exception {
        plugin.hook = params -> {
            Thread.currentThread().interrupt();
            return CompletableFuture.completedFuture(ScriptedPlugin.SAFE);
        };
        plugin.start(
                in -> new FilterInputStream(in) {
                    @Override
                    public int read(byte[] bytes, int offset, int length) throws IOException {
                        if (Thread.currentThread().isInterrupted()) {
                            throw new ClosedByInterruptException();
                        }
                        return super.read(bytes, offset, length);
                    }
                },
                plugin.said);

        plugin.ask("1", "{}");
        answer("1");
        plugin.ask("2", "{}");
        answer("2");
    }

    @ParameterizedTest
    @MethodSource("whatCannotBeWritten")
    void aNotificationThatCannotBeWrittenIsRefused(JsonNode impossible) throws Exception {
        plugin.start();

        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> plugin.session()
                        .emit("topic", impossible, Duration.ofMinutes(1))
                        .toCompletableFuture()
                        .get())
                .withCauseInstanceOf(InvalidMessageException.class);
    }
}
