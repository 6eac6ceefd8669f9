// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.Json;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MethodSpec;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Somebody kills the program that joins an application to lightningd. */
class RelayRecoveryTest extends PluginTestSupport {

    @Test
    void anApplicationWhoseRelayIsKilledBecomesAPluginAgain() throws Exception {
        var received = new Collector();
        alice.onMessage(MessageFilter.all(), received);
        alice.onMethod(
                new MethodSpec("orders", "", "Lists orders"),
                params -> CompletableFuture.completedFuture(Json.emptyObject()));
        get(alice.start());
        SimulatedLightningd bob = lightning.start("bob");
        bob.connectTo(daemon);
        bob.send(daemon, 40_001, new byte[] {1});
        received.await(1);
        assertThat(alice.isRegistered()).isTrue();
        Set<Long> before = Set.copyOf(daemon.pluginPids().values());

        for (long pid : before) {
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        }

        await().atMost(PATIENCE).until(() -> !alice.state().isUp() || !pidsAre(before));
        await().atMost(PATIENCE).until(() -> alice.state().isUp() && !pidsAre(before) && plugins() == 1);
        bob.send(daemon, 40_001, new byte[] {2});
        assertThat(received.await(2).get(1).message().payload()).containsExactly(2);
        run("orders", "{}");
        assertThat(alice.isRegistered()).isTrue();
        assertThat(alice.counts().reconnects()).isEqualTo(1);
        assertThat(alice.counts().received()).isEqualTo(2);
    }

    /** The relay of another user is told nothing; the next one, of a user whom we trust, is the plugin. */
    @Test
    void anApplicationWhoseRelayIsAStrangersTriesAgain() throws Exception {
        assumeThat((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                .as("only root can be somebody else")
                .isZero();
        assumeThat(Path.of("/usr/bin/python3")).isExecutable();
        Path folder = Files.createDirectory(daemon.networkDir().resolve("relays"));
        for (Path above = folder; above.startsWith(daemon.dir().getParent()); above = above.getParent()) {
            Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        alice.setRelay(relayIn(folder).toString());
        alice.onMethod(
                new MethodSpec("orders", "", "Lists orders"),
                params -> CompletableFuture.completedFuture(Json.emptyObject()));
        get(alice.start());
        Set<Long> before = Set.copyOf(daemon.pluginPids().values());

        Files.createFile(folder.resolve("stranger"));
        for (long pid : before) {
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        }

        await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("turned-away")));
        await().atMost(PATIENCE).until(() -> alice.state().isUp() && alice.isRegistered());
        run("orders", "{}");
        assertThat(plugins()).isEqualTo(1);
    }

    /** A relay that another user runs where it finds the file {@code stranger}, which opens the folder to that user first. */
    private static Path relayIn(Path folder) throws IOException {
        Path relay = folder.resolve("camel-lightning");
        try (InputStream script = CoreLightningNode.class.getResourceAsStream("plugin/relay.sh")) {
            Files.writeString(
                    relay, """
                    #!/bin/sh
                    if rm "${0%/*}/stranger" 2>/dev/null; then
                        exec /usr/bin/python3 -c '
                    import array, os, socket, sys
                    path = os.path.realpath(sys.argv[1])
                    os.chmod(os.path.dirname(path), 0o777)
                    os.chmod(path, 0o777)
                    os.setuid(65534)
                    joined = socket.socket(socket.AF_UNIX)
                    joined.connect(path)
                    try:
                        joined.sendmsg([b"F"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1]))])
                        while joined.recv(1):
                            pass
                    except ConnectionError:
                        pass
                    open(sys.argv[2], "w").close()
                    ' "$0.socket" "${0%/*}/turned-away"
                    fi
                    """ + new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8));
        }
        Files.setPosixFilePermissions(relay, PosixFilePermissions.fromString("rwx------"));
        return relay;
    }

    private boolean pidsAre(Set<Long> before) {
        return before.equals(Set.copyOf(daemon.pluginPids().values()));
    }
}
