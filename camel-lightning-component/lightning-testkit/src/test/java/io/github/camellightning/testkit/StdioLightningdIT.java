// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.interop.RealLightningd;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.node.peer.PeerNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A real lightningd that starts an application as its plugin. */
@EnabledIfSystemProperty(
        named = "lightningd",
        matches = ".+",
        disabledReason = "no -Dlightningd=<path of the binary> was given")
class StdioLightningdIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path temp;

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void aNodeThatIsStoppedHoldsUpNobodyAndServesAgainWhenItIsStarted() throws Exception {
        RealLightningd daemon = RealLightningd.startWith("--important-plugin=" + StdioApplication.script(temp));
        var bob = new PeerNode();
        var cli = new CoreLightningNode();
        try {
            cli.setRpcFile(daemon.rpcFile().toString());
            cli.setPlugin(false);
            get(cli.start());
            var atBob = new Collector();
            bob.onMessage(MessageFilter.all(), atBob);
            get(bob.start());
            get(bob.connect(new PeerAddress(cli.nodeId(), "127.0.0.1", daemon.port())));
            awaitOrders(cli);

            get(bob.send(cli.nodeId(), new CustomMessage(StdioApplication.PAUSE, new byte[0])));
            await().atMost(PATIENCE).until(() -> Files.exists(temp.resolve("stopped")));
            get(bob.send(cli.nodeId(), new CustomMessage(40_001, new byte[] {1})));
            get(bob.send(cli.nodeId(), new CustomMessage(40_001, new byte[] {2})));
            try (JsonResult peers = get(cli.call(MethodCall.of("listpeers", Json.emptyObject())))) {
                assertThat(peers.text()).contains(bob.nodeId().hex());
            }
            assertThat(daemon.isAlive()).isTrue();

            Files.createFile(temp.resolve("start"));
            await().atMost(PATIENCE).until(() -> Files.exists(temp.resolve("started")));
            awaitOrders(cli);
            var hello = new CustomMessage(40_001, new byte[] {3});
            get(bob.send(cli.nodeId(), hello));
            assertThat(atBob.await(1).get(0).message()).isEqualTo(hello);
        } finally {
            get(cli.stop());
            get(bob.stop());
            daemon.close();
        }
    }

    private static void awaitOrders(CoreLightningNode cli) {
        await().atMost(PATIENCE).until(() -> {
            try (JsonResult help = get(cli.call(MethodCall.of("help", Json.emptyObject())))) {
                return help.text().contains("orders");
            }
        });
    }

    @Test
    void anApplicationThatLightningdStartsGetsMessagesAndAnswersThemAndEndsWithIt() throws Exception {
        RealLightningd daemon = RealLightningd.startWith("--plugin=" + StdioApplication.script(temp));
        var bob = new PeerNode();
        var cli = new CoreLightningNode();
        try {
            cli.setRpcFile(daemon.rpcFile().toString());
            cli.setPlugin(false);
            get(cli.start());
            var atBob = new Collector();
            bob.onMessage(MessageFilter.all(), atBob);
            get(bob.start());
            get(bob.connect(new PeerAddress(cli.nodeId(), "127.0.0.1", daemon.port())));

            awaitOrders(cli);
            try (JsonResult orders = get(cli.call(MethodCall.of("orders", Json.emptyObject())))) {
                assertThat(orders.json()).isEqualTo(Json.read("{\"orders\":0}"));
            }

            var hello = new CustomMessage(40_001, new byte[] {1, 2, 3});
            get(bob.send(cli.nodeId(), hello));
            assertThat(atBob.await(1).get(0).message()).isEqualTo(hello);

            ProcessHandle application = daemon.descendants().stream()
                    .filter(StdioApplication::isApplication)
                    .findFirst()
                    .orElseThrow();
            cli.call(MethodCall.of("stop", Json.emptyObject()));
            await().atMost(PATIENCE).until(() -> !application.isAlive() && !daemon.isAlive());
            assertThat(Files.readString(temp.resolve("stderr")))
                    .contains("stray print")
                    .contains("Up at");
        } finally {
            get(cli.stop());
            get(bob.stop());
            if (daemon.isAlive()) {
                daemon.close();
            }
        }
    }

    @Test
    void theRelayOfItsCommandsCanBeStoppedByHandAndComesBack() throws Exception {
        RealLightningd daemon = RealLightningd.startWith("--plugin=" + StdioApplication.script(temp));
        var cli = new CoreLightningNode();
        try {
            cli.setRpcFile(daemon.rpcFile().toString());
            cli.setPlugin(false);
            get(cli.start());
            awaitOrders(cli);
            ProcessHandle application = daemon.descendants().stream()
                    .filter(StdioApplication::isApplication)
                    .findFirst()
                    .orElseThrow();
            String relay = relay(cli).orElseThrow();

            plugin(cli, "stop", relay).close();

            await().atMost(PATIENCE)
                    .until(() -> relay(cli).filter(now -> !now.equals(relay)).isPresent());
            awaitOrders(cli);
            assertThat(application.isAlive()).isTrue();
        } finally {
            get(cli.stop());
            daemon.close();
        }
    }

    /** What serves the commands: the only other plugin that is not lightningd's own. */
    private static Optional<String> relay(CoreLightningNode cli) throws Exception {
        try (JsonResult list = plugin(cli, "list", "")) {
            for (JsonNode plugin : list.json().path("plugins")) {
                String path = plugin.path("name").asText();
                if (path.contains("camel-lightning")) {
                    return Optional.of(path);
                }
            }
        }
        return Optional.empty();
    }

    private static JsonResult plugin(CoreLightningNode cli, String subcommand, String path) throws Exception {
        ObjectNode params = Json.emptyObject().put("subcommand", subcommand);
        return get(cli.call(MethodCall.of("plugin", path.isEmpty() ? params : params.put("plugin", path))));
    }

    /** Takes the 45 seconds that a process has. */
    @Test
    void anApplicationThatIsNotReadyInTimeDoesNotEndTheLightningdThatWaitsForIt() throws Exception {
        try (RealLightningd daemon = RealLightningd.startWith("--plugin=" + StdioApplication.script(temp, "idle"))) {
            await().atMost(PATIENCE)
                    .until(() -> daemon.descendants().stream().noneMatch(StdioApplication::isApplication));
            assertThat(daemon.isAlive()).isTrue();
            assertThat(Files.readString(temp.resolve("stderr"))).contains("no plugin of lightningd");
        }
    }
}
