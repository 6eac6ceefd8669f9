// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.console.DevConsole;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;
import org.junit.jupiter.api.Test;

/** The dev console {@code lightning}, found as Camel finds consoles. */
class DevConsoleTest extends LightningTestSupport {

    private final TestNode bob = new TestNode(2);

    private Object call(DevConsole.MediaType type) {
        DevConsole console = PluginHelper.getDevConsoleResolver(context).resolveDevConsole("lightning");
        assertThat(console.getId()).isEqualTo("lightning");
        return console.call(type, Map.of());
    }

    private void exchangeMessages() throws Exception {
        TestNode.connect(alice, bob);
        bob.start();
        start(in -> {
            in.from("direct:out").to("lightning:sendcustommsg?messageType=37913&peerId=" + bob.nodeId());
            in.from("direct:ask").to("lightning:commando/getinfo?rune=c2VjcmV0&peerId=" + bob.nodeId());
            in.from("lightning:custommsg").routeId("in").to("mock:in");
        });
        context.createProducerTemplate().sendBody("direct:out", "hello");
        assertThat(catchThrowable(() -> context.createProducerTemplate().sendBody("direct:ask", "{}")))
                .isNotNull();
        alice.receive(PEER, TYPE, "hello").get(10, TimeUnit.SECONDS);
    }

    private static JsonObject first(JsonObject of, String list) {
        return (JsonObject) ((JsonArray) of.get(list)).get(0);
    }

    @Test
    void itShowsNodesPeersRoutesAndOperationsAsJson() throws Exception {
        exchangeMessages();

        JsonObject node = first((JsonObject) call(DevConsole.MediaType.JSON), "nodes");

        assertThat(node)
                .containsEntry("name", "alice")
                .containsEntry("id", alice.nodeId().hex())
                .containsEntry("status", "UP")
                .containsEntry("kind", "TestNode")
                .containsEntry("reconnects", 0L);
        assertThat(first(node, "peers")).containsEntry("id", bob.nodeId().hex());
        assertThat(first(node, "routes"))
                .containsEntry("routeId", "in")
                .containsEntry("from", "lightning:custommsg")
                .containsEntry("state", "Started")
                .containsEntry("received", 1L)
                .containsEntry("handled", 1L)
                .containsEntry("inFlight", 0L)
                .containsKey("perSecond");
        assertThat((JsonArray) node.get("operations"))
                .anySatisfy(operation -> assertThat((JsonObject) operation)
                        .containsEntry("to", "sendcustommsg")
                        .containsEntry("sent", 1L)
                        .containsEntry("inFlight", 0L))
                .anySatisfy(operation -> assertThat((JsonObject) operation)
                        .containsEntry("to", "commando")
                        .containsEntry("refused", 1L))
                .anySatisfy(operation -> assertThat((JsonObject) operation)
                        .containsEntry("from", "custommsg")
                        .containsEntry("received", 1L));
    }

    @Test
    void itShowsTheSameAsTextAndNoRune() throws Exception {
        exchangeMessages();

        String text = (String) call(DevConsole.MediaType.TEXT);

        assertThat(text.lines())
                .anyMatch(line -> line.startsWith("Node name=alice id=" + alice.nodeId()))
                .anyMatch(line -> line.startsWith("    Peer id=" + bob.nodeId()))
                .anyMatch(line -> line.startsWith("    Route routeId=in from=lightning:custommsg"))
                .anyMatch(line -> line.startsWith("    Operation to=sendcustommsg sent=1"));
        assertThat(text).doesNotContain("c2VjcmV0");
        assertThat(call(DevConsole.MediaType.JSON).toString()).doesNotContain("c2VjcmV0");
    }

    @Test
    void manyPeersAreCounted() throws Exception {
        for (int i = 0; i < 103; i++) {
            TestNode.connect(alice, new TestNode(1_000 + i));
        }
        start(in -> in.from("lightning:custommsg").to("mock:in"));

        JsonObject node = first((JsonObject) call(DevConsole.MediaType.JSON), "nodes");

        JsonArray peers = (JsonArray) node.get("peers");
        assertThat(peers).hasSize(101);
        assertThat((JsonObject) peers.get(100)).containsEntry("more", 3);
    }

    @Test
    void beforeAnyRouteUsesANodeItSaysSo() {
        context.start();

        assertThat((String) call(DevConsole.MediaType.TEXT)).contains("No route uses a Lightning node yet");
    }

    @Test
    void aRateIsThatBetweenTwoLooksOfASecondOrMore() {
        var clock = new AtomicLong();
        var rates = new Rates(clock::get);
        clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(rates.perSecond("a", 100)).isEqualTo(50);
        clock.addAndGet(TimeUnit.SECONDS.toNanos(1) - 1);
        assertThat(rates.perSecond("a", 1_000)).as("too soon").isEqualTo(50);
        clock.addAndGet(1);
        assertThat(rates.perSecond("a", 1_100)).isEqualTo(1_000);
        assertThat(rates.perSecond("b", 6)).as("of another").isEqualTo(2);
        clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(rates.perSecond("a", 0)).as("begun anew").isZero();
    }
}
