// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.Arrays;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;

/** Camel masks values in URIs by the names of options, and {@code rune} is not one that it knows. */
final class Masking {

    private static final String RUNE = "rune";

    private Masking() {}

    /** Keeps what others had added: the last who sets it wins. */
    static void maskRunes(CamelContext context) {
        ExtendedCamelContext extension = context.getCamelContextExtension();
        String known = extension.getAdditionalSensitiveKeywords();
        if (known == null || known.isBlank()) {
            extension.setAdditionalSensitiveKeywords(RUNE);
        } else if (Arrays.stream(known.split(",")).map(String::trim).noneMatch(RUNE::equals)) {
            extension.setAdditionalSensitiveKeywords(known + "," + RUNE);
        }
    }
}
