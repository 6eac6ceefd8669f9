// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.testkit.lightningd.NodeSettings;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** lightningd asks each plugin only about the types that its listeners want, and every message reaches each listener once. */
class HookFiltersTest extends PluginTestSupport {

    private SimulatedLightningd bob;

    @BeforeEach
    void aPeerIsConnected() {
        bob = lightning.start("bob");
        bob.connectTo(daemon);
    }

    private void bobSends(int... types) {
        for (int type : types) {
            bob.send(daemon, type, new byte[] {1});
        }
    }

    private static List<Integer> types(Collector collector) {
        return collector.received().stream()
                .map(received -> received.message().type())
                .toList();
    }

    private static void register(CoreLightningNode node, Collector at, int type) throws Exception {
        get(node.onMessage(MessageFilter.types(type), at).inForce());
    }

    @Test
    void aListenerThatComesLaterTakesOneMorePlugin() throws Exception {
        var first = new Collector();
        alice.onMessage(MessageFilter.types(40_001), first);
        get(alice.start());
        var second = new Collector();

        register(alice, second, 40_003);

        assertThat(plugins()).isEqualTo(2);
        bobSends(40_001, 40_003, 40_005, 40_001);
        await().atMost(PATIENCE).until(() -> types(first).equals(List.of(40_001, 40_001)));
        assertThat(types(second)).containsExactly(40_003);
    }

    @Test
    void oneThatWantsWhatIsAskedForAlreadyTakesNone() throws Exception {
        var first = new Collector();
        Registration gone = alice.onMessage(MessageFilter.types(40_001), first);
        get(alice.start());
        gone.close();
        var second = new Collector();

        register(alice, second, 40_001);

        assertThat(plugins()).isEqualTo(1);
        bobSends(40_001);
        second.await(1);
        assertThat(first.received()).isEmpty();
    }

    @Test
    void whatTwoPluginsAreAskedAboutComesOnce() throws Exception {
        var some = new Collector();
        alice.onMessage(MessageFilter.types(40_001), some);
        get(alice.start());
        var all = new Collector();

        get(alice.onMessage(MessageFilter.all(), all).inForce());

        bobSends(40_001, 40_003, 40_001, 40_003);
        await().atMost(PATIENCE).until(() -> types(all).equals(List.of(40_001, 40_003, 40_001, 40_003)));
        assertThat(types(some)).containsExactly(40_001, 40_001);
    }

    @Test
    void manyThatComeLaterTakeFewPlugins() throws Exception {
        get(alice.start());
        var collectors = new ArrayList<Collector>();
        for (int type = 40_001; type <= 40_019; type += 2) {
            var collector = new Collector();
            collectors.add(collector);
            register(alice, collector, type);
        }

        assertThat(plugins()).isEqualTo(5);
        for (int type = 40_001; type <= 40_019; type += 2) {
            bobSends(type, type);
        }
        for (Collector collector : collectors) {
            collector.await(2);
        }
        assertThat(collectors)
                .allSatisfy(collector -> assertThat(types(collector)).hasSize(2));
    }

    @Test
    void aDaemonThatKnowsNoFiltersIsNoDifferent() throws Exception {
        SimulatedLightningd old = lightning.start("old", NodeSettings.defaults().withVersion("v25.09"));
        bob.connectTo(old);
        var node = new CoreLightningNode();
        node.setRpcFile(old.rpcFile().toString());
        var first = new Collector();
        node.onMessage(MessageFilter.types(40_001), first);
        get(node.start());
        try {
            var second = new Collector();
            register(node, second, 40_003);

            for (int type : new int[] {40_001, 40_003, 40_005, 40_003}) {
                bob.send(old, type, new byte[] {1});
            }

            await().atMost(PATIENCE).until(() -> types(second).equals(List.of(40_003, 40_003)));
            assertThat(types(first)).containsExactly(40_001);
        } finally {
            get(node.stop());
        }
    }
}
