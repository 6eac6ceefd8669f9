// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the daemon tells, and what an application tells others through it. */
class NotificationsTest extends PluginTestSupport {

    private static List<JsonNode> heard(CoreLightningNode node, String topic) {
        var heard = new CopyOnWriteArrayList<JsonNode>();
        node.onNotification(topic, heard::add);
        return heard;
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) Json.read(json);
    }

    @Test
    void aListenerGetsThePayloadWithoutWhatItIsWrappedInto() throws Exception {
        List<JsonNode> heard = heard(alice, "invoice_payment");
        get(alice.start());

        daemon.notify("invoice_payment", object("{\"label\":\"tea\",\"msat\":1000}"));

        await().atMost(PATIENCE).until(() -> !heard.isEmpty());
        assertThat(heard).containsExactly(object("{\"label\":\"tea\",\"msat\":1000}"));
    }

    @Test
    void notificationsComeInTheirOrder() throws Exception {
        List<JsonNode> heard = heard(alice, "block_added");
        get(alice.start());

        IntStream.range(0, 1_000).forEach(i -> daemon.notify("block_added", object("{\"height\":" + i + "}")));

        await().atMost(PATIENCE).until(() -> heard.size() == 1_000);
        assertThat(heard)
                .extracting(told -> told.path("height").asInt())
                .isEqualTo(IntStream.range(0, 1_000).boxed().toList());
    }

    @Test
    void oneListenerCanHearAllAndIsToldTheTopic() throws Exception {
        List<JsonNode> heard = heard(alice, "*");
        get(alice.start());

        daemon.notify("invoice_payment", object("{\"label\":\"tea\"}"));

        await().atMost(PATIENCE).until(() -> heard.contains(object("{\"invoice_payment\":{\"label\":\"tea\"}}")));
    }

    @Test
    void aTopicThatOneListenerNamesAndAnotherHasAmongAllComesToEachOnce() throws Exception {
        List<JsonNode> all = heard(alice, "*");
        List<JsonNode> named = heard(alice, "block_added");
        get(alice.start());

        daemon.notify("block_added", object("{\"height\":1}"));
        daemon.notify("block_added", object("{\"height\":2}"));

        await().atMost(PATIENCE).until(() -> all.contains(object("{\"block_added\":{\"height\":2}}")));
        assertThat(named).containsExactly(object("{\"height\":1}"), object("{\"height\":2}"));
        assertThat(all).filteredOn(told -> told.has("block_added")).hasSize(2);
    }

    @Test
    void aListenerThatFailsHurtsNobody() throws Exception {
        alice.onNotification("block_added", told -> {
            throw new IllegalStateException("broken listener");
        });
        List<JsonNode> heard = heard(alice, "block_added");
        get(alice.start());

        daemon.notify("block_added", object("{\"height\":1}"));
        daemon.notify("block_added", object("{\"height\":2}"));

        await().atMost(PATIENCE).until(() -> heard.size() == 2);
    }

    @Test
    void aListenerThatComesLaterHearsOnceItIsInForceAndNothingTwice() throws Exception {
        List<JsonNode> early = heard(alice, "block_added");
        get(alice.start());
        List<JsonNode> late = new CopyOnWriteArrayList<>();
        get(alice.onNotification("*", late::add).inForce());

        daemon.notify("block_added", object("{\"height\":1}"));
        daemon.notify("invoice_payment", object("{\"label\":\"tea\"}"));

        await().atMost(PATIENCE).until(() -> late.contains(object("{\"invoice_payment\":{\"label\":\"tea\"}}")));
        await().atMost(PATIENCE).until(() -> late.contains(object("{\"block_added\":{\"height\":1}}")));
        assertThat(early).containsExactly(object("{\"height\":1}"));
        assertThat(late).filteredOn(told -> told.has("block_added")).hasSize(1);
        assertThat(plugins()).isEqualTo(2);
    }

    @Test
    void aClosedListenerHearsNothingMore() throws Exception {
        List<JsonNode> closed = new CopyOnWriteArrayList<>();
        Registration registration = alice.onNotification("block_added", closed::add);
        List<JsonNode> open = heard(alice, "block_added");
        get(alice.start());

        registration.close();
        daemon.notify("block_added", object("{\"height\":1}"));

        await().atMost(PATIENCE).until(() -> !open.isEmpty());
        assertThat(closed).isEmpty();
    }

    @Test
    void connectAndDisconnectAreHeardAsPeerEventsAndAsNotificationsAlike() throws Exception {
        List<JsonNode> connects = heard(alice, "connect");
        var events = new CopyOnWriteArrayList<Object>();
        alice.onPeerEvent(events::add);
        get(alice.start());
        SimulatedLightningd bob = lightning.start("bob");

        daemon.connectTo(bob);

        await().atMost(PATIENCE).until(() -> !connects.isEmpty() && !events.isEmpty());
        assertThat(connects.get(0).path("id").asText()).isEqualTo(bob.nodeId().hex());
    }

    @Test
    void whatIsAnnouncedAndSentOthersHear() throws Exception {
        alice.announce("order_placed");
        get(alice.start());
        CoreLightningNode other = application();
        List<JsonNode> heard = heard(other, "order_placed");
        get(other.start());

        get(alice.emit("order_placed", object("{\"id\":1,\"order_placed\":{\"by\":\"Zoë\"}}")));
        get(alice.emit("order_placed", Json.read("[1.50]")));

        await().atMost(PATIENCE).until(() -> heard.size() == 2);
        assertThat(heard).containsExactly(object("{\"id\":1,\"order_placed\":{\"by\":\"Zoë\"}}"), Json.read("[1.50]"));
    }

    @Test
    void aTopicThatIsAnnouncedLaterWorksOnceItIsInForce() throws Exception {
        get(alice.start());
        CoreLightningNode other = application();
        List<JsonNode> heard = heard(other, "order_placed");
        get(other.start());

        get(alice.announce("order_placed").inForce());
        get(alice.emit("order_placed", object("{\"id\":1}")));

        await().atMost(PATIENCE).until(() -> !heard.isEmpty());
        assertThat(heard).containsExactly(object("{\"id\":1}"));
    }

    @Test
    void aTopicThatIsNotAnnouncedIsRefused() throws Exception {
        get(alice.start());

        assertThat(failure(InvalidMessageException.class, alice.emit("order_placed", object("{}"))))
                .hasMessageContaining("order_placed");
    }

    @Test
    void nothingIsSentWhileTheNodeIsDown() {
        alice.announce("order_placed");

        failure(NotConnectedException.class, alice.emit("order_placed", object("{}")));
    }

    @Test
    void topicsThatOnlyTheDaemonSendsCannotBeAnnounced() {
        for (String topic : List.of("connect", "log", "shutdown")) {
            assertThatThrownBy(() -> alice.announce(topic))
                    .isInstanceOf(InvalidMessageException.class)
                    .hasMessageContaining(topic);
        }
    }
}
