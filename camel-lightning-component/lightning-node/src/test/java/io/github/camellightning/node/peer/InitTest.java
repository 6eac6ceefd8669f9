// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.Peer;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What we say of ourselves in init, and whom we take. */
class InitTest {

    private static final String REGTEST = "06226e46111a0b59caaf126043eb5bbf28c34f3a5e332a1fc7b2b73cf188910f";
    private static final String BITCOIN = "6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000";

    private final PeerNode node = new PeerNode();

    private void start() throws Exception {
        node.setListen("127.0.0.1:0");
        node.start().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        node.stop().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static String hex(CustomMessage message) {
        return HexFormat.of().formatHex(message.payload());
    }

    // ours

    @Test
    void ourInitHasNoGlobalFeaturesOnlyWhatOthersDemandAndNoNetworks() {
        assertThat(hex(InitMessage.ours(null, null).encode())).isEqualTo("0000" + "0006" + "20000000a202");
    }

    /** What each implementation demands of a peer at the time of writing, even where it wants no channel with it. */
    static Stream<Arguments> demands() {
        return Map.of(
                        "Core Lightning", Set.of(0, 8, 12, 14, 44),
                        "LND", Set.of(0, 8, 12, 14),
                        "LDK 0.2 and later", Set.of(0, 8, 12, 14, 44),
                        "eclair", Set.of(0, 8, 12, 14, 44))
                .entrySet()
                .stream()
                .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("demands")
    void whatTheImplementationsDemandWeOffer(String implementation, Set<Integer> demanded) {
        for (int even : demanded) {
            assertThat(Features.OURS.has(even) || Features.OURS.has(even + 1))
                    .as("%s demands bit %d", implementation, even)
                    .isTrue();
        }
    }

    @Test
    void weDemandNothingOfAnybodyAndOfferNothingWeLack() {
        assertThat(Features.OURS.unknownDemand()).isEmpty();
        for (int bit = 0; bit < 64; bit += 2) {
            assertThat(Features.OURS.has(bit)).as("even bit %d", bit).isFalse();
        }
        for (int unwanted : new int[] {3, 7, 39, 43}) {
            assertThat(Features.OURS.has(unwanted)).as("bit %d", unwanted).isFalse();
        }
    }

    @Test
    void aConfiguredNetworkIsNamed() {
        assertThat(hex(InitMessage.ours(Network.REGTEST, null).encode())).endsWith("0120" + REGTEST);
    }

    @Test
    void onlyAPublicPeerIsToldItsAddress() {
        for (String local : new String[] {
            "127.0.0.1", "10.1.2.3", "192.168.0.7", "172.16.3.4", "169.254.1.1", "::1", "fd00::7", "fe80::1"
        }) {
            assertThat(InitMessage.ours(null, new InetSocketAddress(local, 9735))
                            .remoteAddress())
                    .as(local)
                    .isNull();
        }
        assertThat(hex(InitMessage.ours(null, new InetSocketAddress("203.0.113.9", 9735))
                        .encode()))
                .endsWith("0307" + "01" + "cb007109" + "2607");
        assertThat(hex(InitMessage.ours(null, new InetSocketAddress("2001:db8::9", 9735))
                        .encode()))
                .endsWith("0313" + "02" + "20010db8000000000000000000000009" + "2607");
    }

    @Test
    void ourInitComesAtOnceBeforeThePeerHasSaidAnything() throws Exception {
        start();
        RawPeer peer = RawPeer.dial(node, RawPeer.newKey());

        assertThat(peer.receive().type()).isEqualTo(16);
        peer.close();
    }

    // theirs

    @ParameterizedTest(name = "init {0}")
    @ValueSource(
            strings = {
                "00000000",
                "0000000100",
                "00000020" + "0000000000000000000000000000000000000000000000000000000000000000",
                "0002a202" + "0002a202",
                "00000008" + "800898880a8a59a1",
                "00000008" + "8008000008000002",
                "00000000" + "0120" + BITCOIN,
                "00000000" + "0307" + "01cb0071092607",
                "00000000" + "fd1389" + "03aabbcc"
            })
    void anInitThatDemandsNothingUnheardOfIsTaken(String init) throws Exception {
        start();
        RawPeer peer = RawPeer.dial(node, RawPeer.newKey());
        peer.send(16, init);

        assertThat(peer.receive().type()).isEqualTo(16);
        peer.pingPong();
        assertThat(node.peers().toCompletableFuture().get()).hasSize(1);
        peer.close();
    }

    @ParameterizedTest(name = "init {0}")
    @ValueSource(
            strings = {
                "",
                "00",
                "0000",
                "000000",
                "0001",
                "0000000200",
                "0000000001",
                "000000000120aa",
                "00000000" + "0200",
                "00000000" + "0300" + "0100",
                "00000000" + "011f" + "00000000000000000000000000000000000000000000000000000000000000",
                "0000000e" + "1000000000000000000000000000",
                "000e" + "1000000000000000000000000000" + "0000"
            })
    void anInitThatIsMalformedOrDemandsTheUnknownEndsTheConnectionWithAWarning(String init) throws Exception {
        start();
        RawPeer peer = RawPeer.dial(node, RawPeer.newKey());
        peer.send(16, init);

        assertThat(peer.awaitHangUp()).isPresent();
        assertThat(node.peers().toCompletableFuture().get()).isEmpty();
        peer.close();
    }

    @Test
    void whenBothNameNetworksTheyMustShareOne() throws Exception {
        node.setNetwork("regtest");
        start();
        RawPeer stranger = RawPeer.dial(node, RawPeer.newKey());
        stranger.send(16, "00000000" + "0120" + BITCOIN);
        assertThat(stranger.awaitHangUp()).get().asString().contains("network");

        RawPeer fellow = RawPeer.dial(node, RawPeer.newKey());
        fellow.send(16, "00000000" + "0140" + BITCOIN + REGTEST);
        fellow.pingPong();
        fellow.close();
        stranger.close();
    }

    @Test
    void oddMessagesBeforeInitAreIgnored() throws Exception {
        start();
        var delivered = new CopyOnWriteArrayList<CustomMessage>();
        node.onMessage(MessageFilter.all(), message -> {
            delivered.add(message.message());
            return CompletableFuture.completedFuture(null);
        });
        RawPeer peer = RawPeer.dial(node, RawPeer.newKey());
        peer.send(40_001, "01");
        peer.send(17, "00".repeat(32) + "0000");
        peer.exchangeInit();
        peer.pingPong();

        assertThat(delivered).isEmpty();
        peer.close();
    }

    @Test
    void evenMessagesBeforeInitEndTheConnection() throws Exception {
        start();
        RawPeer peer = RawPeer.dial(node, RawPeer.newKey());
        peer.send(18, "00010000");

        assertThat(peer.awaitHangUp()).get().asString().contains("before init");
        peer.close();
    }

    @Test
    void gossipRightAfterInitLikeCoreLightningsHurtsNothing() throws Exception {
        start();
        RawPeer peer = RawPeer.dial(node, RawPeer.newKey());
        peer.exchangeInit();
        peer.send(256, new byte[430]);
        peer.send(258, new byte[130]);

        peer.pingPong();
        peer.close();
    }

    @Test
    void whatAPeerSaidOfItselfCanBeLookedUp() throws Exception {
        start();
        RawPeer peer = RawPeer.dial(node, RawPeer.newKey());
        peer.send(16, "00020200" + "00020082");

        await().until(() -> node.peers().toCompletableFuture().get().size() == 1);
        Peer known = node.peers().toCompletableFuture().get().get(0);
        assertThat(known.features()).isEqualTo("0282");
        assertThat(known.direction()).isEqualTo(Peer.Direction.INBOUND);
        assertThat(known.address()).isEqualTo("127.0.0.1:" + peer.localAddress().getPort());
        peer.close();
    }
}
