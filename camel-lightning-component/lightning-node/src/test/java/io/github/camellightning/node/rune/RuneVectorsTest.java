// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.InvalidMessageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Core Lightning's own test vectors of runes. */
class RuneVectorsTest {

    private static final MasterSecret MASTER = MasterSecret.of(new byte[16]);

    /** @param fields of a PASS or FAIL: {@code name=value} */
    private record Case(boolean passes, List<String> fields) {}

    private record Vector(
            String kind,
            String name,
            String hexAndText,
            String base64,
            Optional<String> id,
            Optional<String> version,
            List<Case> cases) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Vector> vectors() {
        List<Vector> vectors = new ArrayList<>();
        for (var line : lines()) {
            var words = line.split(",");
            if (words[0].equals("PASS") || words[0].equals("FAIL")) {
                vectors.get(vectors.size() - 1)
                        .cases()
                        .add(new Case(words[0].equals("PASS"), List.of(words).subList(1, words.length)));
            } else {
                vectors.add(new Vector(
                        words[0], words[1], words[2], words[3], word(words, 4), word(words, 5), new ArrayList<>()));
            }
        }
        return vectors;
    }

    private static Optional<String> word(String[] words, int index) {
        return index < words.length ? Optional.of(words[index]) : Optional.empty();
    }

    private static List<String> lines() {
        try (var file = RuneVectorsTest.class.getResourceAsStream("/vectors/runes.csv")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void thereAreVectorsOfEachKind() {
        assertThat(vectors()).extracting(Vector::kind).contains("VALID", "MALFORMED", "BAD DERIVATION");
        assertThat(vectors()).flatExtracting(Vector::cases).hasSizeGreaterThan(90);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void eachVectorHolds(Vector vector) {
        if (vector.kind().equals("MALFORMED")) {
            assertThatThrownBy(() -> Rune.parse(vector.base64()))
                    .isInstanceOf(InvalidMessageException.class)
                    .hasMessageStartingWith("Invalid rune: ");
            return;
        }
        Rune rune = Rune.parse(vector.base64());
        assertThat(rune.encode()).isEqualTo(vector.base64());
        byte[] decoded = Base64.getUrlDecoder().decode(rune.encode());
        assertThat(HexFormat.of().formatHex(decoded, 0, 32))
                .isEqualTo(vector.hexAndText().substring(0, 64));
        if (vector.kind().equals("BAD DERIVATION")) {
            assertThat(MASTER.refusal(rune)).isEqualTo("Not derived from master");
            return;
        }
        assertThat(MASTER.refusal(rune)).isEqualTo(vector.version().isPresent() ? "Version mismatch" : null);
        assertThat(Optional.ofNullable(rune.uniqueId())).isEqualTo(vector.id());
        assertThat(Optional.ofNullable(rune.version())).isEqualTo(vector.version());
        vector.cases().forEach(test -> assertThat(rune.complaint(values(test.fields()), Usage.UNKNOWN) == null)
                .as(test.toString())
                .isEqualTo(test.passes()));
    }

    private static Values values(List<String> fields) {
        Map<String, Value> values = new HashMap<>();
        for (var field : fields) {
            var parts = field.split("=", 2);
            // escapes of the file, not of runes
            var text = parts[1];
            values.put(parts[0], text.matches("-?\\d+") ? new Value.Int(Long.parseLong(text)) : new Value.Text(text));
        }
        return values::get;
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void theStateIsThatOfSha256(int length) throws Exception {
        byte[] message = new byte[length];
        Arrays.fill(message, (byte) 0xa5);
        assertThat(Sha256State.initial().add(message).digest())
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest(message));
    }

    static List<Integer> lengths() {
        return List.of(0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 1_000);
    }
}
