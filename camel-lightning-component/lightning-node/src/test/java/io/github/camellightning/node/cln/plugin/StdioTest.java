// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.LightningException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A run as lightningd's own plugin, over a stop and another start. The test is lightningd. */
class StdioTest {

    private static final String INIT =
            "{\"jsonrpc\":\"2.0\",\"id\":\"init\",\"method\":\"init\",\"params\":{\"configuration\":{\"network\":\"regtest\"}}}";
    private static final String SHUTDOWN = "{\"jsonrpc\":\"2.0\",\"method\":\"shutdown\",\"params\":{\"shutdown\":{}}}";

    private final PipedOutputStream stdin = new PipedOutputStream();
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final AtomicInteger exits = new AtomicInteger();
    private final Stdio stdio = new Stdio(exits::incrementAndGet);
    private PipedInputStream in;

    /** One that is started and stopped, under a name that its answers tell. */
    private static final class Node implements PluginHandler {
        private final String name;
        private final List<String> told = new CopyOnWriteArrayList<>();

        Node(String name) {
            this.name = name;
        }

        @Override
        public void joined(PluginSession session) {
            told.add("joined");
        }

        @Override
        public CompletionStage<Manifest> manifest() {
            return CompletableFuture.completedFuture(manifestOf("rpc_command"));
        }

        @Override
        public void initialised(JsonNode configuration) {
            told.add("initialised " + configuration.path("network").asText());
        }

        @Override
        public CompletionStage<JsonNode> hook(String hook, JsonNode params) {
            return CompletableFuture.completedFuture(Json.emptyObject().put("by", name));
        }

        @Override
        public JsonNode safeAnswer(String hook, JsonNode params) {
            return ScriptedPlugin.SAFE;
        }

        @Override
        public CompletionStage<JsonNode> method(String method, JsonNode params) {
            return CompletableFuture.failedFuture(new AssertionError(method));
        }

        @Override
        public void notification(String topic, JsonNode params, @Nullable String origin) {
            told.add(topic);
        }

        @Override
        public void ended(String reason) {
            told.add("ended");
        }
    }

    private static Manifest manifestOf(String hook) {
        return new Manifest(List.of(Manifest.Hook.of(hook)), List.of(), Set.of(), Set.of(), Set.of());
    }

    @BeforeEach
    void connect() throws IOException {
        in = new PipedInputStream(stdin);
    }

    @AfterEach
    void close() throws IOException {
        stdin.close();
    }

    private void say(String message) throws IOException {
        stdin.write((message + "\n\n").getBytes(StandardCharsets.UTF_8));
        stdin.flush();
    }

    private void ask(String id) throws IOException {
        say("{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"method\":\"rpc_command\",\"params\":{}}");
    }

    private void awaitAnswer(String id, String by) {
        await().untilAsserted(() -> assertThat(stdout.toString(StandardCharsets.UTF_8))
                .contains("\"id\":\"" + id + "\",\"result\":{\"by\":\"" + by + "\"}"));
    }

    @Test
    void stdinIsOneNodesAndEndsForAllOthers() throws Exception {
        InputStream before = System.in;
        try {
            stdio.claimIn();
            // after a stop the same node starts again
            stdio.claimIn();

            assertThat(System.in.read()).isEqualTo(-1);
            assertThatThrownBy(() -> new Stdio(exits::incrementAndGet).claimIn())
                    .isInstanceOf(LightningException.class)
                    .hasMessageStartingWith("Invalid option stdio=true: another node of this process has stdin");
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void aStopEndsNothingAndAnotherStartJoinsTheRunThatThereIs() throws Exception {
        var first = new Node("first");
        stdio.open(first, in, stdout);
        say(INIT);
        ask("1");
        awaitAnswer("1", "first");

        stdio.release();
        ask("2");
        awaitAnswer("2", "first");
        say("{\"jsonrpc\":\"2.0\",\"method\":\"connect\",\"params\":{}}");

        var second = new Node("second");
        ask("3");
        awaitAnswer("3", "first");
        stdio.open(second, in, stdout);
        assertThat(second.told).containsExactly("joined", "initialised regtest");
        ask("4");
        awaitAnswer("4", "second");
        assertThat(first.told).containsExactly("joined", "initialised regtest");
        assertThat(exits).hasValue(0);
    }

    @Test
    void whatLightningdIsToldStaysWhatWasWantedFirst() {
        assertThat(stdio.declared(manifestOf("rpc_command"))).isEqualTo(manifestOf("rpc_command"));
        assertThat(stdio.declared(manifestOf("peer_connected"))).isEqualTo(manifestOf("rpc_command"));
    }

    @Test
    void whoRunsIsToldOfTheEndAndDecidesHimself() throws Exception {
        var node = new Node("node");
        stdio.open(node, in, stdout);

        say(SHUTDOWN);
        await().until(() -> node.told.contains("shutdown"));
        stdin.close();
        await().until(() -> node.told.contains("ended"));

        assertThat(exits).hasValue(0);
    }

    @Test
    void afterAStopTheProcessEndsWhenLightningdAsksForIt() throws Exception {
        stdio.open(new Node("node"), in, stdout);
        stdio.release();

        say(SHUTDOWN);

        await().untilAsserted(() -> assertThat(exits).hasValue(1));
    }

    @Test
    void afterAStopTheProcessEndsWhenThePipeIsClosedAndNobodyCanJoin() throws Exception {
        stdio.open(new Node("node"), in, stdout);
        stdio.release();

        stdin.close();

        await().untilAsserted(() -> assertThat(exits).hasValue(1));
        assertThatThrownBy(() -> stdio.open(new Node("late"), in, stdout))
                .isInstanceOf(LightningException.class)
                .hasMessageContaining("no plugin of lightningd any more: lightningd closed the pipe");
    }

    @Test
    void onlyWhoLightningdStartedCanBeItsPlugin() {
        assertThatThrownBy(() -> stdio.open(new Node("node")))
                .isInstanceOf(LightningException.class)
                .hasMessageContaining("stdio=true");
    }
}
