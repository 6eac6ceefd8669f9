// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.addressOf;
import static io.github.camellightning.node.peer.PeerNodes.awaitConnected;
import static io.github.camellightning.node.peer.PeerNodes.awaitDisconnected;
import static io.github.camellightning.node.peer.PeerNodes.connectedTo;
import static io.github.camellightning.node.peer.PeerNodes.failure;
import static io.github.camellightning.node.peer.PeerNodes.get;
import static io.github.camellightning.node.peer.PeerNodes.message;
import static io.github.camellightning.node.peer.PeerNodes.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.noise.NodeKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a node dials, how, and what it says where that fails. */
class DiallingTest {

    @RegisterExtension
    final PeerNodes nodes = new PeerNodes();

    @RegisterExtension
    final PeerLogLines log = PeerLogLines.ofOurs(Level.INFO);

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static PeerAddress at(NodeId id, int port) {
        return new PeerAddress(id, "127.0.0.1", port);
    }

    private PeerNode dialling(PeerAddress... peers) throws Exception {
        PeerNode node = nodes.silent();
        node.setPeers(String.join(
                ",", List.of(peers).stream().map(PeerAddress::toString).toList()));
        node.getLimits().setRedialMinMillis(20);
        node.getLimits().setRedialMaxMillis(100);
        get(node.start());
        return node;
    }

    // configured peers

    @Test
    void configuredPeersAreConnectedWithoutAnybodyAsking() throws Exception {
        PeerNode bob = nodes.start();
        PeerNode carol = nodes.start();

        PeerNode alice = dialling(addressOf(bob), addressOf(carol));

        awaitConnected(alice, bob.nodeId());
        awaitConnected(alice, carol.nodeId());
    }

    @Test
    void aConfiguredPeerThatIsNotThereYetIsDialledUntilItIs() throws Exception {
        NodeKey key = RawPeer.newKey();
        int port = freePort();
        PeerNode alice = dialling(at(key.nodeId(), port));
        log.await(lines -> lines.stream().anyMatch(line -> line.contains("dialling again")));
        assertThat(log.linesWith("dialling again").get(0)).contains(key.nodeId() + "@127.0.0.1:" + port);

        PeerNode bob = nodes.silent();
        bob.setPrivateKey(secret(key));
        bob.setListen("127.0.0.1:" + port);
        get(bob.start());

        awaitConnected(alice, bob.nodeId());
    }

    @Test
    void afterARestartOfTheOtherSideTrafficGoesOn() throws Exception {
        NodeKey key = RawPeer.newKey();
        int port = freePort();
        PeerNode bob = nodes.silent();
        bob.setPrivateKey(secret(key));
        bob.setListen("127.0.0.1:" + port);
        var atBob = new Mailbox();
        bob.onMessage(MessageFilter.all(), atBob);
        get(bob.start());
        PeerNode alice = dialling(at(key.nodeId(), port));
        awaitConnected(alice, key.nodeId());
        get(alice.send(key.nodeId(), message("before")));
        atBob.await(1);

        get(bob.stop());
        awaitDisconnected(alice, key.nodeId());
        assertThat(failure(NotConnectedException.class, alice.send(key.nodeId(), message("lost"))))
                .isNotNull();
        get(bob.start());

        awaitConnected(alice, key.nodeId());
        get(alice.send(key.nodeId(), message("after")));
        assertThat(atBob.awaitTexts(2)).containsExactly("before", "after");
    }

    @Test
    void aConfiguredPeerThatIsDisconnectedByHandIsDialledAgain() throws Exception {
        PeerNode bob = nodes.start();
        PeerNode alice = dialling(addressOf(bob));
        awaitConnected(alice, bob.nodeId());
        var events = PeerNodes.events(alice);

        get(alice.disconnect(bob.nodeId()));

        org.awaitility.Awaitility.await().atMost(PeerNodes.PATIENCE).until(() -> events.size() == 2);
        awaitConnected(alice, bob.nodeId());
        org.awaitility.Awaitility.await()
                .atMost(PeerNodes.PATIENCE)
                .until(() -> alice.counts().reconnects() == 1);
        assertThat(alice.keptPeers()).containsExactly(bob.nodeId());
    }

