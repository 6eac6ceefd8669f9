// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EscapedTest {

    @Test
    void printableAsciiStaysAsItIs() {
        assertThat(Escaped.of("Hello, world! ~{}'\"", 100)).isEqualTo("Hello, world! ~{}'\"");
    }

    @Test
    void whatMovesCursorsEndsLinesOrHidesIsMadeVisible() {
        assertThat(Escaped.of("a\r\nb\t\u001b[31m\u202e\u007fé", 100))
                .isEqualTo("a\\u000d\\u000ab\\u0009\\u001b[31m\\u202e\\u007f\\u00e9");
    }

    @Test
    void aBackslashCannotForgeAnEscape() {
        assertThat(Escaped.of("\\u000a", 100)).isEqualTo("\\\\u000a");
    }

    @Test
    void whatExceedsTheLimitIsCut() {
        assertThat(Escaped.of("0123456789", 10)).isEqualTo("0123456789");
        assertThat(Escaped.of("0123456789a", 10)).isEqualTo("0123456789...");
    }

    @Test
    void noEscapeIsCutInTheMiddle() {
        assertThat(Escaped.of("01234\n", 10)).isEqualTo("01234...");
    }

    @Test
    void bytesThatAreNoUtf8AreShownAsSuch() {
        assertThat(Escaped.of(new byte[] {'a', (byte) 0xff, 'b'}, 100)).isEqualTo("a\\ufffdb");
        assertThat(Escaped.of("ä".getBytes(UTF_8), 100)).isEqualTo("\\u00e4");
    }

    @Property(tries = 200)
    void whateverIsSaidTheResultIsOnePrintableLineWithinTheLimit(
            @ForAll String text, @ForAll byte[] bytes, @ForAll @IntRange(max = 300) int limit) {
        for (String escaped : new String[] {Escaped.of(text, limit), Escaped.of(bytes, limit)}) {
            assertThat(escaped.chars()).allMatch(c -> c >= ' ' && c < 0x7f);
            assertThat(escaped.length()).isLessThanOrEqualTo(limit + "...".length());
        }
    }
}
