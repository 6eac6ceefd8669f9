// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.PATIENCE;
import static io.github.camellightning.node.peer.PeerNodes.connectedTo;
import static io.github.camellightning.node.peer.PeerNodes.failure;
import static io.github.camellightning.node.peer.PeerNodes.get;
import static io.github.camellightning.node.peer.PeerNodes.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.Peer;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.peer.Socks5Server.Request;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dialling through a SOCKS5 proxy, which is how Tor's addresses are reached. */
class ProxyTest {

    private static final String ONION = "vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd.onion";

    @RegisterExtension
    final PeerNodes nodes = new PeerNodes();

    private PeerNode dialling(Socks5Server proxy) throws Exception {
        PeerNode node = nodes.silent();
        node.setProxy(proxy.address());
        get(node.start());
        return node;
    }

    @Test
    void anOnionAddressGoesToTheProxyAsItIsAndTrafficFlows() throws Exception {
        PeerNode bob = nodes.start();
        var atBob = new Mailbox();
        bob.onMessage(MessageFilter.all(), atBob);
        try (var proxy = Socks5Server.connectingTo(bob.listenAddress())) {
            PeerNode alice = dialling(proxy);
            var onion = new PeerAddress(bob.nodeId(), ONION, 9735);

            get(alice.connect(onion));

            assertThat(proxy.requests).containsExactly(new Request(Socks5Server.NAME, ONION, 9735));
            get(alice.send(bob.nodeId(), message("through the proxy")));
            assertThat(atBob.awaitTexts(1)).containsExactly("through the proxy");
            assertThat(get(alice.peers())).extracting(Peer::address).containsExactly(ONION + ":9735");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "node.example.com, 3, node.example.com",
        "203.0.113.7, 1, 203.0.113.7",
        "2001:db8::7, 4, 2001:db8:0:0:0:0:0:7"
    })
    void namesAreLeftToTheProxyAndAddressesAreSentAsSuch(String host, int type, String asked) throws Exception {
        PeerNode bob = nodes.start();
        try (var proxy = Socks5Server.connectingTo(bob.listenAddress())) {
            PeerNode alice = dialling(proxy);

            get(alice.connect(new PeerAddress(bob.nodeId(), host, 9_736)));

            assertThat(proxy.requests).containsExactly(new Request(type, asked, 9_736));
        }
    }

    @Test
    void configuredPeersAreDialledThroughItToo() throws Exception {
        PeerNode bob = nodes.start();
        try (var proxy = Socks5Server.connectingTo(bob.listenAddress())) {
            PeerNode alice = nodes.silent();
            alice.setProxy(proxy.address());
            alice.setPeers(bob.nodeId() + "@" + ONION);
            get(alice.start());

            PeerNodes.awaitConnected(alice, bob.nodeId());
        }
    }

    @Test
    void theHandshakeStartsOnlyWhenTheProxyHasConnected() throws Exception {
        PeerNode bob = nodes.start();
        try (var proxy = Socks5Server.slowlyConnectingTo(bob.listenAddress())) {
            PeerNode alice = dialling(proxy);
            CompletableFuture<Void> dial =
                    alice.connect(new PeerAddress(bob.nodeId(), ONION, 9735)).toCompletableFuture();
            await().atMost(PATIENCE).until(() -> proxy.requests.size() == 1);
            assertThat(dial).isNotDone();

            proxy.mayAnswer.countDown();

            get(dial);
            assertThat(proxy.spokeTooEarly).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 5, 8})
    void aRequestThatTheProxyRefusesIsToldAsSuch(int reply) throws Exception {
        try (var proxy = Socks5Server.refusing(reply)) {
            PeerNode alice = dialling(proxy);
            var onion = new PeerAddress(RawPeer.newKey().nodeId(), ONION, 9735);

            assertThat(failure(NotConnectedException.class, alice.connect(onion)))
                    .hasMessageContaining(ONION + ":9735")
                    .hasMessageContaining("proxy " + proxy.address())
                    .hasMessageNotContaining("handshake")
                    .hasMessageNotContaining("node id is not");
            assertThat(connectedTo(alice)).isEmpty();
        }
    }

    @Test
    void aProxyThatIsNotThereIsToldAsSuch() throws Exception {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        PeerNode alice = nodes.silent();
        alice.setProxy("127.0.0.1:" + port);
        get(alice.start());
        var onion = new PeerAddress(RawPeer.newKey().nodeId(), ONION, 9735);

        assertThat(failure(NotConnectedException.class, alice.connect(onion)))
                .hasMessageContaining(onion.toString())
                .hasMessageContaining("proxy 127.0.0.1:" + port)
                .hasMessageContaining("refused");
    }

    @Test
    void aProxyThatSaysNothingIsGivenUp() throws Exception {
        try (var proxy = Socks5Server.slowlyConnectingTo(new java.net.InetSocketAddress(0))) {
            PeerNode alice = nodes.silent();
            alice.setProxy(proxy.address());
            alice.getLimits().setConnectTimeoutMillis(100);
            get(alice.start());

            var dial = alice.connect(new PeerAddress(RawPeer.newKey().nodeId(), ONION, 9735));

            assertThat(failure(NotConnectedException.class, dial))
                    .hasMessageContaining("proxy " + proxy.address())
                    .hasMessageContaining("timeout");
        }
    }

    @Test
    void somethingElseThatListensThereIsNoProxy() throws Exception {
        try (ServerSocket other = RawPeer.listen()) {
            PeerNode alice = nodes.silent();
            alice.setProxy("127.0.0.1:" + other.getLocalPort());
            get(alice.start());
            var dial = alice.connect(new PeerAddress(RawPeer.newKey().nodeId(), ONION, 9735));
            other.accept().getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes());

            assertThat(failure(NotConnectedException.class, dial))
                    .hasMessageContaining("proxy 127.0.0.1:" + other.getLocalPort());
        }
    }

    @Test
    void anOnionAddressWithoutAProxyIsAnErrorThatTellsTheOption() throws Exception {
        PeerNode alice = nodes.start();
        var onion = new PeerAddress(RawPeer.newKey().nodeId(), ONION.toUpperCase(java.util.Locale.ROOT), 9735);

        assertThat(failure(NotConnectedException.class, alice.connect(onion)))
                .hasMessageContaining(onion.toString())
                .hasMessageContaining("option proxy");
    }

    @Test
    void addressesAreDialledWithoutAskingForNames() throws Exception {
        PeerNode bob = nodes.start();
        PeerNode alice = nodes.start();

        get(alice.connect(PeerNodes.addressOf(bob)));

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .as("a name that is slow to resolve must not hold up an address")
                .doesNotContain("lightning-resolver");
    }
}
