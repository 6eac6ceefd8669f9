// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.wire;

import static io.github.camellightning.node.wire.Vectors.bytes;
import static io.github.camellightning.node.wire.Vectors.text;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.wire.WireException.Rule;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Appendix B of BOLT 1, with the two namespaces that it defines. */
class TlvVectorsTest {

    /** What a namespace knows: how the value of each type reads, in the words of the vectors. */
    private record Namespace(Map<Long, Function<WireReader, String>> types) {

        String read(byte[] bytes) {
            var stream = TlvStream.parse(bytes).requireNoUnknownEven(types::containsKey);
            return stream.types().stream()
                    .filter(types::containsKey)
                    .map(type -> readValue(type, stream.value(type).orElseThrow()))
                    .collect(Collectors.joining(" "));
        }

        private String readValue(Long type, byte[] value) {
            var reader = new WireReader(value);
            String text = requireNonNull(types.get(type)).apply(reader);
            reader.requireEnd("TLV type " + type);
            return text;
        }
    }

    private static final Namespace N1 = new Namespace(Map.of(
            1L, reader -> "`tlv1` `amount_msat`=" + Long.toUnsignedString(reader.tu64()),
            2L, reader -> "`tlv2` `scid`=" + shortChannelId(reader.u64()),
            3L,
                    reader -> "`tlv3` `node_id`=" + NodeId.of(reader.bytes(NodeId.LENGTH)) + " `amount_msat_1`="
                            + reader.u64() + " `amount_msat_2`=" + reader.u64(),
            254L, reader -> "`tlv4` `cltv_delta`=" + reader.u16()));

    private static final Namespace N2 = new Namespace(Map.of(
            0L, reader -> "`tlv1` `amount_msat`=" + Long.toUnsignedString(reader.tu64()),
            11L, reader -> "`tlv2` `cltv_expiry`=" + reader.tu32()));

    @Test
    void allVectorsAreThere() {
        assertThat(Vectors.tlv("TLV Decoding Failures")).hasSize(33);
        assertThat(Vectors.tlv("TLV Decoding Successes")).hasSize(19);
        assertThat(Vectors.tlv("TLV Stream Decoding Failure")).hasSize(5);
    }

    @TestFactory
    Stream<DynamicTest> readsWhatIsValid() {
        return Vectors.tlv("TLV Decoding Successes")
                .map(vector -> test(vector, () -> {
                    byte[] stream = bytes(vector, "stream");
                    assertThat(TlvStream.parse(stream).encode()).isEqualTo(stream);
                    if (vector.has("values")) {
                        assertThat(N1.read(stream)).isEqualTo(text(vector, "values"));
                    } else {
                        assertThat(N1.read(stream)).isEmpty();
                        assertThat(N2.read(stream)).isEmpty();
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> refusesWhatIsInvalid() {
        return Stream.of("TLV Decoding Failures", "TLV Stream Decoding Failure")
                .flatMap(Vectors::tlv)
                .map(vector -> test(vector, () -> {
                    assertRefused(N1, vector);
                    if (!text(vector, "reason").contains("`n1`")) {
                        assertRefused(N2, vector);
                    }
                }));
    }

    @Test
    void theSecondNamespaceReadsItsOwnTypes() {
        var stream = TlvStream.EMPTY.with(11, new byte[] {2, 38}).with(0, new byte[] {1, 0});
        assertThat(N2.read(stream.encode())).isEqualTo("`tlv1` `amount_msat`=256 `tlv2` `cltv_expiry`=550");
    }

    private static DynamicTest test(JsonNode vector, Runnable test) {
        String stream = text(vector, "stream");
        return dynamicTest("stream " + stream, test::run);
    }

    private static void assertRefused(Namespace namespace, JsonNode vector) {
        var refusal = catchThrowable(() -> namespace.read(bytes(vector, "stream")));
        if (text(vector, "reason").contains("not a valid point")) {
            assertThat(refusal).isInstanceOf(InvalidMessageException.class);
        } else {
            assertThat(refusal).isInstanceOfSatisfying(WireException.class, e -> assertThat(e.rule())
                    .isEqualTo(rule(text(vector, "reason"))));
        }
    }

    private static Rule rule(String reason) {
        return switch (reason.replaceAll("`[^`]+`s? ?", "").trim()) {
            case "type truncated", "missing length", "(length truncated)", "missing value", "value truncated" ->
                Rule.TRUNCATED;
            case "less than encoding length for ." -> Rule.TRUNCATED;
            case "greater than encoding length for ." -> Rule.TRAILING_BYTES;
            case "not minimally encoded type", "not minimally encoded length" -> Rule.NOT_MINIMAL;
            case "encoding for is not minimal" -> Rule.NOT_MINIMAL;
            case "unknown even type.", "unknown even field for namespace." -> Rule.UNKNOWN_EVEN_TYPE;
            case "valid TLV records but invalid ordering", "valid (ignored) TLV records but invalid ordering" ->
                Rule.NOT_ASCENDING;
            case "duplicate TLV type", "duplicate TLV type (ignored)" -> Rule.NOT_ASCENDING;
            default -> throw new AssertionError("a vector with the unknown reason " + reason);
        };
    }

    private static String shortChannelId(long bits) {
        return (bits >>> 40) + "x" + (bits >>> 16 & 0xffffff) + "x" + (bits & 0xffff);
    }
}
