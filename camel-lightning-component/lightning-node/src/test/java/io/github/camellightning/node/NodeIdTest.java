// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeIdTest {

    /** The generator of secp256k1. */
    private static final String X = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

    @Test
    void aCompressedPointOfTheCurveIsANodeId() {
        assertThat(new NodeId("02" + X).hex()).isEqualTo("02" + X);
        assertThat(new NodeId("03" + X)).hasToString("03" + X);
    }

    @Test
    void upperCaseAndBlanksAroundItMeanTheSame() {
        assertThat(new NodeId("  02" + X.toUpperCase(Locale.ROOT) + "\n")).isEqualTo(new NodeId("02" + X));
    }

    @Test
    void bytesAndHexAreTheSameId() {
        byte[] bytes = HexFormat.of().parseHex("03" + X);

        assertThat(NodeId.of(bytes)).isEqualTo(new NodeId("03" + X));
        assertThat(NodeId.of(bytes).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource({
        "00, 66 hex digits",
        "'', 66 hex digits",
        "02, 66 hex digits",
        "02" + X + "00, 66 hex digits",
        "02" + X + "0, 66 hex digits",
        "000000000000000000000000000000000000000000000000000000000000000000, starts with 02 or 03",
        "04" + X + ", starts with 02 or 03",
        "0x" + X + ", starts with 02 or 03",
        "020000000000000000000000000000000000000000000000000000000000000000, not a point of secp256k1",
        "020000000000000000000000000000000000000000000000000000000000000005, not a point of secp256k1",
        "02ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff, not a point of secp256k1",
        "02fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f, not a point of secp256k1",
        "02zz" + "667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f8179811, 66 hex digits",
        "02-e667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f8179811, 66 hex digits"
    })
    void whatIsNoCompressedPointIsRefusedNamingTheValueAndTheRule(String hex, String rule) {
        assertThatThrownBy(() -> new NodeId(hex))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageStartingWith("Invalid node id '" + hex)
                .hasMessageContaining(rule);
    }

    @Test
    void anUncompressedPointIsRefused() {
        String y = "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";

        assertThatThrownBy(() -> new NodeId("04" + X + y)).hasMessageContaining("66 hex digits, this has 130");
    }

    @Test
    void aLongValueIsCutInTheMessage() {
        assertThatThrownBy(() -> new NodeId("\r".repeat(5) + "f".repeat(100_000)))
                .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(200));
    }

    @Test
    void idsAreOrderedAsTheirBytesAre() {
        assertThat(new NodeId("02" + X)).isLessThan(new NodeId("03" + X));
        assertThat(new NodeId("02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"))
                .isGreaterThan(new NodeId("02" + X));
    }
}
