// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** BIP 340's own vectors. */
class Bip340Test {

    private static final byte[] KEY = bytes("dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659");
    private static final byte[] MESSAGE = bytes("243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89");
    private static final byte[] SIGNATURE = bytes("6896bd60eeae296db48a229ff71dfe071bde413e6d43f917dc8dcf8c78de3341"
            + "8906d11ac976abccb20b091292bff4ea897efcb639ea871cfa95f6de339e4b0a");

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/vectors/bip340.csv", emptyValue = "")
    void aSignatureIsWhatTheSpecificationSays(int number, String key, String message, String signature, boolean valid) {
        byte[] content = message == null ? new byte[0] : bytes(message);
        assertThat(Bip340.verify(bytes(key), content, bytes(signature)))
                .as("vector %d", number)
                .isEqualTo(valid);
    }

    @Test
    void aBitThatIsAnotherIsASignatureNoMore() {
        assertThat(Bip340.verify(KEY, MESSAGE, SIGNATURE)).isTrue();
        for (int bit = 0; bit < 8 * SIGNATURE.length; bit += 5) {
            byte[] changed = SIGNATURE.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(Bip340.verify(KEY, MESSAGE, changed)).isFalse();
        }
    }

    @Test
    void whatHasAnotherLengthOrIsNothingButZerosIsNoSignature() {
        assertThat(Bip340.verify(KEY, MESSAGE, new byte[63])).isFalse();
        assertThat(Bip340.verify(KEY, MESSAGE, new byte[65])).isFalse();
        assertThat(Bip340.verify(KEY, MESSAGE, new byte[64])).isFalse();
        assertThat(Bip340.verify(new byte[31], MESSAGE, SIGNATURE)).isFalse();
        assertThat(Bip340.verify(new byte[32], MESSAGE, SIGNATURE)).isFalse();
    }
}
