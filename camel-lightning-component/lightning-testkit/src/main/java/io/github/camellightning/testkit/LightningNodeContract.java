// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NodeState.Status;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.Peer;
import io.github.camellightning.node.PeerEvent;
import io.github.camellightning.node.ReceivedMessage;
import io.github.camellightning.node.Registration;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a user of {@link LightningNode} may rely on, whichever kind it is. Extend it and say how to make a node. */
public abstract class LightningNodeContract {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int ODD = 0x9419;
    private static final int OTHER_ODD = 0x941b;
    private static final int EVEN = 0x9418;

    private final List<NodeUnderTest> created = new ArrayList<>();
    private NodeUnderTest alice;
    private NodeUnderTest bob;

    /** A node of its own, with an id of its own, not started. */
    protected abstract NodeUnderTest createNode() throws Exception;

    @BeforeEach
    void aliceIsConnectedToBob() throws Exception {
        alice = started();
        bob = started();
        get(alice.node().connect(bob.address()));
        awaitConnected(bob.node(), alice.node().nodeId());
    }

    @AfterEach
    void stopAll() throws Exception {
        for (NodeUnderTest node : created) {
            get(node.node().stop());
            node.close();
        }
    }

    private NodeUnderTest started() throws Exception {
        NodeUnderTest node = createNode();
        created.add(node);
        get(node.node().start());
        return node;
    }

    // messages

    @Test
    void aMessageArrivesWithItsTypeItsPayloadAndItsSender() throws Exception {
        Collector atBob = collect(bob, MessageFilter.all());

        get(alice.node().send(bobId(), message(ODD, "hello")));

        ReceivedMessage received = atBob.await(1).get(0);
        assertThat(received.peer()).isEqualTo(aliceId());
        assertThat(received.message()).isEqualTo(message(ODD, "hello"));
        assertThat(received.receivedAt()).isNotNull();
    }

    @Test
    void bothDirectionsWorkWhoeverDialled() throws Exception {
        Collector atAlice = collect(alice, MessageFilter.all());

        get(bob.node().send(aliceId(), message(ODD, "to the dialler")));

        assertThat(atAlice.await(1).get(0).message()).isEqualTo(message(ODD, "to the dialler"));
    }

    @Test
    void payloadsOfEverySizeThatFitsArriveUnchanged() throws Exception {
        Collector atBob = collect(bob, MessageFilter.all());
        var random = new Random(1);
        List<CustomMessage> sent = IntStream.of(
                        0, 1, 2, 15, 16, 17, 199, 200, 201, 1_000, 65_532, CustomMessage.MAX_PAYLOAD)
                .mapToObj(size -> {
                    var payload = new byte[size];
                    random.nextBytes(payload);
                    return new CustomMessage(ODD, payload);
                })
                .toList();

        for (CustomMessage message : sent) {
            get(alice.node().send(bobId(), message));
        }

        assertThat(atBob.await(sent.size()))
                .extracting(ReceivedMessage::message)
                .isEqualTo(sent);
    }

    @Test
    void messagesToOnePeerArriveInTheOrderOfTheCalls() throws Exception {
        Collector atBob = collect(bob, MessageFilter.all());
        var sends = new ArrayList<CompletionStage<Void>>();
        for (int i = 0; i < 1_000; i++) {
            sends.add(alice.node().send(bobId(), message(ODD, "number " + i)));
        }
        for (CompletionStage<Void> send : sends) {
            get(send);
        }

        assertArrivedInOrder(atBob, 1_000);
    }

    private static void assertArrivedInOrder(Collector receiver, int count) throws Exception {
        assertThat(receiver.await(count))
                .extracting(received -> new String(received.message().payload(), StandardCharsets.UTF_8))
                .isEqualTo(
                        IntStream.range(0, count).mapToObj(i -> "number " + i).toList());
    }

