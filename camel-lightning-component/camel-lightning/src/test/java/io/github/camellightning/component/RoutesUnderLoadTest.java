// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.Test;

/** Routes that are suspended, stopped, removed and added while their peers go on sending. */
class RoutesUnderLoadTest extends LightningTestSupport {

    private static final int SOME = 40_001;
    private static final int CHANGES = 5;
    private static final int STOPS = 2;

    /** What came, by peer, in the order in which it came. */
    private static final class Received implements Processor {

        private final Map<String, List<Integer>> byPeer = new ConcurrentHashMap<>();

        @Override
        public void process(Exchange exchange) {
            byPeer.computeIfAbsent(
                            exchange.getMessage().getHeader(LightningConstants.PEER_ID, String.class),
                            peer -> new CopyOnWriteArrayList<>())
                    .add(Integer.valueOf(bodyOf(exchange)));
        }

        List<Integer> of(NodeId peer) {
            return byPeer.getOrDefault(peer.hex(), List.of());
        }
    }

    /** Peers that send numbers, one after the other and each when the one before is handled, until they are told to stop. */
    private final class Senders {

        private final List<NodeId> peers = List.of(PEER, OTHER, NodeKeys.id(103), NodeKeys.id(104));
        private final List<CompletableFuture<Integer>> running;
        private volatile boolean ending;

        Senders(int type) {
            running = peers.stream().map(peer -> sendOn(peer, type, 0)).toList();
        }

        private CompletableFuture<Integer> sendOn(NodeId peer, int type, int number) {
            return alice.receive(peer, type, String.valueOf(number))
                    .thenCompose(handled ->
                            ending ? CompletableFuture.completedFuture(number + 1) : sendOn(peer, type, number + 1));
        }

        /** @return how many each has sent, all of them handled */
        Map<NodeId, Integer> stop() throws Exception {
            ending = true;
            var sent = new ConcurrentHashMap<NodeId, Integer>();
            for (int i = 0; i < peers.size(); i++) {
                sent.put(peers.get(i), running.get(i).get(10, TimeUnit.SECONDS));
            }
            return sent;
        }
    }

    private static void assertWhole(Received received, Map<NodeId, Integer> sent) {
        assertThat(sent.values()).as("there was a load").allMatch(count -> count > CHANGES);
        sent.forEach((peer, count) -> assertThat(received.of(peer))
                .containsExactlyElementsOf(IntStream.range(0, count).boxed().toList()));
    }

    private void awaitProgress(Received received) {
        int before = received.of(PEER).size();
        await().until(() -> received.of(PEER).size() > before);
    }

    @Test
    void aRouteThatIsSuspendedAndResumedLosesNothingAndKeepsTheOrder() throws Exception {
        var received = new Received();
        start(in -> in.from("lightning:custommsg").routeId("in").process(received));
        var senders = new Senders(TYPE);

        for (int i = 0; i < CHANGES; i++) {
            awaitProgress(received);
            context.getRouteController().suspendRoute("in");
            context.getRouteController().resumeRoute("in");
        }

        assertWhole(received, senders.stop());
        assertThat(consumer("in").getDropped()).isZero();
    }

    @Test
    void routesThatComeAndGoAreNothingToTheOthers() throws Exception {
        var all = new Received();
        start(in -> in.from("lightning:custommsg").routeId("all").process(all));
        var senders = new Senders(SOME);
        var some = new ArrayList<Received>();

        for (int i = 0; i < CHANGES; i++) {
            var received = new Received();
            some.add(received);
            routes(in -> in.from("lightning:custommsg?messageTypes=" + SOME)
                    .routeId("some")
                    .process(received));
            awaitProgress(received);
            context.getRouteController().stopRoute("some");
            assertThat(context.removeRoute("some")).isTrue();
        }

        assertWhole(all, senders.stop());
        // what came while a route went, it may not have had; but nothing twice, and nothing out of order
        List<Integer> ofAllRuns = some.stream()
                .flatMap(received -> Stream.of(received.of(PEER)))
                .flatMap(List::stream)
                .toList();
        assertThat(ofAllRuns).isSorted().doesNotHaveDuplicates();
        assertThat(alice.listeners()).isEqualTo(1);
        assertThat(alice.starts()).isEqualTo(1);
    }

    @Test
    void aRouteThatIsStoppedAndStartedLosesOnlyWhatNobodyListenedTo() throws Exception {
        var received = new Received();
        start(in -> in.from("lightning:custommsg").routeId("in").process(received));
        var senders = new Senders(TYPE);

        for (int i = 0; i < STOPS; i++) {
            awaitProgress(received);
            context.getRouteController().stopRoute("in");
            context.getRouteController().startRoute("in");
        }

        Map<NodeId, Integer> sent = senders.stop();
        sent.forEach((peer, count) -> assertThat(received.of(peer))
                .isSorted()
                .doesNotHaveDuplicates()
                .isSubsetOf(IntStream.range(0, count).boxed().toList()));
        await().until(() -> consumer("in").getPendingExchangesSize() == 0);
        assertThat(consumer("in").getReceived())
                .isEqualTo(consumer("in").getHandled() + consumer("in").getDropped());
    }
}
