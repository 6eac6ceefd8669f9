// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.NodeId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What somebody wants to do under a rune. */
public final class RuneRequest {

    private static final int MAX_QUOTED = 100;
    /** To verify one takes as long as to read some hundred small requests. */
    private static final int MAX_INVOICES = 8;

    private static final int MAX_INVOICE = 8 << 10;

    /** @param complaint why there is none */
    private record Reading(@Nullable Invoice invoice, String complaint) {

        static Reading of(String text) {
            try {
                return new Reading(Invoice.parse(text), "");
            } catch (IllegalArgumentException none) {
                return new Reading(null, String.valueOf(none.getMessage()));
            }
        }
    }

    private final @Nullable NodeId peer;
    private final @Nullable String method;
    private final @Nullable JsonNode params;
    /** With their punctuation, and without. */
    private final Map<String, JsonNode> byName;

    private final Map<String, Reading> invoices = new HashMap<>();

    /**
     * @param peer who; null where that is not known
     * @param params the very tree that the method is to get: what another parser makes of the same text may differ
     * @throws InvalidMessageException where names of params differ only in punctuation: a rune cannot tell them apart
     */
    public RuneRequest(@Nullable NodeId peer, @Nullable String method, @Nullable JsonNode params) {
        this.peer = peer;
        this.method = method;
        this.params = params;
        this.byName = params == null || !params.isObject() || params.isEmpty() ? Map.of() : byName(params);
    }

    private static Map<String, JsonNode> byName(JsonNode params) {
        var values = new HashMap<String, JsonNode>();
        for (Map.Entry<String, JsonNode> param : params.properties()) {
            String name = param.getKey();
            String stripped = stripped(name);
            JsonNode other = values.put(name, param.getValue());
            if (other == null && !stripped.equals(name)) {
                other = values.put(stripped, param.getValue());
            }
            if (other != null) {
                throw new InvalidMessageException("Invalid params: " + Escaped.of(name, MAX_QUOTED)
                        + " and another name differ only in punctuation, so that a rune cannot tell them apart");
            }
        }
        return values;
    }

    private static String stripped(String name) {
        StringBuilder without = null;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '_' || Alternative.endsField(c)) {
                without = without == null ? new StringBuilder(name.length()).append(name, 0, i) : without;
            } else if (without != null) {
                without.append(c);
            }
        }
        return without == null ? name : without.toString();
    }

    public @Nullable NodeId peer() {
        return peer;
    }

    public @Nullable String method() {
        return method;
    }

    public @Nullable JsonNode params() {
        return params;
    }

    /** By a name as it is, or as it is without punctuation; null where there is none. */
    @Nullable
    JsonNode param(String name) {
        return byName.get(name);
    }

    /**
     * Reads each once.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    synchronized Invoice invoice(String text) {
        if (text.length() > MAX_INVOICE) {
            throw new IllegalArgumentException("Longer than " + MAX_INVOICE + " characters");
        }
        if (invoices.size() == MAX_INVOICES && !invoices.containsKey(text)) {
            throw new IllegalArgumentException("More than " + MAX_INVOICES + " of them");
        }
        Reading reading = invoices.computeIfAbsent(text, Reading::of);
        Invoice invoice = reading.invoice;
        if (invoice == null) {
            throw new IllegalArgumentException(reading.complaint);
        }
        return invoice;
    }

    /** What the params hold is nobody's business. */
    @Override
    public String toString() {
        return "RuneRequest[" + method + " for " + peer + "]";
    }
}