    @Test
    void twoThatAreConfiguredToDialEachOtherEndUpWithOneConnection() throws Exception {
        NodeKey aliceKey = RawPeer.newKey();
        NodeKey bobKey = RawPeer.newKey();
        int alicePort = freePort();
        int bobPort = freePort();
        PeerNode alice = configured(aliceKey, alicePort, at(bobKey.nodeId(), bobPort));
        PeerNode bob = configured(bobKey, bobPort, at(aliceKey.nodeId(), alicePort));
        var starts = List.of(alice.start(), bob.start());
        for (CompletionStage<Void> start : starts) {
            get(start);
        }

        awaitConnected(alice, bobKey.nodeId());
        awaitConnected(bob, aliceKey.nodeId());
        get(alice.send(bobKey.nodeId(), message("hello")));
        get(bob.send(aliceKey.nodeId(), message("hello")));
        assertThat(connectedTo(alice)).hasSize(1);
        assertThat(connectedTo(bob)).hasSize(1);
    }

    private PeerNode configured(NodeKey key, int port, PeerAddress peer) {
        PeerNode node = nodes.silent();
        node.setPrivateKey(secret(key));
        node.setListen("127.0.0.1:" + port);
        node.setPeers(peer.toString());
        node.getLimits().setRedialMinMillis(50);
        return node;
    }

