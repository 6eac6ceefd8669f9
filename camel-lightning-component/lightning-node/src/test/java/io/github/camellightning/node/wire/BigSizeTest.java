// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.wire;

import static io.github.camellightning.node.wire.Vectors.bytes;
import static io.github.camellightning.node.wire.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.wire.WireException.Rule;
import java.util.Arrays;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class BigSizeTest {

    @Test
    void allVectorsAreThere() {
        assertThat(Vectors.bigSize("decoding")).hasSize(18);
        assertThat(Vectors.bigSize("encoding")).hasSize(8);
    }

    @TestFactory
    Stream<DynamicTest> decodesWhatTheVectorSays() {
        return Vectors.bigSize("decoding")
                .map(vector -> dynamicTest(text(vector, "name"), () -> {
                    byte[] bytes = bytes(vector, "bytes");
                    if (vector.has("exp_error")) {
                        assertThat(ruleBrokenBy(bytes)).isEqualTo(rule(text(vector, "exp_error")));
                    } else {
                        assertThat(BigSize.decode(bytes)).isEqualTo(number(vector));
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> encodesWhatTheVectorSays() {
        return Vectors.bigSize("encoding")
                .map(vector -> dynamicTest(text(vector, "name"), () -> {
                    assertThat(BigSize.encode(number(vector))).isEqualTo(bytes(vector, "bytes"));
                    assertThat(BigSize.length(number(vector))).isEqualTo(bytes(vector, "bytes").length);
                }));
    }

    @Property
    void eachNumberComesBackFromAsManyBytesAsItsLengthSays(@ForAll("numbers") long number) {
        byte[] encoded = BigSize.encode(number);
        assertThat(encoded).hasSize(BigSize.length(number));
        assertThat(BigSize.decode(encoded)).isEqualTo(number);
    }

    @Property
    void aByteMoreOrLessIsRefused(@ForAll("numbers") long number) {
        byte[] encoded = BigSize.encode(number);
        assertThat(ruleBrokenBy(Arrays.copyOf(encoded, encoded.length + 1))).isEqualTo(Rule.TRAILING_BYTES);
        assertThat(ruleBrokenBy(Arrays.copyOf(encoded, encoded.length - 1))).isEqualTo(Rule.TRUNCATED);
    }

    @Property
    void noOtherBytesStandForANumber(@ForAll @Size(max = 10) byte[] bytes) {
        try {
            assertThat(BigSize.encode(BigSize.decode(bytes))).isEqualTo(bytes);
        } catch (WireException refused) {
            assertThat(refused.rule()).isIn(Rule.TRUNCATED, Rule.TRAILING_BYTES, Rule.NOT_MINIMAL);
        }
    }

    /** Of each length about as often. */
    @Provide
    Arbitrary<Long> numbers() {
        return Arbitraries.integers().between(0, 63).flatMap(shift -> Arbitraries.longs()
                .map(number -> number >>> shift));
    }

    private static long number(JsonNode vector) {
        return Long.parseUnsignedLong(text(vector, "value"));
    }

    private static Rule rule(String expected) {
        return switch (expected) {
            case "decoded bigsize is not canonical" -> Rule.NOT_MINIMAL;
            case "unexpected EOF", "EOF" -> Rule.TRUNCATED;
            default -> throw new AssertionError("a vector with the unknown error " + expected);
        };
    }

    private static Rule ruleBrokenBy(byte[] bytes) {
        return catchThrowableOfType(WireException.class, () -> BigSize.decode(bytes))
                .rule();
    }
}
