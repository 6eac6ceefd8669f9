// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.Json;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MethodSpec;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
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

    private boolean pidsAre(Set<Long> before) {
        return before.equals(Set.copyOf(daemon.pluginPids().values()));
    }
}
