// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.TypeRanges.Range;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TypeRangesTest {

    @Test
    void typesAndRangesAreWrittenWithCommasDecimalOrHex() {
        var types = TypeRanges.parse("0x8001, 40000-40002,50001");

        assertThat(types.ranges())
                .containsExactly(new Range(32_769, 32_769), new Range(40_000, 40_002), new Range(50_001, 50_001));
    }

    @Test
    void bothEndsOfARangeBelongToIt() {
        var types = TypeRanges.parse("0x8001-0x8003");

        assertThat(IntStream.rangeClosed(0x8000, 0x8004).filter(types::contains))
                .containsExactly(0x8001, 0x8002, 0x8003);
    }

    @Test
    void rangesThatTouchOrOverlapBecomeOne() {
        assertThat(TypeRanges.parse("5-7,8,6-10,12").ranges()).containsExactly(new Range(5, 10), new Range(12, 12));
    }

    @Test
    void everyTypeThereIsMayBeMeant() {
        assertThat(TypeRanges.parse("0-65535").ranges()).containsExactly(new Range(0, 65_535));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", ",", "1,", ",1", "1,,2", "-", "1-", "-1", "1-2-3", "x", "1 2", "65536", "1-65536", "+1"
            })
    void whatIsNoTypeOrRangeIsRefused(String text) {
        assertThatThrownBy(() -> TypeRanges.parse(text))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("Invalid message type")
                .hasMessageContaining("0 to 65535");
    }

    @Test
    void aRangeThatEndsBeforeItStartsIsRefused() {
        assertThatThrownBy(() -> TypeRanges.parse("1,9-8"))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("'9-8'")
                .hasMessageContaining("ends before it starts");
    }

    @Test
    void typesOutsideOf16BitsAreRefused() {
        assertThatThrownBy(() -> TypeRanges.of(1, -1)).isInstanceOf(InvalidMessageException.class);
        assertThatThrownBy(() -> TypeRanges.of(65_536)).isInstanceOf(InvalidMessageException.class);
    }

    @Test
    void theDefaultIsAllButWhatBoltsReserveAndCommando() {
        assertThat(IntStream.rangeClosed(0, 65_535).filter(type -> !TypeRanges.DEFAULT.contains(type)))
                .containsExactlyElementsOf(
                        IntStream.concat(IntStream.range(0, 1_024), IntStream.of(0x4c4d, 0x4c4f, 0x594b, 0x594d))
                                .boxed()
                                .toList());
    }

    @Test
    void noneIsEmptyAndNothingElseIs() {
        assertThat(TypeRanges.NONE.isEmpty()).isTrue();
        assertThat(TypeRanges.NONE.ranges()).isEmpty();
        assertThat(TypeRanges.of(0).isEmpty()).isFalse();
    }

    @Property(tries = 200)
    void whatIsPrintedReadsTheSame(@ForAll @Size(min = 1, max = 20) List<@IntRange(max = 65_535) Integer> types) {
        var ranges = TypeRanges.of(types.stream().mapToInt(Integer::intValue).toArray());

        assertThat(TypeRanges.parse(ranges.toString())).isEqualTo(ranges).hasSameHashCodeAs(ranges);
        assertThat(types).allMatch(ranges::contains);
    }
}
