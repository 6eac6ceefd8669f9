// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.wire.WireException.Rule;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class WireReaderTest {

    @Property
    void whatWasWrittenIsRead(
            @ForAll @IntRange(max = 0xff) int u8,
            @ForAll @IntRange(max = 0xffff) int u16,
            @ForAll @LongRange(max = 0xffffffffL) long u32,
            @ForAll long u64,
            @ForAll long bigSize,
            @ForAll byte[] bytes,
            @ForAll long tu64) {
        byte[] written = new WireWriter()
                .u8(u8)
                .u16(u16)
                .u32(u32)
                .u64(u64)
                .bigSize(bigSize)
                .bytes(bytes)
                .tu64(tu64)
                .toByteArray();
        var reader = new WireReader(written);
        assertThat(reader.u8()).isEqualTo(u8);
        assertThat(reader.u16()).isEqualTo(u16);
        assertThat(reader.u32()).isEqualTo(u32);
        assertThat(reader.u64()).isEqualTo(u64);
        assertThat(reader.bigSize()).isEqualTo(bigSize);
        assertThat(reader.bytes(bytes.length)).isEqualTo(bytes);
        assertThat(reader.tu64()).isEqualTo(tu64);
        reader.requireEnd("everything");
    }

    @Test
    void numbersAreUnsignedAndBigEndian() {
        byte[] bytes = {-1, -2, -3, -4, -5, -6, -7, -8};
        assertThat(new WireReader(bytes).u8()).isEqualTo(0xff);
        assertThat(new WireReader(bytes).u16()).isEqualTo(0xfffe);
        assertThat(new WireReader(bytes).u32()).isEqualTo(0xfffefdfcL);
        assertThat(new WireReader(bytes).u64()).isEqualTo(0xfffefdfcfbfaf9f8L);
        assertThat(new WireReader(bytes).tu64()).isEqualTo(0xfffefdfcfbfaf9f8L);
    }

    @Test
    void aReaderStaysWithinItsPartOfTheBytes() {
        var reader = new WireReader(new byte[] {1, 2, 3, 4}, 1, 2);
        assertThat(reader.remaining()).isEqualTo(2);
        assertThat(reader.u8()).isEqualTo(2);
        assertBroken(Rule.TRUNCATED, reader::u16);
        assertThat(reader.rest()).containsExactly(3);
        assertThat(reader.remaining()).isZero();
        assertThat(reader.rest()).isEmpty();
        assertBroken(Rule.TRUNCATED, reader::u8);
        assertThatThrownBy(() -> new WireReader(new byte[4], 3, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void aSliceIsReadWhereItIsAndTheReaderGoesOnBehindIt() {
        var reader = new WireReader(new byte[] {1, 2, 3, 4});
        WireReader slice = reader.slice(3);
        assertThat(reader.rest()).containsExactly(4);
        assertThat(slice.u8()).isEqualTo(1);
        assertThat(slice.slice(1).rest()).containsExactly(2);
        assertThat(slice.rest()).containsExactly(3);
        assertBroken(Rule.TRUNCATED, () -> slice.slice(1));
        assertBroken(Rule.TRUNCATED, () -> slice.slice(-1));
    }

    @Test
    void whatIsTooShortIsRefused() {
        byte[] bytes = {1};
        assertBroken(Rule.TRUNCATED, () -> new WireReader(bytes).u16());
        assertBroken(Rule.TRUNCATED, () -> new WireReader(bytes).u32());
        assertBroken(Rule.TRUNCATED, () -> new WireReader(bytes).u64());
        assertBroken(Rule.TRUNCATED, () -> new WireReader(bytes).bytes(2));
        assertBroken(Rule.TRUNCATED, () -> new WireReader(bytes).bytes(-1));
        assertBroken(Rule.TRUNCATED, () -> new WireReader(bytes).bytes(1L << 32));
    }

    @Test
    void truncatedIntegersTakeAllThatRemainsWithoutLeadingZeros() {
        assertThat(new WireReader(new byte[0]).tu16()).isZero();
        assertThat(new WireReader(new byte[0]).tu32()).isZero();
        assertThat(new WireReader(new byte[0]).tu64()).isZero();
        assertThat(new WireReader(new byte[] {1, 0}).tu16()).isEqualTo(256);
        assertThat(new WireReader(new byte[] {1, 0, 0}).tu32()).isEqualTo(65_536);
        assertBroken(Rule.TRAILING_BYTES, () -> new WireReader(new byte[] {1, 0, 0}).tu16());
        assertBroken(Rule.TRAILING_BYTES, () -> new WireReader(new byte[] {1, 0, 0, 0, 0}).tu32());
        assertBroken(Rule.TRAILING_BYTES, () -> new WireReader(new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0}).tu64());
        assertBroken(Rule.NOT_MINIMAL, () -> new WireReader(new byte[] {0}).tu16());
        assertBroken(Rule.NOT_MINIMAL, () -> new WireReader(new byte[] {0, 1}).tu32());
        assertBroken(Rule.NOT_MINIMAL, () -> new WireReader(new byte[] {0, 1, 1}).tu64());
    }

    @Test
    void whatIsLeftOverIsNamed() {
        assertThatExceptionOfType(WireException.class)
                .isThrownBy(() -> new WireReader(new byte[3]).requireEnd("pong"))
                .withMessage("pong, 3 bytes too long: bytes are left where the field ends");
    }

    @Test
    void aNumberThatItsFieldCannotHoldIsNotWritten() {
        assertThatIllegalArgumentException().isThrownBy(() -> new WireWriter().u8(256));
        assertThatIllegalArgumentException().isThrownBy(() -> new WireWriter().u16(65_536));
        assertThatIllegalArgumentException().isThrownBy(() -> new WireWriter().u16(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WireWriter().u32(1L << 32))
                .withMessage("4294967296 is no u32: it is negative or takes more than 4 bytes");
    }

    private static void assertBroken(Rule rule, ThrowingCallable read) {
        assertThatExceptionOfType(WireException.class).isThrownBy(read).satisfies(e -> assertThat(e.rule())
                .isEqualTo(rule));
    }
}
