// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.PropertyConfigurerGetter;

/** Values of options as URIs write them, which must convert to what the options are: Camel itself names no rule where they do not. */
final class OptionValues {

    /** Those of the options with whole numbers that are milliseconds, or written like 30s. */
    static final Set<String> DURATIONS = Set.of(
            "sendTimeout",
            "deliveryTimeout",
            "timeToLive",
            "maxHold",
            "unhealthyAfter",
            "requestTimeout",
            "hookTimeout");

    private static final Pattern DURATION =
            Pattern.compile("-?\\d+|(?=\\d)(\\d+d)?(\\d+h)?(\\d+m)?(\\d+s)?(\\d+ms)?|P.+");

    private final CamelContext context;
    private final PropertyConfigurerGetter options;

    /** @param options of an endpoint */
    OptionValues(CamelContext context, PropertyConfigurerGetter options) {
        this.context = context;
        this.options = options;
    }

    /** @throws IllegalArgumentException naming the option, its value and the rule */
    void check(Map<String, Object> parameters) {
        parameters.forEach((option, value) -> {
            Class<?> type = options.getOptionType(option, true);
            if (value instanceof String text && type != null && type != String.class) {
                check(option, text, type);
            }
        });
    }

    private void check(String option, String text, Class<?> type) {
        if (text.startsWith("#")) {
            checkReference(option, text, type);
        } else if (type == boolean.class) {
            require(text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false"), option, text, "true or false");
        } else if (DURATIONS.contains(option)) {
            require(isDuration(text), option, text, "a duration, like 30s, or 500 for milliseconds");
        } else if (type == int.class || type == long.class) {
            long most = type == int.class ? Integer.MAX_VALUE : Long.MAX_VALUE;
            require(isNumber(text, most), option, text, "a whole number, at most " + most);
        } else if (type.isEnum()) {
            require(isConvertible(text, type), option, text, constants(type));
        } else {
            require(
                    isConvertible(text, type),
                    option,
                    text,
                    "a bean of type " + type.getSimpleName() + ", like " + option + "=#" + text);
        }
    }

    /** Beans by their names only: the other references of Camel's say themselves what they want. */
    private void checkReference(String option, String reference, Class<?> type) {
        String name = reference.substring(reference.startsWith("#bean:") ? "#bean:".length() : 1);
        if (name.contains(":") || name.contains("(") || name.equals("autowired")) {
            return;
        }
        Object bean = context.getRegistry().lookupByName(name);
        if (bean == null) {
            Set<String> others =
                    new TreeSet<>(context.getRegistry().findByTypeWithName(type).keySet());
            throw new IllegalArgumentException("Option " + option + " is '" + reference + "': there is no bean " + name
                    + (others.isEmpty()
                            ? "; bind one of type " + type.getSimpleName() + " by that name"
                            : "; those of type " + type.getSimpleName() + " are " + String.join(", ", others)));
        }
        if (!isConvertible(bean, type)) {
            throw new IllegalArgumentException("Option " + option + " is '" + reference + "': that bean is a "
                    + bean.getClass().getName() + ", and it must be of type " + type.getSimpleName());
        }
    }

    private boolean isConvertible(Object value, Class<?> type) {
        return type.isInstance(value) || context.getTypeConverter().tryConvertTo(type, value) != null;
    }

    /** What Camel cannot read it takes for 0, and 0 may mean never. */
    private boolean isDuration(String text) {
        return DURATION.matcher(text).matches() && isConvertible(text, Duration.class);
    }

    private static boolean isNumber(String text, long most) {
        try {
            return Long.parseLong(text) <= most;
        } catch (NumberFormatException notANumber) {
            return false;
        }
    }

    private static String constants(Class<?> type) {
        return "one of "
                + Arrays.stream(type.getEnumConstants())
                        .map(Object::toString)
                        .map(name -> name.equals(name.toUpperCase(Locale.ROOT)) ? name.toLowerCase(Locale.ROOT) : name)
                        .collect(Collectors.joining(", "));
    }

    private static void require(boolean fits, String option, String value, String rule) {
        if (!fits) {
            throw new IllegalArgumentException("Option " + option + " is '" + value + "': it must be " + rule);
        }
    }
}
