// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What becomes of measured numbers. */
class FiguresTest {

    @Test
    void latenciesAreTheMedianAndWhatOneOfAHundredExceeds() {
        long[] descending =
                LongStream.rangeClosed(1, 1_000).map(i -> (1_001 - i) * 1_000).toArray();

        Latencies latencies = Latencies.of(descending, 500_000_000);

        assertThat(latencies).isEqualTo(new Latencies(2_000, 501, 990));
    }

    @Test
    void whatAProgramPrintsIsRead() {
        assertThat(Latencies.parse("12345.5 60.25 170\n")).isEqualTo(new Latencies(12_345.5, 60.25, 170));
    }

    @Test
    void whatIsNoThreeNumbersIsRefused() {
        assertThatThrownBy(() -> Latencies.parse("12345.5"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("12345.5");
    }

    @Test
    void aTrendIsFlatWhereItOnlyFluctuates() {
        assertThat(trend(2, 10, 14, 9, 10, 10, 13, 9, 11).isFlat()).isTrue();
    }

    @Test
    void aTrendGrowsWhereTheLaterHalfIsMoreThanTheTolerance() {
        assertThat(trend(2, 10, 11, 12, 13, 14, 15, 16, 17).isFlat()).isFalse();
    }

    @Test
    void whatWasOnceMuchAndIsLessIsFlat() {
        assertThat(trend(2, 50, 40, 10, 10).isFlat()).isTrue();
    }

    private static Trend trend(double tolerance, long... samples) {
        var trend = new Trend(tolerance);
        LongStream.of(samples).forEach(trend::add);
        return trend;
    }
}
