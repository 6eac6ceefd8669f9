// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MethodSpec;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Two applications on one node, neither of which knows of the other. */
class TwoApplicationsTest extends PluginTestSupport {

    @Test
    void twoApplicationsGetEveryMessageAndOneThatStopsWhileItHoldsHurtsNobody() throws Exception {
        var atAlice = new Collector();
        Collector atOther = Collector.holding();
        CoreLightningNode other = application();
        alice.onMessage(MessageFilter.all(), atAlice);
        other.onMessage(MessageFilter.all(), atOther);
        get(alice.start());
        get(other.start());
        SimulatedLightningd bob = lightning.start("bob");
        bob.connectTo(daemon);
        bob.send(daemon, 40_001, new byte[] {1});
        atOther.await(1);

        CompletableFuture<Void> stopped = other.stop().toCompletableFuture();
        atOther.release();
        get(stopped);
        bob.send(daemon, 40_003, new byte[] {2});

        assertThat(atAlice.await(2))
                .extracting(message -> message.message().type())
                .containsExactly(40_001, 40_003);
        assertThat(atOther.count()).isEqualTo(1);
    }

    @Test
    void aCommandOfOneApplicationIsRefusedToAnother() throws Exception {
        alice.onMethod(new MethodSpec("orders", "", "x"), params -> nothing());
        get(alice.start());
        CoreLightningNode other = application();
        other.onMethod(new MethodSpec("orders", "", "x"), params -> nothing());

        assertThat(failure(InvalidMessageException.class, other.start())).hasMessageContaining("orders");
        run("orders", "{}");
    }
}