    @Test
    void aCallerThatWaitsForSomeOfThemChangesNothingOfTheirOrder() throws Exception {
        Collector atBob = collect(bob, MessageFilter.all());
        for (int i = 0; i < 200; i++) {
            CustomMessage message = message(ODD, "number " + i);
            if (i % 4 == 0) {
                alice.node().send(bobId(), message);
            } else {
                get(alice.node().waiting(() -> alice.node().send(bobId(), message)));
            }
        }

        assertArrivedInOrder(atBob, 200);
    }

    @Test
    void aListenerGetsOnlyTheTypesOfItsFilter() throws Exception {
        Collector wanted = collect(bob, MessageFilter.types(ODD));
        Collector all = collect(bob, MessageFilter.all());

        get(alice.node().send(bobId(), message(OTHER_ODD, "other")));
        get(alice.node().send(bobId(), message(ODD, "mine")));

        all.await(2);
        assertThat(wanted.await(1)).extracting(ReceivedMessage::message).containsExactly(message(ODD, "mine"));
    }

    @Test
    void aListenerGetsOnlyThePeersOfItsFilter() throws Exception {
        NodeUnderTest carol = started();
        get(carol.node().connect(bob.address()));
        Collector fromCarol = collect(bob, MessageFilter.all().from(carol.node().nodeId()));
        Collector all = collect(bob, MessageFilter.all());

        get(alice.node().send(bobId(), message(ODD, "from Alice")));
        all.await(1);
        get(carol.node().send(bobId(), message(ODD, "from Carol")));

        assertThat(fromCarol.await(1)).extracting(ReceivedMessage::message).containsExactly(message(ODD, "from Carol"));
    }

    @Test
    void everyMatchingListenerGetsTheMessage() throws Exception {
        Collector one = collect(bob, MessageFilter.all());
        Collector two = collect(bob, MessageFilter.types(ODD));

        get(alice.node().send(bobId(), message(ODD, "for both")));

        assertThat(one.await(1).get(0).message()).isEqualTo(message(ODD, "for both"));
        assertThat(two.await(1).get(0).message()).isEqualTo(message(ODD, "for both"));
    }

    @Test
    void aListenerThatFailsHurtsNobody() throws Exception {
        bob.node().onMessage(MessageFilter.all(), message -> {
            throw new IllegalStateException("broken listener");
        });
        Collector sound = collect(bob, MessageFilter.all());

        get(alice.node().send(bobId(), message(ODD, "one")));
        get(alice.node().send(bobId(), message(ODD, "two")));

        assertThat(sound.await(2)).hasSize(2);
    }

    @Test
    void aClosedRegistrationHearsNothingMore() throws Exception {
        var closed = new Collector();
        Registration registration = bob.node().onMessage(MessageFilter.all(), closed);
        Collector open = collect(bob, MessageFilter.all());
        get(alice.node().send(bobId(), message(ODD, "before")));
        closed.await(1);

        registration.close();
        registration.close();
        get(alice.node().send(bobId(), message(ODD, "after")));

        open.await(2);
        assertThat(closed.count()).isEqualTo(1);
    }

    // handled

    @Test
    void theNextMessageOfAPeerWaitsUntilTheOneBeforeIsHandled() throws Exception {
        Collector atBob = Collector.holding();
        get(bob.node().onMessage(MessageFilter.all(), atBob).inForce());
        get(alice.node().send(bobId(), message(ODD, "held")));
        get(alice.node().send(bobId(), message(ODD, "waiting")));
        atBob.await(1);

        // a whole round trip with the same peer later it has still not been delivered
        Collector atAlice = collect(alice, MessageFilter.all());
        get(bob.node().send(aliceId(), message(ODD, "meanwhile")));
        atAlice.await(1);
        assertThat(atBob.count()).isEqualTo(1);

        atBob.release();
        assertThat(atBob.await(2).get(1).message()).isEqualTo(message(ODD, "waiting"));
    }

