// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

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

    private Path script(String... arguments) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path script = temp.resolve("application");
        Files.writeString(
                script,
                // no -cp: a long command line hides the class that isApplication looks for
                "#!/bin/sh\nCLASSPATH='" + classes + "' exec '" + java + "' " + StdioApplication.class.getName() + " "
                        + String.join(" ", arguments) + " 2>>'" + temp.resolve("stderr") + "'\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }

    private static boolean isApplication(ProcessHandle process) {
        return process.info()
                .arguments()
                .map(arguments -> String.join(" ", arguments).contains(StdioApplication.class.getName()))
                .orElse(false);
    }

    @Test
    void anApplicationThatLightningdStartsGetsMessagesAndAnswersThemAndEndsWithIt() throws Exception {
        RealLightningd daemon = RealLightningd.startWith("--plugin=" + script());
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

            await().atMost(PATIENCE).until(() -> {
                try (JsonResult help = get(cli.call(MethodCall.of("help", Json.emptyObject())))) {
                    return help.text().contains("orders");
                }
            });
            try (JsonResult orders = get(cli.call(MethodCall.of("orders", Json.emptyObject())))) {
                assertThat(orders.json()).isEqualTo(Json.read("{\"orders\":0}"));
            }

            var hello = new CustomMessage(40_001, new byte[] {1, 2, 3});
            get(bob.send(cli.nodeId(), hello));
            assertThat(atBob.await(1).get(0).message()).isEqualTo(hello);

            ProcessHandle application = daemon.descendants().stream()
                    .filter(StdioLightningdIT::isApplication)
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

    /** Takes the 45 seconds that a process has. */
    @Test
    void anApplicationThatIsNotReadyInTimeDoesNotEndTheLightningdThatWaitsForIt() throws Exception {
        try (RealLightningd daemon = RealLightningd.startWith("--plugin=" + script("idle"))) {
            await().atMost(PATIENCE)
                    .until(() -> daemon.descendants().stream().noneMatch(StdioLightningdIT::isApplication));
            assertThat(daemon.isAlive()).isTrue();
            assertThat(Files.readString(temp.resolve("stderr"))).contains("no plugin of lightningd");
        }
    }
}
