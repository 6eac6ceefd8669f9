// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.PATIENCE;
import static io.github.camellightning.node.peer.PeerNodes.addressOf;
import static io.github.camellightning.node.peer.PeerNodes.awaitConnected;
import static io.github.camellightning.node.peer.PeerNodes.awaitDisconnected;
import static io.github.camellightning.node.peer.PeerNodes.connectedTo;
import static io.github.camellightning.node.peer.PeerNodes.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.noise.NodeKey;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How many may be connected, and who. */
class ConnectionLimitsTest {

    @RegisterExtension
    final PeerNodes nodes = new PeerNodes();

    private static void assertRefused(PeerNode node) {
        assertThatThrownBy(() -> RawPeer.connected(node)).isInstanceOf(IOException.class);
    }

    @Test
    void beyondMaxConnectionsNobodyGetsInUntilSomebodyLeaves() throws Exception {
        PeerNode node = nodes.start(n -> n.getLimits().setMaxConnections(2));
        RawPeer first = RawPeer.connected(node);
        RawPeer second = RawPeer.connected(node);

        assertRefused(node);
        assertThat(node.refusedConnections()).isEqualTo(1);
        second.pingPong();

        first.close();
        await().atMost(PATIENCE).until(() -> connectedTo(node).size() == 1);
        RawPeer.connected(node).pingPong();
    }

    @Test
    void aPeerThatWeDialTakesAPlaceToo() throws Exception {
        PeerNode other = nodes.start();
        PeerNode node = nodes.start(n -> n.getLimits().setMaxConnections(1));
        PeerNodes.get(node.connect(addressOf(other)));

        assertRefused(node);
    }

    @Test
    void aPlaceIsKeptForEachConfiguredPeerAndCountsOnce() throws Exception {
        PeerNode configured = nodes.start();
        PeerNode node = nodes.start(n -> {
            n.setPeers(addressOf(configured).toString());
            n.getLimits().setMaxConnections(2);
        });
        awaitConnected(node, configured.nodeId());

        RawPeer other = RawPeer.connected(node);
        assertRefused(node);
        other.pingPong();
    }

    @Test
    void aConfiguredPeerThatIsAwayFindsItsPlaceOnItsReturn() throws Exception {
        NodeKey key = RawPeer.newKey();
        var server = RawPeer.listen();
        PeerNode node = nodes.start(n -> {
            n.setPeers(key.nodeId() + "@127.0.0.1:" + server.getLocalPort());
            n.getLimits().setMaxConnections(2);
            n.getLimits().setRedialMinMillis(20);
        });
        RawPeer configured = RawPeer.accept(server, key);
        configured.exchangeInit();
        configured.close();
        RawPeer stranger = RawPeer.connected(node);
        assertRefused(node);

        RawPeer back = RawPeer.accept(server, key);
        back.exchangeInit();
        back.pingPong();
        // a socket that nobody has any more is closed with the garbage
        stranger.pingPong();
        assertThat(connectedTo(node)).hasSize(2).contains(key.nodeId());
        server.close();
    }

    @Test
    void oneAddressHasSoManyConnectionsAtMost() throws Exception {
        PeerNode node = nodes.start(n -> n.getLimits().setMaxConnectionsPerAddress(2));
        RawPeer first = RawPeer.connected(node);
        RawPeer second = RawPeer.connected(node);
        assertRefused(node);

        first.close();
        awaitDisconnected(node, first.local());
        RawPeer.connected(node).pingPong();
        second.pingPong();
    }

    @Test
    void strangersGetOnlyTheirShareOfThePlaces() throws Exception {
        PeerNode node = nodes.listening();
        NodeKey configured = RawPeer.newKey();
        node.setPeers(configured.nodeId() + "@127.0.0.1:1");
        node.getLimits().setMaxUnlistedConnections(1);
        PeerNodes.get(node.start());
        RawPeer stranger = RawPeer.connected(node);

        assertRefused(node);
        RawPeer known = RawPeer.connected(node, configured);
        known.pingPong();

        stranger.close();
        awaitDisconnected(node, stranger.local());
        RawPeer.connected(node).pingPong();
    }

    @Test
    void whoIsOnTheAllowListIsNoStranger() throws Exception {
        NodeKey listed = RawPeer.newKey();
        NodeKey alsoListed = RawPeer.newKey();
        PeerNode node = nodes.start(n -> {
            n.setAllowPeers(listed.nodeId() + ", " + alsoListed.nodeId());
            n.getLimits().setMaxUnlistedConnections(1);
        });
        for (NodeKey key : new NodeKey[] {listed, alsoListed}) {
            RawPeer peer = RawPeer.connected(node, key);
            peer.pingPong();
        }

        assertThat(connectedTo(node)).hasSize(2);
    }

    // allowPeers

    @Test
    void whoIsNotOnTheAllowListIsHungUpOnOnceItHasProvedWhoItIs() throws Exception {
        PeerNode node =
                nodes.start(n -> n.setAllowPeers(RawPeer.newKey().nodeId().hex()));

        RawPeer stranger = RawPeer.dial(node, RawPeer.newKey());
        assertThat(stranger.awaitHangUp()).as("not even an init").isEmpty();
        assertThat(connectedTo(node)).isEmpty();
        assertThat(node.refusedConnections()).isEqualTo(1);
    }

    @Test
    void configuredPeersMayConnectWhateverTheAllowListSays() throws Exception {
        NodeKey configured = RawPeer.newKey();
        PeerNode node = nodes.start(n -> {
            n.setAllowPeers(RawPeer.newKey().nodeId().hex());
            n.setPeers(configured.nodeId() + "@127.0.0.1:1");
        });
        RawPeer peer = RawPeer.connected(node, configured);

        peer.pingPong();
        assertThat(connectedTo(node)).containsExactly(configured.nodeId());
    }

    @Test
    void whomWeDialNeedNotBeOnTheAllowList() throws Exception {
        PeerNode other = nodes.start();
        PeerNode node =
                nodes.start(n -> n.setAllowPeers(RawPeer.newKey().nodeId().hex()));

        PeerNodes.get(node.connect(addressOf(other)));

        assertThat(connectedTo(node)).containsExactly(other.nodeId());
    }

    @Test
    void whoHasOurOwnKeyIsRefused() throws Exception {
        NodeKey key = RawPeer.newKey();
        PeerNode node = nodes.start(n -> n.setPrivateKey(secret(key)));

        assertThat(RawPeer.dial(node, key).awaitHangUp()).isEmpty();
        assertThat(node.refusedConnections()).isEqualTo(1);
    }

    @Test
    void aConnectionThatALimitRefusedCostsNothingForGood() throws Exception {
        PeerNode node = nodes.start(n -> {
            n.getLimits().setMaxConnections(1);
            n.getLimits().setHandshakesPerAddressBurst(1_000);
        });
        RawPeer peer = RawPeer.connected(node);
        for (int i = 0; i < 50; i++) {
            try (Socket refused = RawPeer.connect(node)) {
                assertThat(refused.getInputStream().read()).isLessThan(0);
            } catch (IOException reset) {
                // hung up on, too
            }
        }
        peer.close();
        awaitDisconnected(node, peer.local());

        RawPeer.connected(node).pingPong();
        assertThat(node.refusedConnections()).isEqualTo(50);
    }
}
