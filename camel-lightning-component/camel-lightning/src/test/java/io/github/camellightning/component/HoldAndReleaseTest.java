// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HoldAndReleaseTest extends LightningTestSupport {

    @Test
    void thePeerIsHeldUntilTheExchangeIsDone() throws Exception {
        start(in -> in.from("lightning:custommsg").routeId("in").process(gate));

        CompletableFuture<Void> first = alice.receive(PEER, TYPE, "1");
        await().until(() -> gate.entered().contains("1"));
        assertThat(first).isNotDone();
        assertThat(consumer("in").getHeld()).isEqualTo(1);

        gate.letThrough(1);
        first.get(10, TimeUnit.SECONDS);
        await().until(() -> consumer("in").getHandled() == 1);
        assertThat(consumer("in").getHeld()).isZero();
        await().until(() -> consumer("in").getOpenLanes() == 0);
    }

    @Test
    void onReceiptThePeerIsReleasedAtOnceYetItsMessagesRunOneByOne() throws Exception {
        start(in ->
                in.from("lightning:custommsg?releaseOn=receipt").routeId("in").process(gate));

        alice.receive(PEER, TYPE, "1").get(10, TimeUnit.SECONDS);
        alice.receive(PEER, TYPE, "2").get(10, TimeUnit.SECONDS);
        alice.receive(PEER, TYPE, "3").get(10, TimeUnit.SECONDS);

        await().until(() -> gate.entered().contains("1"));
        assertThat(gate.entered()).containsExactly("1");
        assertThat(consumer("in").getWaiting()).isEqualTo(2);
        gate.letThrough(1);
        await().until(() -> gate.entered().contains("2"));
        assertThat(gate.entered()).containsExactly("1", "2");
        gate.open();
        await().until(() -> consumer("in").getHandled() == 3);
        assertThat(gate.left()).containsExactly("1", "2", "3");
    }

    @Test
    void afterMaxHoldTheNextMessageIsReadButStartsOnlyWhenTheOneBeforeIsDone() throws Exception {
        start(in -> in.from("lightning:custommsg?maxHold=50ms").routeId("in").process(gate));

        CompletableFuture<Void> first = alice.receive(PEER, TYPE, "1");
        CompletableFuture<Void> second = alice.receive(PEER, TYPE, "2");

        first.get(10, TimeUnit.SECONDS);
        second.get(10, TimeUnit.SECONDS);
        await().until(() -> gate.entered().contains("1"));
        assertThat(gate.entered()).containsExactly("1");
        assertThat(consumer("in").getWaiting()).isEqualTo(1);
        gate.open();
        await().until(() -> consumer("in").getHandled() == 2);
        assertThat(gate.left()).containsExactly("1", "2");
    }
}
