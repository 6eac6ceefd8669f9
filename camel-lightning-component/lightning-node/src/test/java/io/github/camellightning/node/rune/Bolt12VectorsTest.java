// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camellightning.node.wire.TlvStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** BOLT 12's own vectors of strings and of signatures. */
class Bolt12VectorsTest {

    private static final JsonNode VECTORS = vectors();
    private static final long PAYER = 88;
    private static final long SIGNATURE = 240;

    private static JsonNode vectors() {
        try (var file = Bolt12VectorsTest.class.getResourceAsStream("/vectors/bolt12.json")) {
            return new ObjectMapper().readTree(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static List<JsonNode> list(String name) {
        return StreamSupport.stream(VECTORS.required(name).spliterator(), false).toList();
    }

    static List<JsonNode> strings() {
        return list("strings");
    }

    static List<JsonNode> roots() {
        return list("roots");
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @ParameterizedTest
    @MethodSource("strings")
    void aStringIsReadWhereItIsValid(JsonNode vector) {
        String text = vector.required("string").asText();
        if (vector.required("valid").asBoolean()) {
            byte[] same = Bolt12.bytes(strings().get(0).required("string").asText(), "lno");
            assertThat(Bolt12.bytes(text, "lno")).isEqualTo(same).isNotEmpty();
        } else {
            assertThatThrownBy(() -> Bolt12.bytes(text, "lno")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("roots")
    void aStreamHasTheRootOfTheSpecification(JsonNode vector) {
        var stream = TlvStream.parse(
                HexFormat.of().parseHex(vector.required("stream").asText()));
        assertThat(hex(MerkleRoot.of(stream))).isEqualTo(vector.required("root").asText());
    }

    @Test
    void theInvoiceRequestOfTheSpecificationIsSignedByItsPayer() {
        JsonNode vector = VECTORS.required("invoiceRequest");
        var stream = TlvStream.parse(Bolt12.bytes(vector.required("string").asText(), "lnr"));
        byte[] root = MerkleRoot.of(stream);
        byte[] payer = stream.value(PAYER).orElseThrow();
        byte[] hash = new TaggedHash("lightninginvoice_requestsignature").of(root);

        assertThat(hex(root)).isEqualTo(vector.required("root").asText());
        assertThat(Bip340.verify(
                        Arrays.copyOfRange(payer, 1, 33),
                        hash,
                        stream.value(SIGNATURE).orElseThrow()))
                .isTrue();
    }
}
