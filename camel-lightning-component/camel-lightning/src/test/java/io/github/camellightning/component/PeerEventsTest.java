// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.Peer;
import io.github.camellightning.node.PeerEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.Test;

/** What Camel's event notifiers hear of peers. */
class PeerEventsTest extends LightningTestSupport {

    private final List<LightningPeerEvent> events = new CopyOnWriteArrayList<>();

    private static final class Collecting extends EventNotifierSupport {

        private final List<LightningPeerEvent> events;

        Collecting(List<LightningPeerEvent> events) {
            this.events = events;
        }

        @Override
        public void notify(CamelEvent event) {
            if (event instanceof LightningPeerEvent ours) {
                events.add(ours);
            }
        }
    }

    private static final class Failing extends EventNotifierSupport {

        @Override
        public void notify(CamelEvent event) {
            if (event instanceof LightningPeerEvent) {
                throw new IllegalStateException("out of ink");
            }
        }
    }

    private void startListening() throws Exception {
        context.getManagementStrategy().addEventNotifier(new Collecting(events));
        start(in -> in.from("lightning:custommsg").to("mock:in"));
    }

    @Test
    void aPeerThatComesAndGoesIsAnEventEach() throws Exception {
        startListening();
        long before = System.currentTimeMillis();

        alice.tell(new PeerEvent.Connected(PEER, Peer.Direction.INBOUND, "203.0.113.1:4711"));
        alice.tell(new PeerEvent.Disconnected(PEER, "it said so"));

        await().until(() -> events.size() == 2);
        LightningPeerEvent.Connected up = (LightningPeerEvent.Connected) events.get(0);
        assertThat(up.getNodeName()).isEqualTo("alice");
        assertThat(up.getPeerId()).isEqualTo(PEER.hex());
        assertThat(up.getDirection()).isEqualTo(Peer.Direction.INBOUND);
        assertThat(up.getAddress()).isEqualTo("203.0.113.1:4711");
        assertThat(up.getType()).isEqualTo(CamelEvent.Type.Custom);
        assertThat(up.getSource()).isSameAs(context);
        assertThat(up.getTimestamp()).isGreaterThanOrEqualTo(before);
        assertThat(up).hasToString("Lightning peer " + PEER + " connected to node alice, INBOUND 203.0.113.1:4711");
        LightningPeerEvent.Disconnected down = (LightningPeerEvent.Disconnected) events.get(1);
        assertThat(down.getReason()).isEqualTo("it said so");
        assertThat(down).hasToString("Lightning peer " + PEER + " disconnected from node alice: it said so");
    }

    @Test
    void eventsComeInTheOrderInWhichTheNodeTold() throws Exception {
        startListening();
        var told = new ArrayList<String>();
        for (int i = 0; i < 200; i++) {
            told.add("reason " + i);
            alice.tell(new PeerEvent.Disconnected(PEER, "reason " + i));
        }

        await().until(() -> events.size() == told.size());

        assertThat(events)
                .extracting(event -> ((LightningPeerEvent.Disconnected) event).getReason())
                .containsExactlyElementsOf(told);
    }

    @Test
    void aNotifierThatFailsKeepsItFromNobodyElse() throws Exception {
        context.getManagementStrategy().addEventNotifier(new Failing());
        startListening();

        try (var logs = new Logs(PeerEventTeller.class)) {
            alice.tell(new PeerEvent.Disconnected(PEER, "it said so"));
            await().until(() -> events.size() == 1);

            assertThat(logs.events()).singleElement().satisfies(event -> assertThat(event.getFormattedMessage())
                    .contains(PEER.hex(), "Failing"));
        }
    }

    @Test
    void nobodyIsToldOfANodeThatRoutesDoNotUse() throws Exception {
        context.getManagementStrategy().addEventNotifier(new Collecting(events));
        context.start();
        alice.tell(new PeerEvent.Disconnected(PEER, "too early"));
        alice.receive(PEER, TYPE, "behind it").get(10, TimeUnit.SECONDS);

        assertThat(events).isEmpty();
    }
}
