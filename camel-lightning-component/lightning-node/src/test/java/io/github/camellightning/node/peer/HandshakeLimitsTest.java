// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.PATIENCE;
import static io.github.camellightning.node.peer.PeerNodes.connectedTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.github.camellightning.node.noise.Initiator;
import io.github.camellightning.node.noise.NodeKey;
import java.io.IOException;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How long somebody may take to become a peer, and how many may be at it at once. */
class HandshakeLimitsTest {

    private static final long LONG = 60_000;

    @RegisterExtension
    final PeerNodes nodes = new PeerNodes();

    @RegisterExtension
    final PeerLogLines log = PeerLogLines.ofOurs(Level.INFO);

    /** The node says nothing more and hangs up. */
    private static void assertHungUpOn(Socket socket) throws IOException {
        try {
            assertThat(socket.getInputStream().read()).isLessThan(0);
        } catch (IOException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    private PeerNode withTimes(long act, long init, long setup) throws Exception {
        return nodes.start(node -> {
            node.getLimits().setActTimeoutMillis(act);
            node.getLimits().setInitTimeoutMillis(init);
            node.getLimits().setSetupTimeoutMillis(setup);
        });
    }

    // time

    @Test
    void whoSaysNothingIsHungUpOnWithinTheTimeOfAnAct() throws Exception {
        PeerNode node = withTimes(100, LONG, LONG);

        assertHungUpOn(RawPeer.connect(node));
        assertThat(log.linesWith("handshake failed")).singleElement().asString().contains("100 ms");
    }

    @Test
    void whoStopsAfterActOneIsHungUpOnToo() throws Exception {
        PeerNode node = withTimes(100, LONG, LONG);
        Socket socket = RawPeer.connect(node);
        socket.getOutputStream().write(new Initiator(RawPeer.newKey(), node.nodeId(), new SecureRandom()).actOne());
        assertThat(socket.getInputStream().readNBytes(HandshakeHandler.ACT_TWO)).hasSize(HandshakeHandler.ACT_TWO);

        assertHungUpOn(socket);
        assertThat(log.linesWith("handshake failed")).hasSize(1);
    }

    @Test
    void whoSendsNoInitIsHungUpOnAfterItsOwnTime() throws Exception {
        PeerNode node = withTimes(LONG, 100, LONG);
        RawPeer peer = RawPeer.dial(node, RawPeer.newKey());

        peer.awaitHangUp();
        log.await(lines -> lines.stream().anyMatch(line -> line.contains("no init within 100 ms")));
        assertThat(log.linesWith(peer.local().hex())).hasSize(1);
    }

    @Test
    void allStepsTogetherHaveATimeToo() throws Exception {
        PeerNode node = withTimes(LONG, LONG, 100);
        RawPeer peer = RawPeer.dial(node, RawPeer.newKey());

        peer.awaitHangUp();
        log.await(lines -> lines.stream().anyMatch(line -> line.contains("within 100 ms of connecting")));
        assertThat(log.linesWith("127.0.0.1")).hasSize(2);
    }

    @Test
    void whoIsConnectedStaysConnectedWhenTheTimeForThatIsOver() throws Exception {
        PeerNode node = withTimes(LONG, LONG, 700);
        RawPeer peer = RawPeer.connected(node);
        RawPeer idle = RawPeer.dial(node, RawPeer.newKey());

        idle.awaitHangUp();
        peer.pingPong();
        assertThat(connectedTo(node)).containsExactly(peer.local());
    }

    // number

    @Test
    void onlySoManyMayBeUnderwayAndEachThatEndsMakesRoom() throws Exception {
        PeerNode node = nodes.start(n -> n.getLimits().setMaxPendingHandshakes(2));
        RawPeer slow = RawPeer.dial(node, RawPeer.newKey());
        Socket silent = RawPeer.connect(node);
        slow.receive(16);

        assertHungUpOn(RawPeer.connect(node));
        assertThat(log.linesWith("maxPendingHandshakes")).hasSize(1);

        slow.send(16, "00000000");
        slow.pingPong();
        RawPeer.connected(node).pingPong();

        silent.close();
        RawPeer again = RawPeer.dial(node, RawPeer.newKey());
        again.receive(16);
        await().atMost(PATIENCE).until(() -> {
            try {
                RawPeer.connected(node);
                return true;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    @Test
    void onlySoManyMayBeginInASecond() throws Exception {
        PeerNode node = nodes.start(n -> n.getLimits().setHandshakesPerSecond(1));
        RawPeer.connect(node);
        RawPeer.connect(node);

        await().atMost(PATIENCE).until(() -> node.refusedConnections() == 1);
        assertThat(log.linesWith("handshakesPerSecond")).hasSize(1);
    }

    @Test
    void oneAddressMayBeginOnlyABurst() throws Exception {
        PeerNode node = nodes.start(n -> {
            n.getLimits().setHandshakesPerAddressPerSecond(1);
            n.getLimits().setHandshakesPerAddressBurst(3);
        });
        for (int i = 0; i < 4; i++) {
            RawPeer.connect(node);
        }

        await().atMost(PATIENCE).until(() -> node.refusedConnections() == 1);
        assertThat(log.linesWith("handshakesPerAddressPerSecond")).hasSize(1);
    }

    // the thread

    @Test
    void allHandshakesAreComputedOnOneThreadOfTheirOwn() throws Exception {
        var worker = new HandshakeWorker(10);
        List<String> threads = new CopyOnWriteArrayList<>();
        var done = new CountDownLatch(10);
        for (int i = 0; i < 10; i++) {
            worker.execute(() -> {
                threads.add(Thread.currentThread().getName());
                done.countDown();
            });
        }

        assertThat(done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(threads).containsOnly("lightning-handshake");
        worker.stop();
    }

    @Test
    void onlySoManyHandshakesWaitForTheThread() throws Exception {
        var worker = new HandshakeWorker(2);
        var begun = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        worker.execute(() -> {
            begun.countDown();
            try {
                go.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        begun.await();
        worker.execute(() -> {});
        worker.execute(() -> {});

        assertThatThrownBy(() -> worker.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        go.countDown();
        worker.stop();
    }

    @Test
    void aFloodOfHandshakesLeavesThoseWhoAreConnectedAlone() throws Exception {
        PeerNode node = nodes.start(n -> {
            n.getLimits().setHandshakesPerAddressBurst(1_000);
            n.getLimits().setMaxConnectionsPerAddress(1_000);
        });
        RawPeer peer = RawPeer.connected(node);
        NodeKey key = RawPeer.newKey();
        List<Socket> flood = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Socket socket = RawPeer.connect(node);
            flood.add(socket);
            try {
                socket.getOutputStream().write(new Initiator(key, node.nodeId(), new SecureRandom()).actOne());
            } catch (IOException refused) {
                // beyond a limit
            }
        }

        peer.pingPong();
        await().untilAsserted(() -> assertThat(node.refusedConnections()).isEqualTo(100 - 64));
        for (Socket socket : flood) {
            socket.close();
        }
    }
}
