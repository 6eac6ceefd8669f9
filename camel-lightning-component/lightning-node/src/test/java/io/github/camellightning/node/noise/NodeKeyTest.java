// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.camellightning.node.InvalidMessageException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.bouncycastle.math.ec.ECPoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeKeyTest {

    private static final String ORDER = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

    private final SecureRandom random = new SecureRandom();

    @Test
    void theSmallestAndTheLargestKeyAreKeys() {
        assertThat(NodeKey.of(key(BigInteger.ONE)).nodeId())
                .hasToString("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
        assertThat(NodeKey.of(key(order().subtract(BigInteger.ONE))).nodeId())
                .hasToString("0379be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                ORDER,
                "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364142",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1",
                "00a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2",
                ""
            })
    void whatIsNoKeyIsRefusedWithoutRepeatingIt(String secret) {
        assertThatExceptionOfType(InvalidMessageException.class)
                .isThrownBy(() -> NodeKey.of(HexFormat.of().parseHex(secret)))
                .withMessageStartingWith("Invalid node key: ")
                .satisfies(e -> assertThat(String.valueOf(e.getMessage())).doesNotContainPattern("[0-9a-f]{6}"));
    }

    @Test
    void aKeyComesBackAsItsBytesAndThoseAreACopy() {
        byte[] secret = key(BigInteger.TEN);
        var key = NodeKey.of(secret);
        secret[31] = 9;
        assertThat(key.secret()).isEqualTo(key(BigInteger.TEN));
        key.secret()[31] = 9;
        assertThat(key.secret()).isEqualTo(key(BigInteger.TEN));
        assertThat(key.nodeId()).isEqualTo(NodeKey.of(key(BigInteger.TEN)).nodeId());
    }

    @Test
    void generatedKeysDiffer() {
        assertThat(NodeKey.generate(random).nodeId())
                .isNotEqualTo(NodeKey.generate(random).nodeId());
    }

    @Test
    void aKeyPrintsItsNodeIdOnly() {
        var key = NodeKey.generate(random);
        assertThat(key).hasToString("the key of " + key.nodeId());
    }

    @Test
    void blindedMultiplicationGivesTheSameSharedSecret() {
        BigInteger[] secrets = {
            BigInteger.ONE, BigInteger.TWO, order().subtract(BigInteger.ONE), Secp256k1.randomScalar(random)
        };
        for (BigInteger secret : secrets) {
            for (int i = 0; i < 50; i++) {
                ECPoint point = Secp256k1.point(Secp256k1.publicKey(Secp256k1.randomScalar(random)));
                assertThat(Secp256k1.ecdhBlinded(secret, point, random)).isEqualTo(Secp256k1.ecdhOnce(secret, point));
            }
        }
    }

    private static BigInteger order() {
        return new BigInteger(ORDER, 16);
    }

    private static byte[] key(BigInteger scalar) {
        return HexFormat.of().parseHex(String.format("%064x", scalar));
    }
}
