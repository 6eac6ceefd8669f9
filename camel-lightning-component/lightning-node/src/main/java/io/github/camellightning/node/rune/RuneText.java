// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import io.github.camellightning.node.InvalidMessageException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the restrictions of a rune, and in front of them its unique id.
 *
 * <pre>
 * [=id[-version]] [&amp;] field condition value [| field condition value]... [&amp; ...]
 * </pre>
 */
final class RuneText {

    /** @param id what stands behind the = of the unique id; null where there is none */
    record Parsed(@Nullable String id, List<Restriction> restrictions) {}

    private final String what;
    private final String text;
    private int position;
    private int alternatives;

    private RuneText(String what, String text) {
        this.what = what;
        this.text = text;
    }

    /** @throws InvalidMessageException naming the rule */
    static Parsed parse(String text) {
        return new RuneText("rune", text).parse();
    }

    /**
     * Without a unique id.
     *
     * @throws InvalidMessageException naming the rule
     */
    static List<Restriction> restrictions(String text) {
        Parsed parsed = new RuneText("restriction", text).parse();
        if (parsed.id() != null) {
            throw new InvalidMessageException("Invalid restriction: it has no field");
        }
        return parsed.restrictions();
    }

    private Parsed parse() {
        String id = null;
        if (!text.isEmpty() && Alternative.fieldLength(text, 0) == 0) {
            id = id();
        }
        var restrictions = new ArrayList<Restriction>();
        while (position < text.length()) {
            if (restrictions.size() == Rune.MAX_RESTRICTIONS) {
                throw invalid("it has more than " + Rune.MAX_RESTRICTIONS + " restrictions");
            }
            restrictions.add(restriction());
        }
        return new Parsed(id, List.copyOf(restrictions));
    }

    private String id() {
        if (text.charAt(0) != Condition.EQUAL.symbol()) {
            throw invalid("a restriction has no field, and only the unique id, with =, may have none");
        }
        position = 1;
        var id = new StringBuilder();
        if (value(id)) {
            throw invalid("its unique id has an alternative");
        }
        return id.toString();
    }

    private Restriction restriction() {
        var read = new ArrayList<Alternative>(1);
        boolean more;
        do {
            if (++alternatives > Rune.MAX_ALTERNATIVES) {
                throw invalid("its restrictions have more than " + Rune.MAX_ALTERNATIVES + " alternatives");
            }
            int from = position;
            int behind = from + Alternative.fieldLength(text, from);
            if (behind == from) {
                throw invalid("a restriction has no field, and only the unique id, which stands first, may have none");
            }
            Condition condition = behind < text.length() ? Condition.of(text.charAt(behind)) : null;
            if (condition == null) {
                throw invalid("a restriction has none of the conditions ! = / ^ $ ~ < > { } #");
            }
            position = behind + 1;
            var value = new StringBuilder();
            more = value(value);
            read.add(new Alternative(text.substring(from, behind), condition, value.toString()));
        } while (more);
        return new Restriction(read);
    }

    /** Whether an alternative follows it. */
    private boolean value(StringBuilder value) {
        while (position < text.length()) {
            char c = text.charAt(position++);
            if (c == '|' || c == '&') {
                return c == '|';
            }
            if (c == '\\') {
                if (position == text.length()) {
                    throw invalid("it ends in an escape");
                }
                c = text.charAt(position++);
            }
            value.append(c);
        }
        return false;
    }

    private InvalidMessageException invalid(String rule) {
        return new InvalidMessageException("Invalid " + what + ": " + rule);
    }
}
