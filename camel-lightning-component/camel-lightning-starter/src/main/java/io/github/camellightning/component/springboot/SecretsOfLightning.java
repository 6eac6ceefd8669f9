// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component.springboot;

import java.util.regex.Pattern;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;

/** Keeps runes and nodes' keys out of the endpoints {@code env} and {@code configprops}, also where {@code show-values} has all else shown. */
final class SecretsOfLightning implements SanitizingFunction {

    private static final Pattern SECRET = Pattern.compile("(.*[._-])?(rune|private[-_]?key)", Pattern.CASE_INSENSITIVE);

    @Override
    public SanitizableData apply(SanitizableData data) {
        return SECRET.matcher(data.getKey()).matches() ? data.withValue(SanitizableData.SANITIZED_VALUE) : data;
    }
}
