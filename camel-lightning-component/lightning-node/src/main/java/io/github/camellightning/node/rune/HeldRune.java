// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The restrictions of a rune, held against a request.
 *
 * @param open those that are not met, or that only a {@link Usage} can tell
 * @param failed whether one is not met whatever the usage
 */
record HeldRune(List<Held> open, boolean failed) implements Held {

    /** Each field is looked up once, however many conditions name it. */
    private static final class Remembered implements Values {

        private final Values values;
        private final Map<String, @Nullable Value> known = new HashMap<>();

        Remembered(Values values) {
            this.values = values;
        }

        @Override
        public @Nullable Value of(String field) {
            if (!known.containsKey(field)) {
                known.put(field, values.of(field));
            }
            return known.get(field);
        }
    }

    static HeldRune of(List<Restriction> restrictions, Values values) {
        var remembered = new Remembered(values);
        var open = new ArrayList<Held>();
        for (Restriction restriction : restrictions) {
            Held held = restriction.held(remembered);
            if (held != null) {
                open.add(held);
                if (!restriction.countsUses()) {
                    return new HeldRune(open, true);
                }
            }
        }
        return new HeldRune(open, false);
    }

    @Override
    public @Nullable String complaint(Usage usage) {
        for (Held one : open) {
            String complaint = one.complaint(usage);
            if (complaint != null) {
                return Rune.spoken(complaint);
            }
        }
        return null;
    }
}
