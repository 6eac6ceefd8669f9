// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Routes in YAML, run by camel-main, that a real lightningd starts as its plugin: no line of Java. */
@EnabledIfSystemProperty(
        named = "lightningd",
        matches = ".+",
        disabledReason = "no -Dlightningd=<path of the binary> was given")
class PluginApplicationLightningdIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path temp;

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** As the guide has it, but for the class path. */
    private Path script() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path configuration = Path.of(getClass().getResource("/plugin").toURI());
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path script = temp.resolve("start.sh");
        Files.writeString(
                script,
                "#!/bin/sh\nCLASSPATH='" + configuration + ":" + classes + "' exec '" + java
                        + "' -Dlogback.configurationFile='" + configuration.resolve("logback.xml") + "' "
                        + Main.class.getName() + " 2>>'" + temp.resolve("stderr") + "'\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }

    private static boolean isApplication(ProcessHandle process) {
        return process.info()
                .arguments()
                .map(arguments -> String.join(" ", arguments).contains(Main.class.getName()))
                .orElse(false);
    }

    @Test
    void itsRoutesServeTheDaemonAndEndWithIt() throws Exception {
        RealLightningd daemon = RealLightningd.startWith("--important-plugin=" + script());
        var bob = new PeerNode();
        var cli = new CoreLightningNode();
        try {
            cli.setRpcFile(daemon.rpcFile().toString());
            cli.setPlugin(false);
            get(cli.start());
            var atBob = new CopyOnWriteArrayList<CustomMessage>();
            bob.onMessage(MessageFilter.all(), message -> {
                atBob.add(message.message());
                return CompletableFuture.completedFuture(null);
            });
            get(bob.start());
            get(bob.connect(new PeerAddress(cli.nodeId(), "127.0.0.1", daemon.port())));

            await().atMost(PATIENCE).until(() -> {
                try (JsonResult help = get(cli.call(MethodCall.of("help", Json.emptyObject())))) {
                    return help.text().contains("\"orders");
                }
            });
            try (JsonResult orders = get(cli.call(MethodCall.of("orders", Json.emptyObject())))) {
                assertThat(orders.json()).isEqualTo(Json.read("{\"orders\":3}"));
            }
            get(bob.send(cli.nodeId(), new CustomMessage(40_001, "tea".getBytes(UTF_8))));
            await().atMost(PATIENCE).until(() -> !atBob.isEmpty());
            assertThat(atBob).containsExactly(new CustomMessage(40_001, "got tea".getBytes(UTF_8)));

            ProcessHandle application = daemon.descendants().stream()
                    .filter(PluginApplicationLightningdIT::isApplication)
                    .findFirst()
                    .orElseThrow();
            cli.call(MethodCall.of("stop", Json.emptyObject()));
            await().atMost(PATIENCE).until(() -> !application.isAlive() && !daemon.isAlive());
            assertThat(Files.readString(temp.resolve("stderr")))
                    .contains("Apache Camel 4")
                    .contains("ends, as lightningd's plugin");
        } finally {
            get(cli.stop());
            get(bob.stop());
            if (daemon.isAlive()) {
                daemon.close();
            }
        }
    }
}
