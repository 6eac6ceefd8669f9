// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** What the invoice says that a parameter is: {@code X_amount} in millisatoshi, {@code X_description} and {@code X_node}. */
final class InvoiceValues {

    private InvoiceValues() {}

    /** Null where the invoice has no such thing. */
    static @Nullable Value of(String field, RuneRequest request) {
        int end = field.lastIndexOf('_');
        String what = end < 0 ? "" : field.substring(end + 1);
        if (!what.equals("amount") && !what.equals("description") && !what.equals("node")) {
            return new Value.Unusable("Unknown invoice field " + field);
        }
        String name = field.substring(0, end);
        JsonNode param = request.param(name);
        if (param == null) {
            return new Value.Unusable("Unknown invoice parameter " + name);
        }
        String text = param.isTextual() ? param.textValue() : "";
        Invoice invoice;
        try {
            invoice = request.invoice(withoutScheme(text));
        } catch (IllegalArgumentException none) {
            return new Value.Unusable("Invalid invoice: " + none.getMessage());
        }
        return switch (what) {
            case "amount" -> invoice.millisatoshi() == null ? null : new Value.Int(invoice.millisatoshi());
            case "description" -> invoice.description() == null ? null : new Value.Text(invoice.description());
            default ->
                invoice.node() == null ? null : new Value.Text(invoice.node().hex());
        };
    }

    private static String withoutScheme(String text) {
        return text.startsWith("lightning:") || text.startsWith("LIGHTNING:") ? text.substring(10) : text;
    }
}
