// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.InvalidMessageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What must hold for a rune to allow something: one of its alternatives. */
public record Restriction(List<Alternative> alternatives) {

    /** Any {@code list*}, {@code get*} and {@code summary}, but for {@code listdatastore}: {@code createrune}'s {@code readonly}. */
    public static final List<Restriction> READ_ONLY =
            List.of(parse("method^list|method^get|method=summary"), parse("method/listdatastore"));

    private static final int MAX_QUOTED = 100;

    /** @throws InvalidMessageException where there are none */
    public Restriction {
        alternatives = List.copyOf(alternatives);
        if (alternatives.isEmpty()) {
            throw new InvalidMessageException("Invalid restriction: it has no alternative, so nothing could meet it");
        }
    }

    public static Restriction of(Alternative... alternatives) {
        return new Restriction(List.of(alternatives));
    }

    /**
     * As runes write it: {@code method^list|method=getinfo}, with {@code \} before a {@code \}, {@code |} or {@code &} of a value.
     *
     * @throws InvalidMessageException naming the rule
     */
    public static Restriction parse(String text) {
        List<Restriction> restrictions = RuneText.restrictions(text);
        if (restrictions.size() != 1) {
            throw new InvalidMessageException("Invalid restriction: '" + Escaped.of(text, MAX_QUOTED) + "' are "
                    + restrictions.size() + "; & stands between two, and \\& is the character");
        }
        return restrictions.get(0);
    }

    /**
     * The same for any number of them, each as {@link #parse} takes it; {@code readonly} stands for {@link #READ_ONLY}.
     *
     * @throws InvalidMessageException naming the rule
     */
    public static List<Restriction> parseAll(String... texts) {
        return Arrays.stream(texts)
                .flatMap(text -> "readonly".equals(text) ? READ_ONLY.stream() : RuneText.restrictions(text).stream())
                .toList();
    }

    void encode(StringBuilder into) {
        for (int i = 0; i < alternatives.size(); i++) {
            if (i > 0) {
                into.append('|');
            }
            alternatives.get(i).encode(into);
        }
    }

    /** In lightningd's words. */
    public String english() {
        return alternatives.stream().map(Alternative::english).collect(Collectors.joining(" OR "));
    }

    /** Null where it is met whatever the usage. */
    @Nullable
    Held held(Values values) {
        var open = new ArrayList<Held>(alternatives.size());
        for (Alternative alternative : alternatives) {
            switch (alternative.field()) {
                case "rate" -> open.add(usage -> usage.rate(alternative));
                case "per" -> open.add(usage -> usage.per(alternative));
                default -> {
                    String complaint = alternative.complaint(values.of(alternative.field()));
                    if (complaint == null) {
                        return null;
                    }
                    open.add(usage -> complaint);
                }
            }
        }
        return usage -> complaint(open, usage);
    }

    private static @Nullable String complaint(List<Held> alternatives, Usage usage) {
        var complaints = new ArrayList<String>(alternatives.size());
        for (Held alternative : alternatives) {
            String complaint = alternative.complaint(usage);
            if (complaint == null) {
                return null;
            }
            complaints.add(complaint);
        }
        return String.join(" AND ", complaints);
    }

    boolean countsUses() {
        return names("rate") || names("per");
    }

    boolean names(String field) {
        return alternatives.stream().anyMatch(alternative -> alternative.field().equals(field));
    }

    /** As a rune has it. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        encode(text);
        return text.toString();
    }
}
