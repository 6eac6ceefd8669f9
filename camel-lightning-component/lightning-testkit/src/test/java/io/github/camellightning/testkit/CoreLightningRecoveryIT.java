// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.interop.RealLightningd;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.node.peer.PeerNode;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A real lightningd and a native peer: what goes away comes back, and the daemon lives. */
@EnabledIfSystemProperty(
        named = "lightningd",
        matches = ".+",
        disabledReason = "no -Dlightningd=<path of the binary> was given")
class CoreLightningRecoveryIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final CustomMessage HELLO = new CustomMessage(40_001, new byte[] {1, 2, 3});

    private RealLightningd daemon;
    private final CoreLightningNode alice = new CoreLightningNode();
    private final PeerNode bob = new PeerNode();
    private final Collector atAlice = new Collector();
    private final Collector atBob = new Collector();

    @BeforeEach
    void aliceIsConnectedToBob() throws Exception {
        daemon = RealLightningd.start();
        alice.setRpcFile(daemon.rpcFile().toString());
        alice.onMessage(MessageFilter.all(), atAlice);
        bob.onMessage(MessageFilter.all(), atBob);
        bob.setListen("127.0.0.1:0");
        bob.start().toCompletableFuture().get(60, TimeUnit.SECONDS);
        alice.start().toCompletableFuture().get(60, TimeUnit.SECONDS);
        connect();
    }

    private void connect() throws Exception {
        alice.connect(new PeerAddress(
                        bob.nodeId(), "127.0.0.1", bob.listenAddress().getPort()))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
        await().atMost(PATIENCE)
                .until(() -> !bob.peers().toCompletableFuture().get().isEmpty());
    }

    @AfterEach
    void stop() throws Exception {
        alice.stop().toCompletableFuture().get(60, TimeUnit.SECONDS);
        bob.stop().toCompletableFuture().get(60, TimeUnit.SECONDS);
        daemon.close();
    }

    private void messagesGoBothWays() throws Exception {
        int before = atBob.count();
        alice.send(bob.nodeId(), HELLO).toCompletableFuture().get(60, TimeUnit.SECONDS);
        atBob.await(before + 1);
        before = atAlice.count();
        bob.send(alice.nodeId(), HELLO).toCompletableFuture().get(60, TimeUnit.SECONDS);
        atAlice.await(before + 1);
    }

    @Test
    void aLightningdThatIsKilledAndStartedAgainIsUsedAgain() throws Exception {
        messagesGoBothWays();
        assertThat(alice.isRegistered()).isTrue();

        daemon.kill();
        await().atMost(PATIENCE).until(() -> !alice.state().isUp());
        assertThat(alice.isRegistered()).isFalse();
        assertThatThrownBy(() ->
                        alice.send(bob.nodeId(), HELLO).toCompletableFuture().get(60, TimeUnit.SECONDS))
                .hasCauseInstanceOf(NotConnectedException.class);
        daemon.startAgain();

        await().atMost(PATIENCE).until(() -> alice.state().isUp());
        connect();
        messagesGoBothWays();
        assertThat(alice.isRegistered()).isTrue();
        assertThat(alice.counts().reconnects()).isEqualTo(1);
        assertThat(alice.counts().received()).isEqualTo(2);
    }

    @Test
    void aRelayThatIsKilledIsReplaced() throws Exception {
        messagesGoBothWays();
        ProcessHandle relay = daemon.relays().get(0);

        relay.destroyForcibly();

        await().atMost(PATIENCE)
                .until(() ->
                        alice.state().isUp() && daemon.relays().stream().anyMatch(other -> other.pid() != relay.pid()));
        messagesGoBothWays();
        assertThat(daemon.isAlive()).isTrue();
    }

    @Test
    void aNodeThatIsStoppedLeavesNoPluginBehind() throws Exception {
        alice.stop().toCompletableFuture().get(60, TimeUnit.SECONDS);

        await().atMost(PATIENCE).until(() -> daemon.relays().isEmpty());
        assertThat(daemon.isAlive()).isTrue();
        alice.start().toCompletableFuture().get(60, TimeUnit.SECONDS);
        messagesGoBothWays();
    }

    @Test
    void aSocketThatIsMissingOrStaleIsAClearError() throws Exception {
        var nowhere = new CoreLightningNode();
        nowhere.setRpcFile(daemon.rpcFile().resolveSibling("missing").toString());
        assertThatThrownBy(() -> nowhere.start().toCompletableFuture().get(60, TimeUnit.SECONDS))
                .hasCauseInstanceOf(NotConnectedException.class)
                .hasMessageContaining("missing");

        daemon.kill();
        assertThat(Files.exists(daemon.rpcFile())).isTrue();
        var stale = new CoreLightningNode();
        stale.setRpcFile(daemon.rpcFile().toString());
        assertThatThrownBy(() -> stale.start().toCompletableFuture().get(60, TimeUnit.SECONDS))
                .hasCauseInstanceOf(NotConnectedException.class)
                .hasMessageContaining("lightning-rpc");
        daemon.startAgain();
    }
}
