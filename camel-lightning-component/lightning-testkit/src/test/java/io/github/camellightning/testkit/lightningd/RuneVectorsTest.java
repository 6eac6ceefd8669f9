// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.testkit.lightningd.Rune.Alternative;
import io.github.camellightning.testkit.lightningd.Token.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Core Lightning's own test vectors of runes. */
class RuneVectorsTest {

    private static final Rune MASTER = Rune.master(new byte[16]);

    /** @param fields of a PASS or FAIL: {@code name=value} */
    private record Case(boolean passes, List<String> fields) {}

    private record Vector(String kind, String name, String hex, String base64, Optional<String> id, List<Case> cases) {
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
                var id = words.length > 4 ? Optional.of(words[4]) : Optional.<String>empty();
                vectors.add(new Vector(words[0], words[1], words[2], words[3], id, new ArrayList<>()));
            }
        }
        return vectors;
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
        var rune = Rune.parse(vector.base64());
        if (vector.kind().equals("MALFORMED")) {
            assertThat(rune).isNull();
            return;
        }
        assertThat(HexFormat.of().formatHex(rune.state().digest()))
                .isEqualTo(vector.hex().substring(0, 64));
        assertThat(rune.base64()).isEqualTo(vector.base64());
        if (vector.kind().equals("BAD DERIVATION")) {
            assertThat(rune.notDerivedFrom(MASTER)).isEqualTo("Not derived from master");
            return;
        }
        if (rune.version() == null) {
            assertThat(rune.notDerivedFrom(MASTER)).isNull();
        }
        assertThat(Optional.ofNullable(rune.uniqueId())).isEqualTo(vector.id());
        vector.cases().forEach(test -> assertThat(check(test.fields()).complaint(ofParameters(rune)) == null)
                .as(test.toString())
                .isEqualTo(test.passes()));
    }

    /** The vectors' fields have any name, those of lightningd are parameters. */
    private static Rune ofParameters(Rune rune) {
        return new Rune(
                rune.state(),
                rune.restrictions().stream()
                        .map(restriction -> restriction.stream()
                                .map(RuneVectorsTest::ofParameter)
                                .toList())
                        .toList());
    }

    private static Alternative ofParameter(Alternative alternative) {
        return alternative.isUniqueId()
                ? alternative
                : new Alternative("pname" + alternative.field(), alternative.condition(), alternative.value());
    }

    private static RuneCheck check(List<String> fields) {
        List<Token> members = new ArrayList<>();
        for (var field : fields) {
            var parts = field.split("=", 2);
            members.add(token(Kind.STRING, parts[0]));
            members.add(token(parts[1].matches("-?\\d+") ? Kind.PRIMITIVE : Kind.STRING, parts[1]));
        }
        return new RuneCheck(null, null, new Token(Kind.OBJECT, new byte[0], 0, 0, members), Instant.now(), null);
    }

    private static Token token(Kind kind, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Token(kind, bytes, 0, bytes.length, List.of());
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