    @Test
    void aPeerThatIsHeldDoesNotHoldAnother() throws Exception {
        NodeUnderTest carol = started();
        get(carol.node().connect(bob.address()));
        Collector slow = Collector.holding();
        bob.node().onMessage(MessageFilter.all().from(aliceId()), slow);
        Collector fast = collect(bob, MessageFilter.all().from(carol.node().nodeId()));
        get(alice.node().send(bobId(), message(ODD, "held")));
        slow.await(1);

        for (int i = 0; i < 10; i++) {
            get(carol.node().send(bobId(), message(ODD, "free " + i)));
        }

        assertThat(fast.await(10)).hasSize(10);
        slow.release();
    }

    // types

    @Test
    void typesThatBoltsReserveAreRefusedBeforeAnythingIsSent() {
        for (int type : new int[] {0, 1, MessageTypes.INIT, 17, 18, 256, 261, 1_023}) {
            assertThat(failure(InvalidMessageException.class, alice.node().send(bobId(), message(type, "x"))))
                    .hasMessageContaining(Integer.toString(type))
                    .hasMessageContaining("reserved");
        }
    }

    @Test
    void commandosTypesAreRefused() {
        for (int type : new int[] {0x4c4d, 0x4c4f, 0x594b, 0x594d}) {
            assertThat(failure(InvalidMessageException.class, alice.node().send(bobId(), message(type, "x"))))
                    .hasMessageContaining("commando");
        }
    }

    @Test
    void aPeerThatSendsAnEvenTypeWhichNobodyAcceptsIsDisconnected() throws Exception {
        collect(bob, MessageFilter.all());
        List<PeerEvent> events = events(bob.node());

        get(alice.node().send(bobId(), message(EVEN, "it's not OK to be even")));

        await().atMost(PATIENCE)
                .until(() -> events.stream().anyMatch(event -> event instanceof PeerEvent.Disconnected));
    }

    @Test
    void anEvenTypeThatIsAcceptedArrives() throws Exception {
        var atBob = new Collector();
        Registration registration =
                bob.node().onMessage(MessageFilter.types(EVEN).acceptingEven(), atBob);
        get(registration.inForce());

        get(alice.node().send(bobId(), message(EVEN, "known to both")));

        assertThat(atBob.await(1).get(0).message()).isEqualTo(message(EVEN, "known to both"));
    }

    // peers

    @Test
    void sendingToAPeerThatIsNotConnectedFailsAndMayBeRetried() {
        var stranger = new NodeId("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");

        NotConnectedException failure =
                failure(NotConnectedException.class, alice.node().send(stranger, message(ODD, "x")));

        assertThat(failure).hasMessageContaining(stranger.hex());
        assertThat(failure.isRetryable()).isTrue();
    }

    @Test
    void sendingToItselfIsRefused() {
        assertThat(failure(InvalidMessageException.class, alice.node().send(aliceId(), message(ODD, "x"))))
                .hasMessageContaining(aliceId().hex());
    }

    @Test
    void connectingToAConnectedPeerCompletes() throws Exception {
        get(alice.node().connect(bob.address()));
        get(alice.node().connect(bob.address()));

        assertThat(connectedPeers(alice.node())).containsExactly(bobId());
    }

    @Test
    void peersTellsWhoIsConnectedAndWhoDialled() throws Exception {
        Peer seenByAlice = get(alice.node().peers()).get(0);
        Peer seenByBob = get(bob.node().peers()).get(0);

        assertThat(seenByAlice.nodeId()).isEqualTo(bobId());
        assertThat(seenByAlice.connected()).isTrue();
        assertThat(seenByAlice.direction()).isEqualTo(Peer.Direction.OUTBOUND);
        assertThat(seenByBob.nodeId()).isEqualTo(aliceId());
        assertThat(seenByBob.direction()).isEqualTo(Peer.Direction.INBOUND);
        assertThat(seenByBob.features()).isNotEmpty();
    }

