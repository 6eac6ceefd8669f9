// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.testkit.lightningd.Rune.Alternative;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What somebody wants to do, held against a rune's restrictions; complaints are lightningd's own words. */
final class RuneCheck {

    private static final Pattern INTEGER = Pattern.compile("\\s*([-+]?\\d+)");
    private static final Pattern AMOUNT = Pattern.compile("(\\d+)(\\w*)");
    private static final BigInteger LARGEST_U32 = BigInteger.valueOf(0xffff_ffffL);
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final @Nullable NodeId peer;
    private final @Nullable String method;
    private final @Nullable Token params;
    private final Instant now;
    private final @Nullable Instant lastUsed;
    private final Map<String, Token> fields = new HashMap<>();

    /** @param lastUsed when a rune of that unique id was; null: never, or it is not known here */
    RuneCheck(
            @Nullable NodeId peer,
            @Nullable String method,
            @Nullable Token params,
            Instant now,
            @Nullable Instant lastUsed) {
        this.peer = peer;
        this.method = method;
        this.params = params;
        this.now = now;
        this.lastUsed = lastUsed;
        collectFields();
    }

    private void collectFields() {
        if (params == null) {
            return;
        }
        var values = params.children();
        if (params.kind() == Token.Kind.ARRAY) {
            for (int i = 0; i < values.size(); i++) {
                fields.put("parr" + i, values.get(i));
            }
            return;
        }
        for (int i = 0; i + 1 < values.size(); i += 2) {
            var name = Rune.latin1(values.get(i).text());
            fields.putIfAbsent("pname" + name, values.get(i + 1));
            fields.putIfAbsent("pname" + name.replaceAll("\\p{Punct}", ""), values.get(i + 1));
        }
    }

    /** Which restriction forbids it; null where none does. */
    @Nullable
    String complaint(Rune rune) {
        for (var restriction : rune.conditions()) {
            List<String> complaints = new ArrayList<>();
            for (var alternative : restriction) {
                var complaint = complaint(alternative);
                if (complaint == null) {
                    complaints.clear();
                    break;
                }
                complaints.add(complaint);
            }
            if (!complaints.isEmpty()) {
                return inEnglish(String.join(" AND ", complaints));
            }
        }
        return null;
    }

    private static String inEnglish(String complaint) {
        var text = Rune.utf8(complaint);
        if (text.startsWith("pname")) {
            return "parameter " + text.substring(5);
        }
        if (text.startsWith("parr")) {
            return "parameter #" + text.substring(4);
        }
        return text.startsWith("pnum") ? "number of parameters" + text.substring(4) : text;
    }

    private @Nullable String complaint(Alternative alternative) {
        return switch (alternative.field()) {
            case "time" -> number(alternative, now.getEpochSecond());
            case "id" -> text(alternative, peer == null ? null : peer.hex());
            case "method" -> text(alternative, method == null ? null : Rune.latin1(method));
            case "pnum" -> number(alternative, count());
            case "rate" -> rate(alternative);
            case "per" -> per(alternative);
            default -> parameter(alternative);
        };
    }

    private long count() {
        if (params == null) {
            return 0;
        }
        int children = params.children().size();
        return params.kind() == Token.Kind.ARRAY ? children : children / 2;
    }

    private @Nullable String parameter(Alternative alternative) {
        if (alternative.field().startsWith("pinv")) {
            return "invoices cannot be read by a simulated lightningd";
        }
        var value = fields.get(alternative.field());
        if (value == null) {
            return text(alternative, null);
        }
        if (value.kind() == Token.Kind.PRIMITIVE) {
            try {
                return number(alternative, Long.parseLong(value.text()));
            } catch (NumberFormatException treatedAsText) {
                return text(alternative, Rune.latin1(value.text()));
            }
        }
        return text(alternative, Rune.latin1(value.text()));
    }

    private @Nullable String rate(Alternative alternative) {
        if (alternative.condition() != '=') {
            return "rate operator must be =";
        }
        var amount = amount(alternative.value());
        if (amount == null || !amount.unit().isEmpty()) {
            return "malformed rate";
        }
        return tooSoon(MINUTE / amount.number());
    }

    private @Nullable String per(Alternative alternative) {
        if (alternative.condition() != '=') {
            return "per operator must be =";
        }
        var amount = amount(alternative.value());
        if (amount == null) {
            return "malformed per";
        }
        long unit =
                switch (amount.unit()) {
                    case "", "sec" -> Duration.ofSeconds(1).toNanos();
                    case "nsec" -> 1L;
                    case "usec" -> 1_000L;
                    case "msec" -> 1_000_000L;
                    case "min" -> MINUTE;
                    case "hour" -> Duration.ofHours(1).toNanos();
                    case "day" -> Duration.ofDays(1).toNanos();
                    default -> 0L;
                };
        if (unit == 0) {
            return "malformed suffix";
        }
        try {
            return tooSoon(Math.multiplyExact(amount.number(), unit));
        } catch (ArithmeticException overflow) {
            return "per overflow";
        }
    }

    private record Amount(long number, String unit) {}

    private static @Nullable Amount amount(String text) {
        var parts = AMOUNT.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        var number = new BigInteger(parts.group(1));
        if (number.signum() == 0 || number.compareTo(LARGEST_U32) >= 0) {
            return null;
        }
        return new Amount(number.longValueExact(), parts.group(2));
    }

    private @Nullable String tooSoon(long nanos) {
        boolean soon = lastUsed != null && Duration.between(lastUsed, now).toNanos() < nanos;
        return soon ? "too soon" : null;
    }

    private static @Nullable String number(Alternative alternative, long value) {
        return switch (alternative.condition()) {
            case '<', '>' -> {
                var parts = INTEGER.matcher(alternative.value());
                var limit = parts.matches() ? new BigInteger(parts.group(1)) : null;
                if (limit == null || limit.bitLength() > 63) {
                    yield alternative.value() + " is not a valid integer";
                }
                int order = Long.compare(value, limit.longValueExact());
                yield alternative.condition() == '<'
                        ? complainUnless(order < 0, alternative, "is greater or equal to")
                        : complainUnless(order > 0, alternative, "is less or equal to");
            }
            default -> text(alternative, Long.toString(value));
        };
    }

    private static @Nullable String text(Alternative alternative, @Nullable String value) {
        var field = alternative.field();
        var wanted = alternative.value();
        if (alternative.condition() == '#') {
            return null;
        }
        if (alternative.condition() == '!') {
            return value == null ? null : field + " is present";
        }
        if (value == null) {
            return field + " not present";
        }
        return switch (alternative.condition()) {
            case '=' -> complainUnless(value.equals(wanted), alternative, "is not equal to");
            case '/' -> complainUnless(!value.equals(wanted), alternative, "is equal to");
            case '^' -> complainUnless(value.startsWith(wanted), alternative, "does not start with");
            case '$' -> complainUnless(value.endsWith(wanted), alternative, "does not end with");
            case '~' -> complainUnless(value.contains(wanted), alternative, "does not contain");
            case '{' -> complainUnless(value.compareTo(wanted) < 0, alternative, "is equal to or ordered after");
            case '}' -> complainUnless(value.compareTo(wanted) > 0, alternative, "is equal to or ordered before");
            default -> field + " is not an integer field";
        };
    }

    private static @Nullable String complainUnless(boolean good, Alternative alternative, String complaint) {
        return good ? null : alternative.field() + " " + complaint + " " + alternative.value();
    }
}
