// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fr.acinq.lightning.Feature;
import fr.acinq.lightning.wire.LightningMessage;
import fr.acinq.lightning.wire.Ping;
import fr.acinq.lightning.wire.Warning;
import io.github.camellightning.interop.KmpPeer;
import io.github.camellightning.interop.RawMessage;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.peer.PeerLimits;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** PeerNode against the handshake, the cipher and the codec of lightning-kmp. */
@Timeout(60)
class KmpInteropIT {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int TYPE = 40_001;
    /** More than six times a key's 500 messages. */
    private static final int STREAMED = 3_200;

    private enum Dialler {
        PEER_NODE,
        KMP
    }

    /** Both ends, after init. */
    private record Connection(OurPeer ours, KmpPeer kmp) implements AutoCloseable {

        static Connection of(Dialler dialler) throws IOException {
            return of(dialler, MessageFilter.all(), limits -> {});
        }

        static Connection of(Dialler dialler, MessageFilter wanted, Consumer<PeerLimits> limits) throws IOException {
            var ours = OurPeer.wanting(wanted, limits);
            KmpPeer kmp = dialler == Dialler.KMP ? dialUs(ours) : dialKmp(ours);
            assertThat(kmp.remoteNodeId()).isEqualTo(ours.nodeId());
            assertThat(kmp.exchangeInit(KmpPeer.INIT).getFeatures()).satisfies(features -> {
                assertThat(features.hasFeature(Feature.StaticRemoteKey.INSTANCE, null))
                        .isTrue();
                assertThat(features.hasFeature(Feature.VariableLengthOnion.INSTANCE, null))
                        .isTrue();
            });
            return new Connection(ours, kmp);
        }

        private static KmpPeer dialUs(OurPeer ours) throws IOException {
            return KmpPeer.dial(ours.address(), ours.nodeId());
        }

        private static KmpPeer dialKmp(OurPeer ours) throws IOException {
            try (var acceptor = KmpPeer.listen()) {
                ours.dial(acceptor.address(), acceptor.nodeId());
                return acceptor.accept();
            }
        }

        void send(RawMessage message) {
            ours.send(kmp.nodeId(), message).join();
        }

        RawMessage kmpReceives() throws IOException {
            return kmp.receive(PATIENCE);
        }

        @Override
        public void close() throws IOException {
            kmp.close();
            ours.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void payloadsOfEverySizeArriveUnalteredBothWays(Dialler dialler) throws Exception {
        try (var connection = Connection.of(dialler)) {
            connection.ours.awaitPeer(connection.kmp.nodeId());
            for (int size : Payloads.SIZES) {
                var message = new RawMessage(TYPE, Payloads.ofSize(size));

                connection.kmp.send(message.type(), message.payload());
                assertThat(connection.ours.receive()).isEqualTo(message);

                connection.send(message);
                assertThat(connection.kmpReceives()).isEqualTo(message);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void moreThanThreeThousandMessagesGoEachWayAtOnceInOrderThroughEveryChangeOfKeys(Dialler dialler) throws Exception {
        try (var connection = Connection.of(dialler)) {
            String kmpId = connection.kmp.nodeId();
            connection.ours.awaitPeer(kmpId);
            var fromKmp = Payloads.stream(STREAMED, 1);
            var fromUs = Payloads.stream(STREAMED, 2);

            var kmpSends = CompletableFuture.runAsync(() -> {
                for (byte[] payload : fromKmp) {
                    send(connection.kmp, payload);
                }
            });
            fromUs.forEach(payload -> connection.ours.send(kmpId, new RawMessage(TYPE, payload)));

            for (byte[] payload : fromUs) {
                assertThat(connection.kmpReceives()).isEqualTo(new RawMessage(TYPE, payload));
            }
            for (byte[] payload : fromKmp) {
                assertThat(connection.ours.receive()).isEqualTo(new RawMessage(TYPE, payload));
            }
            kmpSends.join();
        }
    }

    @ParameterizedTest
    @EnumSource
    void gossipRightAfterInitIsDroppedAlthoughItsTypesAreEven(Dialler dialler) throws Exception {
        try (var connection = Connection.of(dialler)) {
            connection.kmp.send(256, Payloads.ofSize(430));
            connection.kmp.send(258, Payloads.ofSize(138));
            connection.kmp.send(TYPE, Payloads.ofSize(3));

            assertThat(connection.ours.receive()).isEqualTo(new RawMessage(TYPE, Payloads.ofSize(3)));
            assertThat(connection.ours.nothingIsLeft()).isTrue();
            assertThat(connection.ours.unclaimedMessages()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPingIsAnsweredWithAsManyBytesAsItAsksFor(Dialler dialler) throws Exception {
        try (var connection = Connection.of(dialler)) {
            connection.kmp.send(MessageTypes.PING, new byte[] {0, 7, 0, 2, 0, 0});

            assertThat(connection.kmpReceives())
                    .isEqualTo(new RawMessage(MessageTypes.PONG, new byte[] {0, 7, 0, 0, 0, 0, 0, 0, 0}));
        }
    }

    @Test
    void aSilentPeerGetsAPingThatItUnderstands() throws Exception {
        try (var connection =
                Connection.of(Dialler.KMP, MessageFilter.all(), limits -> limits.setPingAfterMillis(100))) {
            LightningMessage message =
                    LightningMessage.Companion.decode(connection.kmpReceives().encode());

            assertThat(message).isInstanceOf(Ping.class);
            assertThat(((Ping) message).getPongLength()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOddTypeThatNobodyWantsIsIgnored(Dialler dialler) throws Exception {
        try (var connection = Connection.of(dialler, MessageFilter.types(TYPE), limits -> {})) {
            connection.kmp.send(TYPE + 2, Payloads.ofSize(5));
            connection.kmp.send(TYPE, Payloads.ofSize(6));

            assertThat(connection.ours.receive()).isEqualTo(new RawMessage(TYPE, Payloads.ofSize(6)));
            assertThat(connection.ours.nothingIsLeft()).isTrue();
            assertThat(connection.ours.unclaimedMessages()).isOne();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEvenTypeThatNobodyWantsEndsInAWarningAndTheConnectionsEnd(Dialler dialler) throws Exception {
        try (var connection = Connection.of(dialler)) {
            connection.kmp.send(TYPE + 1, Payloads.ofSize(5));

            LightningMessage message =
                    LightningMessage.Companion.decode(connection.kmpReceives().encode());
            assertThat(message).isInstanceOf(Warning.class);
            assertThat(((Warning) message).toAscii()).contains("unknown even message type " + (TYPE + 1));
            assertThatThrownBy(connection::kmpReceives).isInstanceOf(EOFException.class);
            connection.kmp.close();
            assertThat(connection.ours.awaitDisconnect()).contains("unknown even message type " + (TYPE + 1));
        }
    }

    @Test
    void whoeverDialsWithAWrongNodeIdGetsNoConnection() throws Exception {
        try (var ours = OurPeer.wanting(MessageFilter.all());
                var acceptor = KmpPeer.listen();
                var other = KmpPeer.listen()) {
            assertThatThrownBy(() -> KmpPeer.dial(ours.address(), other.nodeId()))
                    .isInstanceOf(EOFException.class);

            var dial = ours.dial(acceptor.address(), other.nodeId());
            assertThatThrownBy(acceptor::accept).isNotNull();
            assertThat(OurPeer.failureOf(dial)).isInstanceOf(NotConnectedException.class);
        }
    }

    private static void send(KmpPeer kmp, byte[] payload) {
        try {
            kmp.send(TYPE, payload);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }
}
