// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.interop.KmpPeer;
import io.github.camellightning.interop.LdkPeer;
import io.github.camellightning.interop.RawMessage;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.NotConnectedException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** PeerNode against a node of ldk-java, which pings by itself, and hangs up on a peer that leaves a ping unanswered. */
@Timeout(60)
class LdkInteropIT {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int ODD = 40_001;
    private static final int EVEN = 40_002;
    /** More than six times a key's 500 messages. */
    private static final int STREAMED = 3_200;

    private enum Dialler {
        PEER_NODE,
        LDK
    }

    /** Both ends, after init; LDK knows {@link #ODD} and {@link #EVEN}. */
    private record Connection(OurPeer ours, LdkPeer ldk) implements AutoCloseable {

        static Connection of(Dialler dialler) throws IOException {
            return of(dialler, MessageFilter.all());
        }

        static Connection of(Dialler dialler, MessageFilter wanted) throws IOException {
            var ours = OurPeer.wanting(wanted);
            var ldk = LdkPeer.start(ODD, EVEN);
            if (dialler == Dialler.LDK) {
                ldk.dial(ours.address(), ours.nodeId());
            } else {
                ours.dial(ldk.address(), ldk.nodeId()).join();
            }
            ours.awaitPeer(ldk.nodeId());
            ldk.awaitPeer(ours.nodeId());
            return new Connection(ours, ldk);
        }

        void send(RawMessage message) {
            ours.send(ldk.nodeId(), message).join();
        }

        void ldkSends(RawMessage message) {
            ldk.send(ours.nodeId(), message.type(), message.payload());
        }

        RawMessage ldkReceives() throws InterruptedException {
            RawMessage message = ldk.receive(PATIENCE);
            assertThat(message).as("a message that LDK got").isNotNull();
            return message;
        }

        /** What goes there and back comes after the pings and pongs before it. */
        void roundTrip() throws InterruptedException {
            var there = new RawMessage(ODD, Payloads.ofSize(3));
            var back = new RawMessage(ODD, Payloads.ofSize(4));
            ldkSends(there);
            assertThat(ours.receive()).isEqualTo(there);
            send(back);
            assertThat(ldkReceives()).isEqualTo(back);
        }

        @Override
        public void close() {
            ldk.close();
            ours.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void payloadsOfEverySizeArriveUnalteredBothWays(Dialler dialler) throws Exception {
        try (var connection =
                Connection.of(dialler, MessageFilter.types(ODD, EVEN).acceptingEven())) {
            for (int size : Payloads.SIZES) {
                for (int type : new int[] {ODD, EVEN}) {
                    var message = new RawMessage(type, Payloads.ofSize(size));

                    connection.ldkSends(message);
                    assertThat(connection.ours.receive()).isEqualTo(message);

                    connection.send(message);
                    assertThat(connection.ldkReceives()).isEqualTo(message);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void moreThanThreeThousandMessagesGoEachWayAtOnceInOrderWhileLdkPings(Dialler dialler) throws Exception {
        try (var connection = Connection.of(dialler)) {
            var fromLdk = Payloads.stream(STREAMED, 1);
            var fromUs = Payloads.stream(STREAMED, 2);

            fromLdk.forEach(payload -> connection.ldkSends(new RawMessage(ODD, payload)));
            fromUs.forEach(payload -> connection.ours.send(connection.ldk.nodeId(), new RawMessage(ODD, payload)));

            for (byte[] payload : fromUs) {
                assertThat(connection.ldkReceives()).isEqualTo(new RawMessage(ODD, payload));
            }
            for (byte[] payload : fromLdk) {
                assertThat(connection.ours.receive()).isEqualTo(new RawMessage(ODD, payload));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void ldkKeepsUsThroughItsTicksBecauseItsPingsAreAnswered(Dialler dialler) throws Exception {
        try (var connection = Connection.of(dialler)) {
            for (int tick = 0; tick < 5; tick++) {
                connection.ldk.tick();
                connection.roundTrip();
            }
            assertThat(connection.ldk.hasPeer(connection.ours.nodeId())).isTrue();
        }
    }

    /** LDK pings after every 32 messages or so that it sends, and never again once one of them stays unanswered. */
    @Test
    void ldkKeepsUsAlsoAfterItPingedManyTimesWithinASecond() throws Exception {
        try (var connection = Connection.of(Dialler.LDK)) {
            for (byte[] payload : Payloads.stream(STREAMED, 3)) {
                connection.ldkSends(new RawMessage(ODD, payload));
                connection.ours.receive();
            }
            for (int tick = 0; tick < 10; tick++) {
                connection.ldk.tick();
                connection.roundTrip();
            }
            assertThat(connection.ldk.hasPeer(connection.ours.nodeId())).isTrue();
        }
    }

    /** Else the tests above would prove nothing. */
    @Test
    void ldkDropsAPeerThatLeavesItsPingsUnanswered() throws Exception {
        try (var ldk = LdkPeer.start(ODD);
                var mute = KmpPeer.dial(ldk.address(), ldk.nodeId())) {
            mute.exchangeInit(KmpPeer.INIT);
            ldk.awaitPeer(mute.nodeId());
            ldk.tick();
            assertThat(mute.receive(PATIENCE).type()).isEqualTo(MessageTypes.PING);

            await().until(() -> {
                ldk.tick();
                return !ldk.hasPeer(mute.nodeId());
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOddTypeThatTheOtherSideDoesNotKnowIsIgnored(Dialler dialler) throws Exception {
        try (var connection = Connection.of(dialler, MessageFilter.types(ODD))) {
            connection.ldkSends(new RawMessage(ODD + 2, Payloads.ofSize(5)));
            connection.send(new RawMessage(ODD + 4, Payloads.ofSize(5)));

            connection.roundTrip();

            assertThat(connection.ours.unclaimedMessages()).isOne();
        }
    }

    @ParameterizedTest
    @EnumSource
    void ldkHangsUpOnAnEvenTypeThatItDoesNotKnow(Dialler dialler) throws Exception {
        try (var connection = Connection.of(dialler)) {
            connection.send(new RawMessage(EVEN + 2, Payloads.ofSize(5)));

            connection.ours.awaitDisconnect();
            await().until(() -> !connection.ldk.hasPeer(connection.ours.nodeId()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void weHangUpOnAnEvenTypeThatNobodyWants(Dialler dialler) throws Exception {
        try (var connection = Connection.of(dialler)) {
            connection.ldkSends(new RawMessage(EVEN, Payloads.ofSize(5)));

            await().until(() -> !connection.ldk.hasPeer(connection.ours.nodeId()));
            assertThat(connection.ours.awaitDisconnect()).contains("unknown even message type " + EVEN);
            assertThat(connection.ours.nothingIsLeft()).isTrue();
        }
    }

    @Test
    void dialledWithAWrongNodeIdLdkDoesNotAnswer() throws Exception {
        try (var ours = OurPeer.wanting(MessageFilter.all());
                var ldk = LdkPeer.start(ODD);
                var other = KmpPeer.listen()) {
            var dial = ours.dial(ldk.address(), other.nodeId());

            assertThat(OurPeer.failureOf(dial)).isInstanceOf(NotConnectedException.class);
        }
    }
}