    @Test
    void peerEventsTellOfConnectsAndDisconnectsInOrder() throws Exception {
        List<PeerEvent> events = events(bob.node());

        get(alice.node().disconnect(bobId()));
        await().atMost(PATIENCE).until(() -> events.size() >= 1);
        get(alice.node().connect(bob.address()));
        await().atMost(PATIENCE).until(() -> events.size() >= 2);

        assertThat(events.get(0)).isInstanceOf(PeerEvent.Disconnected.class);
        assertThat(events.get(1)).isInstanceOf(PeerEvent.Connected.class);
        assertThat(events).allMatch(event -> event.peer().equals(aliceId()));
    }

    @Test
    void afterADisconnectSendsFailUntilItIsConnectedAgain() throws Exception {
        Collector atBob = collect(bob, MessageFilter.all());
        get(alice.node().disconnect(bobId()));
        await().atMost(PATIENCE).until(() -> connectedPeers(alice.node()).isEmpty());
        failure(NotConnectedException.class, alice.node().send(bobId(), message(ODD, "lost?")));
        await().atMost(PATIENCE).until(() -> connectedPeers(bob.node()).isEmpty());

        get(alice.node().connect(bob.address()));
        get(alice.node().send(bobId(), message(ODD, "again")));

        assertThat(atBob.await(1).get(0).message()).isEqualTo(message(ODD, "again"));
    }

    // lifecycle

    @Test
    void aNodeThatIsUpSaysSo() {
        assertThat(alice.node().state().status()).isEqualTo(Status.UP);
        assertThat(alice.node().state().reason()).isNotEmpty();
    }

    @Test
    void eachStartWantsOneStop() throws Exception {
        get(alice.node().start());

        get(alice.node().stop());
        assertThat(alice.node().state().isUp()).isTrue();

        get(alice.node().stop());
        assertThat(alice.node().state().isUp()).isFalse();
        failure(NotConnectedException.class, alice.node().send(bobId(), message(ODD, "x")));
    }

    @Test
    void aStoppedNodeCanBeStartedAgainAndItsListenersAreStillThere() throws Exception {
        Collector atAlice = collect(alice, MessageFilter.all());
        get(alice.node().stop());

        get(alice.node().start());
        get(alice.node().connect(bob.address()));
        awaitConnected(bob.node(), aliceId());
        get(bob.node().send(aliceId(), message(ODD, "welcome back")));

        assertThat(atAlice.await(1).get(0).message()).isEqualTo(message(ODD, "welcome back"));
    }

    // words of this contract

    private NodeId aliceId() {
        return alice.node().nodeId();
    }

    private NodeId bobId() {
        return bob.node().nodeId();
    }

    private static Collector collect(NodeUnderTest at, MessageFilter filter) {
        var collector = new Collector();
        at.node().onMessage(filter, collector).inForce().toCompletableFuture().join();
        return collector;
    }

    private static List<PeerEvent> events(LightningNode node) {
        var events = new CopyOnWriteArrayList<PeerEvent>();
        node.onPeerEvent(events::add);
        return events;
    }

    private static CustomMessage message(int type, String text) {
        return new CustomMessage(type, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void awaitConnected(LightningNode node, NodeId peer) {
        await().atMost(PATIENCE).until(() -> connectedPeers(node).contains(peer));
    }

    private static List<NodeId> connectedPeers(LightningNode node) throws Exception {
        return get(node.peers()).stream()
                .filter(Peer::connected)
                .map(Peer::nodeId)
                .toList();
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static <X extends LightningException> X failure(Class<X> expected, CompletionStage<?> stage) {
        ExecutionException failure = catchThrowableOfType(ExecutionException.class, () -> stage.toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        assertThat(failure.getCause()).isInstanceOf(expected);
        return Objects.requireNonNull(expected.cast(failure.getCause()));
    }
}
