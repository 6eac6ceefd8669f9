// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.ReceivedMessage;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that a simulated lightningd starts as its plugin. */
class StdioPluginTest extends PluginTestSupport {

    @TempDir
    Path temp;

    private SimulatedLightningd bob;

    @BeforeEach
    void theApplicationIsItsPlugin() throws Exception {
        bob = lightning.start("bob");
        bob.connectTo(daemon);
        daemon.startPlugin(StdioApplication.script(temp));
        awaitCommand();
    }

    private void awaitCommand() {
        // commands come by a relay, once lightningd listens
        await().atMost(PATIENCE).until(() -> run("help", "{}").toString().contains("\"orders"));
    }

    private void send(int type, int payload) {
        bob.send(daemon, type, new byte[] {(byte) payload});
    }

    private ProcessHandle applicationProcess() {
        return process("application");
    }

    private ProcessHandle process(String plugin) {
        return ProcessHandle.of(daemon.pluginPids().get(plugin)).orElseThrow();
    }

    /** What serves the commands. */
    private Path relay() throws Exception {
        for (JsonNode plugin : run("plugin", "{\"subcommand\":\"list\"}").path("plugins")) {
            Path path = Path.of(plugin.path("name").asText());
            if (!path.endsWith("application")) {
                return path;
            }
        }
        throw new AssertionError("there is no relay");
    }

    private void assertThatItServesOn(Path formerRelay) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> !relay().equals(formerRelay)
                        && run("orders", "{}").path("orders").isInt());
        send(40_001, 4);
        await().atMost(PATIENCE).until(() -> !at(bob).isEmpty());
        // each relay has a folder of its own
        assertThat(formerRelay.getParent()).doesNotExist();
    }

    private static List<CustomMessage> at(SimulatedLightningd node) {
        return node.received().stream()
                .map(ReceivedMessage::message)
                // the daemons exchange some of their own
                .filter(message -> message.type() >= 0x8000)
                .toList();
    }

    @Test
    void itGetsMessagesAnswersThemAndIsACommand() throws Exception {
        send(40_001, 1);

        await().atMost(PATIENCE).until(() -> !at(bob).isEmpty());
        assertThat(at(bob)).containsExactly(new CustomMessage(40_001, new byte[] {1}));
        JsonNode orders = run("orders", "{}");
        assertThat(orders).isEqualTo(Json.read("{\"orders\":0}"));
    }

    @Test
    void theRelayOfItsCommandsCanBeStoppedByHandAndComesBack() throws Exception {
        ProcessHandle application = applicationProcess();
        Path relay = relay();

        run(
                "plugin",
                Json.emptyObject()
                        .put("subcommand", "stop")
                        .put("plugin", relay.toString())
                        .toString());

        assertThatItServesOn(relay);
        assertThat(application.isAlive()).isTrue();
    }

    @Test
    void theRelayOfItsCommandsComesBackWhenItDies() throws Exception {
        Path relay = relay();

        process(relay.getFileName().toString()).destroyForcibly();

        assertThatItServesOn(relay);
    }

    @Test
    void itEndsWithLightningd() throws Exception {
        ProcessHandle application = applicationProcess();

        daemon.stop();

        await().atMost(PATIENCE).until(() -> !application.isAlive());
        assertThat(Files.readString(temp.resolve("stderr")))
                .contains("A stray print")
                .contains("Up at " + daemon.nodeId());
    }

    @Test
    void whileItsNodeIsStoppedLightningdIsAnsweredAndAfterwardsServedAgain() throws Exception {
        send(StdioApplication.PAUSE, 0);
        await().atMost(PATIENCE).until(() -> Files.exists(temp.resolve("stopped")));
        send(40_001, 1);
        send(40_001, 2);
        // the hook's calls come one after the other
        await().atMost(PATIENCE).until(() -> at(daemon).size() == 3);

        Files.createFile(temp.resolve("start"));
        await().atMost(PATIENCE).until(() -> Files.exists(temp.resolve("started")));
        send(40_001, 3);
        await().atMost(PATIENCE).until(() -> !at(bob).isEmpty());
        assertThat(at(bob)).containsExactly(new CustomMessage(40_001, new byte[] {3}));
        awaitCommand();
    }

    @Test
    void itEndsWithLightningdAlsoWhileItsNodeIsStopped() throws Exception {
        ProcessHandle application = applicationProcess();
        send(StdioApplication.PAUSE, 0);
        await().atMost(PATIENCE).until(() -> Files.exists(temp.resolve("stopped")));

        daemon.stop();

        await().atMost(PATIENCE).until(() -> !application.isAlive());
    }
}