    // addresses

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "::ffff:127.0.0.1"})
    void ipv4AndNamesWork(String host) throws Exception {
        PeerNode bob = nodes.start();
        PeerNode alice = nodes.start();

        get(alice.connect(
                new PeerAddress(bob.nodeId(), host, bob.listenAddress().getPort())));

        assertThat(connectedTo(alice)).containsExactly(bob.nodeId());
    }

    @Test
    void ipv6Works() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            assumeTrue(socket.isBound());
        } catch (IOException noIpv6) {
            assumeTrue(false, "no IPv6 here");
        }
        PeerNode bob = nodes.silent();
        bob.setListen("[::1]:0");
        get(bob.start());
        assertThat(bob.state().reason())
                .contains("[0:0:0:0:0:0:0:1]:" + bob.listenAddress().getPort());
        PeerNode alice = nodes.start();

        get(alice.connect(
                PeerAddress.parse(bob.nodeId() + "@[::1]:" + bob.listenAddress().getPort())));

        awaitConnected(bob, alice.nodeId());
        assertThat(get(bob.peers()).get(0).address()).startsWith("[0:0:0:0:0:0:0:1]:");
        assertThat(get(alice.peers()).get(0).address())
                .isEqualTo("[::1]:" + bob.listenAddress().getPort());
    }

    // what goes wrong

    @Test
    void aPeerThatCannotBeReachedIsNamedWithItsAddressAndTheReason() throws Exception {
        PeerNode alice = nodes.start();
        PeerAddress nobody = at(RawPeer.newKey().nodeId(), freePort());

        var failure = failure(NotConnectedException.class, alice.connect(nobody));

        assertThat(failure).hasMessageContaining(nobody.toString()).hasMessageContaining("refused");
        assertThat(failure.isRetryable()).isTrue();
    }

    @Test
    void aHostThatDoesNotExistIsNamed() throws Exception {
        PeerNode alice = nodes.start();
        var nowhere = new PeerAddress(RawPeer.newKey().nodeId(), "no-such-host.invalid", 9735);

        assertThat(failure(NotConnectedException.class, alice.connect(nowhere)))
                .hasMessageContaining(nowhere.toString())
                .hasMessageContaining("no such host");
    }

    @Test
    void whoDialsAnotherNodeThanItMeansIsToldThatThisIsMostLikelyIt() throws Exception {
        PeerNode bob = nodes.start();
        PeerNode alice = nodes.start();
        NodeId meant = RawPeer.newKey().nodeId();
        PeerAddress wrong = at(meant, bob.listenAddress().getPort());

        assertThat(failure(NotConnectedException.class, alice.connect(wrong)))
                .hasMessageContaining("127.0.0.1:" + bob.listenAddress().getPort())
                .hasMessageContaining("most likely its node id is not " + meant);
        log.await(lines -> lines.stream().anyMatch(line -> line.contains("the peer expects another node id here")));
    }

    @Test
    void whoIsNotWantedIsToldThatThisIsMostLikelyIt() throws Exception {
        PeerNode bob =
                nodes.start(node -> node.setAllowPeers(RawPeer.newKey().nodeId().hex()));
        PeerNode alice = nodes.start();

        assertThat(failure(NotConnectedException.class, alice.connect(addressOf(bob))))
                .hasMessageContaining(bob.nodeId().hex())
                .hasMessageContaining("most likely it does not want us");
    }

    @Test
    void somethingElseThatListensIsNoPeer() throws Exception {
        PeerNode alice = nodes.start();
        try (ServerSocket other = RawPeer.listen()) {
            var dial = alice.connect(at(RawPeer.newKey().nodeId(), other.getLocalPort()));
            var socket = other.accept();
            socket.getOutputStream()
                    .write("220 mail.example.com ESMTP ready for whatever you may have to say\r\n".getBytes());

            assertThat(failure(NotConnectedException.class, dial)).hasMessageContaining("ACT2_BAD_VERSION");
        }
    }

    @Test
    void somethingThatAnswersNothingIsGivenUp() throws Exception {
        PeerNode alice = nodes.start(node -> node.getLimits().setActTimeoutMillis(100));
        try (ServerSocket mute = RawPeer.listen()) {
            var dial = alice.connect(at(RawPeer.newKey().nodeId(), mute.getLocalPort()));

            assertThat(failure(NotConnectedException.class, dial))
                    .hasMessageContaining("127.0.0.1:" + mute.getLocalPort())
                    .hasMessageContaining("100 ms");
        }
    }

    @Test
    void nobodyDialsItself() throws Exception {
        PeerNode alice = nodes.start();

        assertThat(failure(InvalidMessageException.class, alice.connect(addressOf(alice))))
                .hasMessageContaining(alice.nodeId().hex())
                .hasMessageContaining("itself");
    }

    @Test
    void aNodeThatIsNotUpDoesNotDial() throws Exception {
        PeerNode bob = nodes.start();
        PeerNode alice = nodes.listening();

        assertThat(failure(NotConnectedException.class, alice.connect(addressOf(bob))))
                .hasMessageContaining("not up");
    }

    // more than once

    @Test
    void whoAsksManyTimesGetsOneConnection() throws Exception {
        PeerNode bob = nodes.start();
        PeerNode alice = nodes.start();
        PeerAddress address = addressOf(bob);

        for (CompletionStage<Void> connected :
                IntStream.range(0, 50).mapToObj(i -> alice.connect(address)).toList()) {
            get(connected);
        }

        awaitConnected(bob, alice.nodeId());
        assertThat(log.linesWith(alice.nodeId() + ": connected")).hasSize(1);
    }

    @Test
    void aDialThatIsUnderwayWhenTheNodeStopsFails() throws Exception {
        try (ServerSocket mute = RawPeer.listen()) {
            PeerNode alice = nodes.start();
            var dial = alice.connect(at(RawPeer.newKey().nodeId(), mute.getLocalPort()));
            mute.accept();

            get(alice.stop());

            assertThat(failure(LightningException.class, dial)).isInstanceOf(NotConnectedException.class);
        }
    }

    @Test
    void dialsThatWaitForTheirNamesToBeResolvedWhenTheNodeStopsFailToo() throws Exception {
        PeerNode alice = nodes.start();
        var dials = IntStream.range(0, 50)
                .mapToObj(i -> alice.connect(
                        new PeerAddress(RawPeer.newKey().nodeId(), "no-such-host-" + i + ".invalid", 9735)))
                .toList();

        get(alice.stop());

        for (CompletionStage<Void> dial : dials) {
            assertThat(failure(LightningException.class, dial)).isInstanceOf(NotConnectedException.class);
        }
    }
}
