// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageFilter;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** BOLT 1 as a peer without channels speaks it, tried over a real socket. */
class ControlMessagesTest {

    private static final int WARNING = 1;
    private static final int ERROR = 17;
    private static final int PING = 18;
    private static final int PONG = 19;

    private final PeerNode node = new PeerNode();
    private RawPeer peer;

    @BeforeEach
    void aPeerIsConnected() throws Exception {
        node.setListen("127.0.0.1:0");
        node.start().toCompletableFuture().get(20, TimeUnit.SECONDS);
        peer = RawPeer.connected(node);
    }

    @AfterEach
    void stop() throws Exception {
        peer.close();
        node.stop().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void aPingIsAnsweredWithAsManyBytesAsItAsksFor() throws Exception {
        peer.send(PING, "00050000");

        CustomMessage pong = peer.receive();
        assertThat(pong.type()).isEqualTo(PONG);
        assertThat(HexFormat.of().formatHex(pong.payload())).isEqualTo("0005" + "0000000000");
    }

    @Test
    void aPingThatAsksForTooMuchIsNotAnswered() throws Exception {
        peer.send(PING, "fffc0000");
        peer.send(PING, "00030000");

        assertThat(peer.receive().payload()).hasSize(2 + 3);
    }

    @Test
    void theLargestPongThatMayBeAskedForIsSent() throws Exception {
        peer.send(PING, "fffb0000");

        assertThat(peer.receive().payload()).hasSize(2 + 65_531);
    }

    @Test
    void pongsOfAnyLengthAreTaken() throws Exception {
        peer.send(PONG, "");
        peer.send(PONG, "0001");

        peer.pingPong();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "000100", "00010005aa"})
    void aPingThatIsShorterThanItSaysEndsTheConnectionWithAWarning(String malformed) throws Exception {
        peer.send(PING, malformed);

        assertThat(peer.awaitHangUp()).get().asString().contains("ping");
    }

    @Test
    void anAttemptToOpenAChannelGetsAnErrorAboutJustThatChannel() throws Exception {
        for (int open : new int[] {32, 64}) {
            byte[] temporaryId = new byte[32];
            Arrays.fill(temporaryId, (byte) open);
            byte[] payload = new byte[300];
            System.arraycopy(temporaryId, 0, payload, 32, 32);
            peer.send(open, payload);

            CustomMessage error = peer.receive();
            assertThat(error.type()).isEqualTo(ERROR);
            assertThat(Arrays.copyOf(error.payload(), 32)).isEqualTo(temporaryId);
        }
        peer.pingPong();
    }

    @ParameterizedTest
    @ValueSource(ints = {33, 35, 36, 38, 128, 136, 255})
    void otherChannelMessagesGetAWarningThatNamesNoChannel(int type) throws Exception {
        byte[] payload = new byte[64];
        Arrays.fill(payload, (byte) 7);
        peer.send(type, payload);

        CustomMessage warning = peer.receive();
        assertThat(warning.type()).isEqualTo(WARNING);
        assertThat(Arrays.copyOf(warning.payload(), 32)).isEqualTo(new byte[32]);
        peer.pingPong();
    }

    @Test
    void anOpenChannelTooShortToHaveATemporaryIdGetsAWarning() throws Exception {
        peer.send(32, new byte[40]);

        assertThat(peer.receive().type()).isEqualTo(WARNING);
        peer.pingPong();
    }

    @Test
    void errorsAndWarningsOfThePeerChangeNothing() throws Exception {
        peer.send(ERROR, "00".repeat(32) + "0003" + "626164");
        peer.send(WARNING, "00".repeat(32) + "0003" + "626164");
        peer.send(WARNING, "");

        peer.pingPong();
    }

    @Test
    void gossipIsDroppedAlthoughSomeOfItIsEven() throws Exception {
        var delivered = new CopyOnWriteArrayList<Integer>();
        node.onMessage(MessageFilter.types(257, 261, 263, 265, 40_001), message -> {
            delivered.add(message.message().type());
            return CompletableFuture.completedFuture(null);
        });
        for (int gossip = 256; gossip <= 265; gossip++) {
            peer.send(gossip, new byte[100]);
        }
        peer.send(40_001, "");

        peer.pingPong();
        assertThat(delivered).containsExactly(40_001);
    }

    @ParameterizedTest
    @ValueSource(ints = {513, 1_001, 2_111, 32_769, 40_001, 65_535, 0x4c4f})
    void anOddTypeThatNobodyWantsIsIgnored(int type) throws Exception {
        peer.send(type, "aabb");

        peer.pingPong();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 514, 1_000, 1_024, 32_768, 40_000, 65_534})
    void anEvenTypeThatNobodyWantsEndsTheConnectionWithAWarning(int type) throws Exception {
        peer.send(type, "aabb");

        assertThat(peer.awaitHangUp()).get().asString().contains(Integer.toString(type));
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 9})
    void peerStorageReachesOnlyWhoAsksForIt(int type) throws Exception {
        var delivered = new CopyOnWriteArrayList<Integer>();
        node.onMessage(MessageFilter.all(), message -> {
            delivered.add(-1);
            return CompletableFuture.completedFuture(null);
        });
        peer.send(type, "00");
        peer.pingPong();
        assertThat(delivered).isEmpty();

        node.onMessage(MessageFilter.types(type), message -> {
            delivered.add(type);
            return CompletableFuture.completedFuture(null);
        });
        peer.send(type, "00");
        peer.pingPong();
        assertThat(delivered).containsExactly(type);
    }

    @Test
    void aSecondInitEndsTheConnectionWithAWarning() throws Exception {
        peer.send(16, "00000000");

        assertThat(peer.awaitHangUp()).get().asString().contains("second init");
    }

    @Test
    void aFrameTooShortForATypeEndsTheConnection() throws Exception {
        peer.sendBytes(peer.frame(new byte[1]));

        assertThat(peer.awaitHangUp()).isEqualTo(Optional.empty());
    }

    @Test
    void aFrameWithAWrongMacEndsThatConnectionOnly() throws Exception {
        RawPeer other = RawPeer.connected(node);
        byte[] frame = peer.frame(HexFormat.of().parseHex("9c4100"));
        frame[frame.length - 1] ^= 1;
        peer.sendBytes(frame);

        peer.awaitHangUp();
        other.pingPong();
        other.close();
    }

    @Test
    void aPeerThatHangsUpInMidFrameHurtsNobody() throws Exception {
        RawPeer other = RawPeer.connected(node);
        peer.sendBytes(peer.header(65_535));
        peer.close();

        other.pingPong();
        other.close();
    }

    @Test
    void garbageInPlaceOfTheHandshakeIsHungUpOn() throws Exception {
        for (byte[] garbage : Stream.of(
                        "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: everything, please\r\n\r\n".getBytes(),
                        new byte[50],
                        new byte[10_000])
                .toList()) {
            var socket = RawPeer.connect(node);
            socket.getOutputStream().write(garbage);
            assertThatThrownBy(() -> {
                        if (socket.getInputStream().read() < 0) {
                            throw new EOFException();
                        }
                    })
                    .isInstanceOf(IOException.class);
            socket.close();
        }
        peer.pingPong();
    }
}
