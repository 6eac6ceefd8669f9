// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.InvalidMessageException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds of all runes. */
class RunePropertyTest {

    private static final MasterSecret SECRET = MasterSecret.of(new byte[32]);

    @Provide
    Arbitrary<String> fields() {
        return Arbitraries.of("a", "b", "pnamex", "method", "a_b", "\u00e9", "\ud83d\ude00");
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().withChars("ab&|\\=^19- \u00e9").ofMaxLength(6);
    }

    @Provide
    Arbitrary<Restriction> restrictions() {
        var alternatives = Combinators.combine(fields(), Arbitraries.of(Condition.class), texts())
                .as(Alternative::new);
        return alternatives.list().ofMinSize(1).ofMaxSize(3).map(Restriction::new);
    }

    @Provide
    Arbitrary<Map<String, Value>> values() {
        Arbitrary<Value> text = texts().map(Value.Text::new);
        Arbitrary<Value> number = Arbitraries.longs().map(Value.Int::new);
        return Arbitraries.maps(fields(), Arbitraries.oneOf(text, number)).ofMaxSize(4);
    }

    @Property
    void aRuneIsReadAsItWasWritten(
            @ForAll("restrictions") Restriction first,
            @ForAll("restrictions") Restriction second,
            @ForAll @IntRange int id) {
        Rune rune = SECRET.rune(id, List.of(first, second));
        Rune read = Rune.parse(rune.encode());
        assertThat(read).isEqualTo(rune);
        assertThat(read.restrictions()).containsExactly(first, second);
        assertThat(read.number()).isEqualTo(id);
        assertThat(SECRET.refusal(read)).isNull();
        assertThat(Restriction.parse(first.toString())).isEqualTo(first);
    }

    @Property
    void aRestrictionAddedByAnyoneOnlyTakesAway(
            @ForAll("restrictions") Restriction first,
            @ForAll("restrictions") Restriction added,
            @ForAll("values") Map<String, Value> values) {
        Rune rune = SECRET.rune(1, List.of(first));
        // as who has nothing but its text adds it
        Rune restricted = Rune.parse(rune.encode()).restrict(List.of(added));
        assertThat(SECRET.refusal(restricted)).isNull();
        assertThat(restricted).isEqualTo(SECRET.rune(1, List.of(first, added)));
        boolean allowed = restricted.complaint(values::get, Usage.NEVER) == null;
        boolean byFirst = rune.complaint(values::get, Usage.NEVER) == null;
        boolean byAdded = HeldRune.of(List.of(added), values::get).complaint(Usage.NEVER) == null;
        assertThat(allowed).isEqualTo(byFirst && byAdded);
    }

    @Property
    void aRestrictionHoldsWhereOneOfItsAlternativesDoes(
            @ForAll("restrictions") Restriction restriction, @ForAll("values") Map<String, Value> values) {
        boolean any =
                restriction.alternatives().stream().anyMatch(one -> one.complaint(values.get(one.field())) == null);
        assertThat(HeldRune.of(List.of(restriction), values::get).complaint(Usage.NEVER) == null)
                .isEqualTo(any);
    }

    @Property
    void aRuneThatWasTamperedWithIsNotOurs(
            @ForAll("restrictions") Restriction restriction, @ForAll @IntRange(max = 200) int at, @ForAll byte flip) {
        Rune rune = SECRET.rune(3, List.of(restriction));
        byte[] bytes = Base64.getUrlDecoder().decode(rune.encode());
        bytes[at % bytes.length] ^= flip;
        try {
            Rune tampered = Rune.parse(Base64.getUrlEncoder().encodeToString(bytes));
            assertThat(SECRET.refusal(tampered) == null).isEqualTo(tampered.equals(rune));
        } catch (InvalidMessageException noRune) {
            assertThat(noRune).hasMessageStartingWith("Invalid rune: ");
        }
    }

    @Property
    void bytesAreARuneOrAreRefused(@ForAll @Size(max = 200) byte[] tail) {
        byte[] bytes = Arrays.copyOf(new byte[32], 32 + tail.length);
        System.arraycopy(tail, 0, bytes, 32, tail.length);
        String text = Base64.getUrlEncoder().encodeToString(bytes);
        try {
            Rune rune = Rune.parse(text);
            assertThat(Rune.parse(rune.encode())).isEqualTo(rune);
        } catch (InvalidMessageException noRune) {
            assertThat(noRune.getMessage()).doesNotContain(text);
        }
    }

    @Property
    void printableTextIsARuneOrIsRefused(@ForAll("runeTexts") String restrictions) {
        byte[] tail = restrictions.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = Arrays.copyOf(new byte[32], 32 + tail.length);
        System.arraycopy(tail, 0, bytes, 32, tail.length);
        try {
            Rune rune = Rune.parse(Base64.getUrlEncoder().encodeToString(bytes));
            assertThat(Rune.parse(rune.encode())).isEqualTo(rune);
            rune.complaint(field -> new Value.Text("x"), Usage.UNKNOWN);
            rune.complaint(field -> null, Usage.NEVER);
        } catch (InvalidMessageException noRune) {
            assertThat(noRune).hasMessageStartingWith("Invalid rune: ");
        }
    }

    @Provide
    Arbitrary<String> runeTexts() {
        return Arbitraries.of(
                        "=1", "&", "|", "\\", "a", "rate", "per", "time", "=", "<", ">", "^", "#", "!", "5", "min", "{",
                        "}", "_", "-2")
                .list()
                .ofMaxSize(20)
                .map(parts -> String.join("", parts));
    }

    @Property
    void anyTextIsARuneOrIsRefused(@ForAll String text) {
        try {
            Rune.parse(text);
        } catch (InvalidMessageException noRune) {
            assertThat(noRune).hasMessageStartingWith("Invalid rune: ");
        }
    }

    @Property
    void textIsOrderedAsItsBytesAre(@ForAll String left, @ForAll String right) {
        if (left.indexOf('\0') >= 0 || right.indexOf('\0') >= 0 || !isWhole(left) || !isWhole(right)) {
            return;
        }
        int expected =
                Arrays.compareUnsigned(left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
        var value = new Value.Text(left);
        assertThat(new Alternative("a", Condition.SORTS_BEFORE, right).complaint(value) == null)
                .isEqualTo(expected < 0);
        assertThat(new Alternative("a", Condition.SORTS_AFTER, right).complaint(value) == null)
                .isEqualTo(expected > 0);
    }

    /** Without halves of surrogate pairs, which UTF-8 cannot write. */
    private static boolean isWhole(String text) {
        return text.equals(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }
}
