// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.github.camellightning.node.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.Test;

/** What may be in flight, and what becomes of the rest. */
class WhenFullTest extends LightningTestSupport {

    private HealthCheck.Result health() {
        return consumer("in").getHealthCheck().call();
    }

    @Test
    void aPeerAtItsLimitIsHeldUntilThereIsRoomAndHealthSaysSoMeanwhile() throws Exception {
        start(in -> in.from("lightning:custommsg?releaseOn=receipt&maxInFlightPerPeer=2")
                .routeId("in")
                .process(gate));

        alice.receive(PEER, TYPE, "1").get(10, TimeUnit.SECONDS);
        alice.receive(PEER, TYPE, "2").get(10, TimeUnit.SECONDS);
        assertThat(health().getState()).isEqualTo(HealthCheck.State.UP);
        CompletableFuture<Void> third = alice.receive(PEER, TYPE, "3");
        CompletableFuture<Void> fourth = alice.receive(PEER, TYPE, "4");
        await().until(() -> consumer("in").isCrowded());

        assertThat(third).isNotDone();
        assertThat(consumer("in").getHeld()).isEqualTo(1);
        assertThat(health().getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(health().getMessage()).get().asString().contains("maxInFlightPerPeer", "maxInFlight");
        alice.receive(OTHER, TYPE, "another peer's").get(10, TimeUnit.SECONDS);

        gate.open();
        fourth.get(10, TimeUnit.SECONDS);
        await().until(() -> consumer("in").getHandled() == 5);
        assertThat(health().getState()).isEqualTo(HealthCheck.State.UP);
        assertThat(consumer("in").getDropped()).isZero();
        assertThat(gate.left()).contains("1", "2", "3", "4");
    }

    @Test
    void allPeersTogetherAreHeldAtTheLimitOfAll() throws Exception {
        start(in -> in.from("lightning:custommsg?releaseOn=receipt&maxInFlight=3")
                .routeId("in")
                .process(gate));
        var peers = new ArrayList<NodeId>();
        for (int i = 0; i < 3; i++) {
            peers.add(NodeKeys.id(200 + i));
            alice.receive(peers.get(i), TYPE, "one").get(10, TimeUnit.SECONDS);
        }

        CompletableFuture<Void> beyond = alice.receive(PEER, TYPE, "beyond");
        await().until(() -> consumer("in").isCrowded());
        assertThat(beyond).isNotDone();

        gate.open();
        beyond.get(10, TimeUnit.SECONDS);
        await().until(() -> consumer("in").getHandled() == 4);
        assertThat(consumer("in").isCrowded()).isFalse();
    }

    @Test
    void withALimitOfOneMessagesGoOneByOne() throws Exception {
        start(in -> in.from("lightning:custommsg?releaseOn=receipt&maxInFlightPerPeer=1&maxInFlight=1")
                .routeId("in")
                .to("mock:in"));
        List<String> bodies = List.of("1", "2", "3", "4", "5");
        mock("in").expectedBodiesReceived(bodies);

        bodies.forEach(body -> alice.receive(PEER, TYPE, body));

        mock("in").assertIsSatisfied();
        await().until(() -> consumer("in").getHandled() == 5);
        assertThat(consumer("in").isCrowded()).isFalse();
    }

    @Test
    void manyPeersAtBothLimitsAllGetThrough() throws Exception {
        start(in -> in.from("lightning:custommsg?releaseOn=receipt&maxInFlightPerPeer=4&maxInFlight=10")
                .routeId("in")
                .to("mock:in?retainFirst=0"));
        var all = new ArrayList<CompletableFuture<Void>>();
        List<NodeId> peers =
                IntStream.range(0, 20).mapToObj(i -> NodeKeys.id(300 + i)).toList();

        for (int i = 0; i < 500; i++) {
            for (NodeId peer : peers) {
                all.add(alice.receive(peer, TYPE, "x"));
            }
        }

        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        await().until(() -> consumer("in").getHandled() == 10_000);
        await().until(() -> consumer("in").getOpenLanes() == 0);
        assertThat(consumer("in").getHeld()).isZero();
        assertThat(consumer("in").isCrowded()).isFalse();
    }

    @Test
    void whereTheRestIsDroppedItIsCountedAndLoggedOnce() throws Exception {
        start(in -> in.from("lightning:custommsg?releaseOn=receipt&maxInFlightPerPeer=2&whenFull=drop")
                .routeId("in")
                .process(gate));

        try (var logs = new Logs(DropLog.class)) {
            for (int i = 1; i <= 5; i++) {
                alice.receive(PEER, TYPE, String.valueOf(i)).get(10, TimeUnit.SECONDS);
            }

            assertThat(consumer("in").getDropped()).isEqualTo(3);
            assertThat(health().getState()).isEqualTo(HealthCheck.State.UP);
            assertThat(logs.events())
                    .singleElement()
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .asString()
                    .contains("37913", PEER.hex(), "maxInFlightPerPeer=2", "maxInFlight=2048");
        }
        gate.open();
        await().until(() -> consumer("in").getHandled() == 2);
        assertThat(gate.left()).containsExactly("1", "2");
    }

    @Test
    void aLimitOfOneDropsNothingThatComesOneByOne() throws Exception {
        start(in -> in.from("lightning:custommsg?maxInFlightPerPeer=1&maxInFlight=1&whenFull=drop")
                .routeId("in")
                .to("mock:in?retainFirst=0"));

        CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        for (int i = 0; i < 1_000; i++) {
            last = alice.receive(PEER, TYPE, "x");
        }

        last.get(10, TimeUnit.SECONDS);
        assertThat(consumer("in").getDropped()).isZero();
        assertThat(consumer("in").getHandled()).isEqualTo(1_000);
    }
}
