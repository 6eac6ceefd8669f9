// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.TimeoutException;
import io.github.camellightning.node.delivery.RefusedException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What operators are told that came of an exchange, and how it is counted. */
class OutcomeTest {

    @Test
    void whatFailedBeforeAnythingWasWrittenIsRefused() {
        assertThat(List.of(
                        new InvalidMessageException("too long"),
                        new NotConnectedException("gone"),
                        new QueueFullException("full"),
                        new TimeoutException("late")))
                .extracting(Outcome::of)
                .containsOnly(Outcome.REFUSED);
    }

    @Test
    void whatTheOtherSideRefusesIsAnErrorOfItsWhetherItMayBeSentAgainOrNot() {
        assertThat(Outcome.of(new RemoteErrorException(-32601, "Unknown command", null)))
                .isEqualTo(Outcome.ERROR);
        assertThat(Outcome.of(new RefusedException("its route failed", true))).isEqualTo(Outcome.ERROR);
    }

    @Test
    void whatMayHaveBeenDoneIsUnknownAndAnythingElseHasFailed() {
        assertThat(Outcome.of(new OutcomeUnknownException("who knows"))).isEqualTo(Outcome.UNKNOWN);
        assertThat(Outcome.of(new LightningException("no answer"))).isEqualTo(Outcome.FAILED);
        assertThat(Outcome.of(new IllegalStateException("a fault"))).isEqualTo(Outcome.FAILED);
        assertThat(Outcome.of(null)).isEqualTo(Outcome.OK);
    }

    @Test
    void anExchangeCountsForItsProducerAndForAllAlike() {
        var all = new SendCounts();
        var one = new SendCounts();
        SendCounts.Sending early = one.begin();
        one.addTo(all);
        SendCounts.Sending sending = one.begin();
        assertThat(one.inFlight()).isEqualTo(2);
        assertThat(all.inFlight()).isEqualTo(1);

        one.end(early, Outcome.OK);
        one.end(sending, Outcome.UNKNOWN);

        assertThat(one.sent()).isEqualTo(1);
        assertThat(all.sent()).as("it had begun before").isZero();
        assertThat(all.sum(Outcome.UNKNOWN)).isEqualTo(1);
        assertThat(one.inFlight()).isZero();
        assertThat(all.inFlight()).isZero();
        assertThat(one.meanMillis()).isPositive();
    }
}
