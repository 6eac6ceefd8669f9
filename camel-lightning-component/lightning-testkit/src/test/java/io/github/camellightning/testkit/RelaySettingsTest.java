// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MethodSpec;
import io.github.camellightning.node.cln.CoreLightningNode;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Where the relay is, that lightningd starts: one that somebody has installed, or one of ours in a folder that was given. */
class RelaySettingsTest extends PluginTestSupport {

    private Path relayIn(Path folder, String... suffixes) throws Exception {
        Files.createDirectories(folder);
        try (InputStream script = CoreLightningNode.class.getResourceAsStream("plugin/relay.sh")) {
            byte[] relay = Objects.requireNonNull(script).readAllBytes();
            for (String suffix : suffixes) {
                Path copy = folder.resolve("camel-lightning" + suffix);
                Files.write(copy, relay);
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwx------"));
            }
        }
        return folder.resolve("camel-lightning");
    }

    @Test
    void anInstalledRelayIsUsedAndItsCopiesForWhatComesLater() throws Exception {
        Path relay = relayIn(daemon.networkDir().resolve("relays"), "", "-2");
        alice.setRelay(relay.toString());
        get(alice.start());

        get(alice.onMethod(new MethodSpec("orders", "", "x"), params -> nothing())
                .inForce());
        run("orders", "{}");
        assertThat(run("plugin", "{\"subcommand\":\"list\"}").path("plugins").findValuesAsText("name"))
                .containsExactlyInAnyOrder(relay.toString(), relay + "-2");

        assertThat(failure(
                        LightningException.class,
                        alice.onMethod(new MethodSpec("more", "", "x"), params -> nothing())
                                .inForce()))
                .hasMessageContaining(relay + "-3")
                .hasMessageContaining("relay");
        run("orders", "{}");
        assertThat(alice.state().isUp()).isTrue();

        long killed = daemon.pluginPids().get("camel-lightning-2");
        ProcessHandle.of(killed).orElseThrow().destroyForcibly();
        await("a copy that has ended is used again")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> daemon.pluginPids().get("camel-lightning-2") != killed
                        && !run("orders", "{}").isNull());
    }

    @Test
    void aRelayThatIsNotThereFailsTheStartAndIsNamed() throws Exception {
        Path relay = daemon.networkDir().resolve("missing");
        alice.setRelay(relay.toString());

        assertThatThrownBy(() -> get(alice.start()))
                .hasCauseInstanceOf(LightningException.class)
                .hasMessageContaining(relay.toString())
                .hasMessageContaining("relayDirectory, relay");
        assertThat(plugins()).isZero();
    }

    @Test
    void theRelaysSocketIsWhereTheRelayDirectoryIs() throws Exception {
        Path folder = Files.createDirectory(daemon.networkDir().resolve("ours"));
        alice.setRelayDirectory(folder.toString());
        get(alice.start());

        assertThat(run("plugin", "{\"subcommand\":\"list\"}")
                        .path("plugins")
                        .path(0)
                        .path("name")
                        .asText())
                .startsWith(folder.toString());
        get(alice.stop());
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void twoApplicationsThatShareARelayAreToldSo() throws Exception {
        Path relay = relayIn(daemon.networkDir().resolve("relays"), "");
        CoreLightningNode other = application();
        alice.setRelay(relay.toString());
        other.setRelay(relay.toString());
        get(alice.start());

        assertThat(failure(LightningException.class, other.start())).hasMessageContaining(relay.toString());
        assertThat(alice.state().isUp()).isTrue();
    }
}
