// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** When runes of one unique id were used last, which {@code rate} and {@code per} count. */
@FunctionalInterface
public interface Usage {

    /** They never were. */
    Usage NEVER = () -> Long.MAX_VALUE;

    /** Nobody knows: neither {@code rate} nor {@code per} holds. */
    Usage UNKNOWN = () -> -1;

    /** Nanoseconds since the last use; negative where that is not known. */
    long nanosSince();

    /** Why not, in lightningd's words; null where it holds. */
    default @Nullable String rate(Alternative rate) {
        if (rate.condition() != Condition.EQUAL) {
            return "rate operator must be =";
        }
        Amount amount = Amount.of(rate.value());
        return amount == null || !amount.unit().isEmpty()
                ? "malformed rate"
                : tooSoon("rate", TimeUnit.MINUTES.toNanos(1) / amount.number());
    }

    /** The same. */
    default @Nullable String per(Alternative per) {
        if (per.condition() != Condition.EQUAL) {
            return "per operator must be =";
        }
        Amount amount = Amount.of(per.value());
        if (amount == null) {
            return "malformed per";
        }
        long unit =
                switch (amount.unit()) {
                    case "", "sec" -> TimeUnit.SECONDS.toNanos(1);
                    case "nsec" -> 1L;
                    case "usec" -> 1_000L;
                    case "msec" -> 1_000_000L;
                    case "min" -> TimeUnit.MINUTES.toNanos(1);
                    case "hour" -> TimeUnit.HOURS.toNanos(1);
                    case "day" -> TimeUnit.DAYS.toNanos(1);
                    default -> 0L;
                };
        if (unit == 0) {
            return "malformed suffix";
        }
        try {
            return tooSoon("per", Math.multiplyExact(amount.number(), unit));
        } catch (ArithmeticException overflow) {
            return "per overflow";
        }
    }

    private @Nullable String tooSoon(String field, long nanos) {
        long since = nanosSince();
        return since < 0
                ? field + " cannot be checked: when the rune was used last is unknown"
                : since < nanos ? "too soon" : null;
    }
}
