// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import io.github.camellightning.node.wire.WireException.Rule;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TlvStreamTest {

    @Test
    void recordsAreInTheOrderOfTheirUnsignedTypes() {
        var stream =
                TlvStream.EMPTY.with(-1, new byte[] {1}).with(7, new byte[] {2}).with(Long.MAX_VALUE, new byte[0]);
        assertThat(stream.types()).containsExactly(7L, Long.MAX_VALUE, -1L);
        assertThat(stream.value(7)).hasValue(new byte[] {2});
        assertThat(stream.value(8)).isEmpty();
    }

    @Test
    void aStreamDoesNotChange() {
        byte[] value = {1};
        var one = TlvStream.EMPTY.with(1, value);
        value[0] = 9;
        one.value(1).orElseThrow()[0] = 9;
        var two = one.with(3, value).with(1, new byte[] {5});

        assertThat(one.types()).containsExactly(1L);
        assertThat(one.value(1)).hasValue(new byte[] {1});
        assertThat(two.value(1)).hasValue(new byte[] {5});
        assertThat(TlvStream.EMPTY.encode()).isEmpty();
    }

    @Test
    void evenTypesHaveToBeKnownAndOddOnesNeedNot() {
        var stream = TlvStream.EMPTY.with(2, new byte[0]).with(3, new byte[0]).with(-2, new byte[0]);
        assertThat(stream.requireNoUnknownEven(Set.of(2L, -2L)::contains)).isSameAs(stream);
        assertThatExceptionOfType(WireException.class)
                .isThrownBy(() -> stream.requireNoUnknownEven(Set.of(2L)::contains))
                .withMessageStartingWith("TLV type 18446744073709551614: ")
                .satisfies(e -> assertThat(e.rule()).isEqualTo(Rule.UNKNOWN_EVEN_TYPE));
    }

    @Test
    void whatIsRefusedIsNamedWithoutAStackTrace() {
        assertThatExceptionOfType(WireException.class)
                .isThrownBy(() -> TlvStream.parse(new byte[] {5, 0, 5, 0}))
                .withMessage("TLV type 5 after type 5: the types of a TLV stream have to ascend")
                .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
    }

    @Test
    void aLengthIsNotAllocatedAheadOfItsBytes() {
        var memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = memory.getCurrentThreadAllocatedBytes();
        for (long length : new long[] {64 << 20, Integer.MAX_VALUE - 8, Integer.MAX_VALUE, 1L << 32, -1}) {
            byte[] stream = new WireWriter().bigSize(1).bigSize(length).u64(0).toByteArray();
            assertThatExceptionOfType(WireException.class)
                    .isThrownBy(() -> TlvStream.parse(stream))
                    .satisfies(e -> assertThat(e.rule()).isEqualTo(Rule.TRUNCATED));
        }
        assertThat(memory.getCurrentThreadAllocatedBytes() - before).isLessThan(32 << 20);
    }

    @Property
    void eachStreamComesBack(@ForAll("records") Map<Long, byte[]> records) {
        var stream = stream(records);
        var parsed = TlvStream.parse(stream.encode());
        assertThat(parsed).isEqualTo(stream).hasSameHashCodeAs(stream);
        assertThat(parsed.types()).containsExactlyInAnyOrderElementsOf(records.keySet());
        records.forEach((type, value) -> assertThat(parsed.value(type)).hasValue(value));
    }

    @Property
    void anyBytesAreRefusedOrEncodeToThemselves(@ForAll("streams") byte[] bytes) {
        TlvStream stream;
        try {
            stream = TlvStream.parse(bytes);
        } catch (WireException refused) {
            assertThat(refused.rule()).isIn(Rule.TRUNCATED, Rule.NOT_MINIMAL, Rule.NOT_ASCENDING);
            return;
        }
        assertThat(stream.encode()).isEqualTo(bytes);
    }

    @Property
    void aStreamThatIsCutWithinARecordIsRefused(
            @ForAll("records") Map<Long, byte[]> records, @ForAll @Size(max = 300) byte[] value, @ForAll int cut) {
        Assume.that(!records.containsKey(-1L));
        byte[] whole = stream(records).encode();
        byte[] record =
                new WireWriter().bigSize(-1).bigSize(value.length).bytes(value).toByteArray();
        byte[] stream = new WireWriter()
                .bytes(whole)
                .bytes(Arrays.copyOf(record, 1 + Integer.remainderUnsigned(cut, record.length - 1)))
                .toByteArray();
        assertThatExceptionOfType(WireException.class)
                .isThrownBy(() -> TlvStream.parse(stream))
                .satisfies(e -> assertThat(e.rule()).isEqualTo(Rule.TRUNCATED));
    }

    @Provide
    Arbitrary<Map<Long, byte[]>> records() {
        return Arbitraries.maps(
                        numbers(), Arbitraries.bytes().array(byte[].class).ofMaxSize(300))
                .ofMaxSize(20);
    }

    @Provide
    Arbitrary<Long> numbers() {
        return Arbitraries.integers().between(0, 63).flatMap(shift -> Arbitraries.longs()
                .map(number -> number >>> shift));
    }

    /** Noise, and valid streams with one byte altered, which come further. */
    @Provide
    Arbitrary<byte[]> streams() {
        var noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
        var altered = records()
                .flatMap(records -> Arbitraries.integers().between(0, 100_000).flatMap(index -> Arbitraries.bytes()
                        .map(change -> {
                            byte[] bytes = stream(records).encode();
                            if (bytes.length > 0) {
                                bytes[index % bytes.length] ^= change;
                            }
                            return bytes;
                        })));
        return Arbitraries.oneOf(noise, altered);
    }

    private static TlvStream stream(Map<Long, byte[]> records) {
        var stream = TlvStream.EMPTY;
        for (var record : records.entrySet()) {
            stream = stream.with(record.getKey(), record.getValue());
        }
        return stream;
    }
}
