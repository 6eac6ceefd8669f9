// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Poly1305Test {

    private static final int BLOCK = 16;

    private final Poly1305 ours = new Poly1305();

    /** RFC 8439, appendix A.3, test vectors 7 to 11: sums and products at the modulus and around it. */
    @ParameterizedTest
    @CsvSource({
        "02, 00, ff*16, 03",
        "02, ff*16, 02, 03",
        "01, 00, ff*16 f0 ff*15 11 00*15, 05",
        "01, 00, ff*16 fb fe*15 01*16, 00",
        "02, 00, fd ff*15, fa ff*15"
    })
    void theRfcsVectorsAroundTheModulusHold(String r, String s, String data, String tag) {
        byte[] key = new byte[32];
        System.arraycopy(bytes(r), 0, key, 0, bytes(r).length);
        System.arraycopy(bytes(s), 0, key, 16, bytes(s).length);
        byte[] padded = Arrays.copyOf(bytes(data), (bytes(data).length + 15) / 16 * 16);

        assertThat(tag(key, padded)).isEqualTo(Arrays.copyOf(bytes(tag), 16));
        assertThat(tag(key, padded)).isEqualTo(tagOfBouncyCastle(key, padded));
    }

    @Test
    void everyLengthGivesTheTagOfWhatIsPaddedWithZeros() {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) 0xa7);
        for (int length = 0; length <= 100; length++) {
            byte[] data = new byte[length];
            Arrays.fill(data, (byte) (length + 1));

            assertThat(tag(key, data))
                    .as("%d bytes", length)
                    .isEqualTo(tagOfBouncyCastle(key, Arrays.copyOf(data, (length + 15) / BLOCK * BLOCK)));
        }
    }

    @Test
    void onesAsKeyAndDataNeverOverflow() {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) 0xff);
        for (int blocks = 0; blocks <= 5_000; blocks += blocks < 100 ? 1 : 700) {
            byte[] data = new byte[blocks * BLOCK];
            Arrays.fill(data, (byte) 0xff);

            assertThat(tag(key, data)).as("%d blocks", blocks).isEqualTo(tagOfBouncyCastle(key, data));
        }
    }

    @Property(tries = 2_000)
    void itAgreesWithBouncyCastleAlsoOnBytesThatCarryFar(@ForAll("keys") byte[] key, @ForAll("data") byte[] data) {
        assertThat(tag(key, data)).isEqualTo(tagOfBouncyCastle(key, data));
    }

    @Test
    void twoNumbersAreABlock() {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) 3);
        ours.start(key);
        ours.update(5, 0x1_0000_0001L);
        byte[] tag = new byte[Poly1305.TAG];
        ours.finish(tag, 0);

        assertThat(tag).isEqualTo(tagOfBouncyCastle(key, bytes("05 00*7 01 00*3 01 00*3")));
    }

    @Provide
    Arbitrary<byte[]> keys() {
        return farCarrying().array(byte[].class).ofSize(32);
    }

    @Provide
    Arbitrary<byte[]> data() {
        return Arbitraries.integers()
                .between(0, 20)
                .flatMap(blocks -> farCarrying().array(byte[].class).ofSize(blocks * BLOCK));
    }

    private static Arbitrary<Byte> farCarrying() {
        return Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just((byte) 0xff)),
                Tuple.of(1, Arbitraries.just((byte) 0)),
                Tuple.of(2, Arbitraries.bytes()));
    }

    private byte[] tag(byte[] key, byte[] data) {
        ours.start(key);
        ours.update(data, 0, data.length);
        byte[] tag = new byte[Poly1305.TAG];
        ours.finish(tag, 0);
        return tag;
    }

    private static byte[] tagOfBouncyCastle(byte[] key, byte[] data) {
        var theirs = new org.bouncycastle.crypto.macs.Poly1305();
        theirs.init(new KeyParameter(key));
        theirs.update(data, 0, data.length);
        byte[] tag = new byte[theirs.getMacSize()];
        theirs.doFinal(tag, 0);
        return tag;
    }

    /** Hex, a byte or so many of it: {@code 01 ff*15}. */
    private static byte[] bytes(String text) {
        var hex = new StringBuilder();
        for (String part : text.split(" ", -1)) {
            String[] byteAndCount = part.split("\\*", -1);
            hex.append(byteAndCount[0].repeat(byteAndCount.length == 1 ? 1 : Integer.parseInt(byteAndCount[1])));
        }
        return HexFormat.of().parseHex(hex);
    }
}
