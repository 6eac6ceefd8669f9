// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.NodeId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The fields as lightningd gives them: {@code time}, {@code id}, {@code method}, {@code pnum}, {@code pnameX}, {@code parrN} and {@code pinvX_...}.
 *
 * @param now what {@code time} is, in whole seconds
 */
public record RequestValues(RuneRequest request, Instant now) implements Values {

    private static final int MAX_INDEX_DIGITS = 9;

    @Override
    public @Nullable Value of(String field) {
        return switch (field) {
            case "time" -> new Value.Int(now.getEpochSecond());
            case "id" -> id(request.peer());
            case "method" -> text(request.method());
            case "pnum" -> new Value.Int(count(request.params()));
            default -> parameter(field);
        };
    }

    private static @Nullable Value id(@Nullable NodeId peer) {
        return peer == null ? null : new Value.Text(peer.hex());
    }

    private static @Nullable Value text(@Nullable String text) {
        return text == null ? null : new Value.Text(text);
    }

    private static int count(@Nullable JsonNode params) {
        return params == null ? 0 : params.size();
    }

    private @Nullable Value parameter(String field) {
        if (field.startsWith("pname")) {
            return value(request.param(field.substring(5)));
        }
        if (field.startsWith("parr")) {
            return value(element(field.substring(4)));
        }
        return field.startsWith("pinv") ? InvoiceValues.of(field.substring(4), request) : null;
    }

    private @Nullable JsonNode element(String index) {
        JsonNode params = request.params();
        boolean isIndex = !index.isEmpty()
                && index.length() <= MAX_INDEX_DIGITS
                && index.chars().allMatch(c -> c >= '0' && c <= '9')
                && (index.length() == 1 || index.charAt(0) != '0');
        return params == null || !params.isArray() || !isIndex ? null : params.get(Integer.parseInt(index));
    }

    /** What is no integer of 64 bits is text: a string its own, anything else its JSON without spaces. */
    private static @Nullable Value value(@Nullable JsonNode node) {
        if (node == null) {
            return null;
        }
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return new Value.Int(node.longValue());
        }
        return new Value.Text(node.isTextual() ? node.textValue() : node.toString());
    }
}
