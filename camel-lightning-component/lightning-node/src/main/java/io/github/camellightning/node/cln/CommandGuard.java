// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.MessageTypes;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses params that lightningd does not survive: it takes hex digits without looking, cuts messages at 65,536 bytes, and ends on data that its
 * database cannot hold and on a range of runes that ends before it starts. By name and by position alike. And refuses commands that change the
 * connection, which is everybody's.
 */
final class CommandGuard {

    /** 2 MiB is known to work, 4 MiB to end the daemon. */
    static final int MAX_DATA_BYTES = 2 * 1024 * 1024;

    private static final int MAX_ONION_MESSAGE_BYTES = 65_535;
    /** lightningd itself takes more for numbers: -1 for the largest of all, 010 for eight, 0x10, and blanks before. */
    private static final Pattern PLAIN_NUMBER = Pattern.compile("0|[1-9]\\d{0,19}");
    /** One command by three names. */
    private static final Set<String> RUNE_RANGES = Set.of("blacklistrune", "destroyrune", "commando-blacklist");

    /** What commands do that lightningd applies to the connection that they come on. */
    private static final Map<String, String> OF_THE_CONNECTION = Map.of(
            "notifications",
            "a slow command that tells of its progress would hold back the replies to all others; in Java,"
                    + " RpcClient's call with a listener has a connection of its own for that",
            "deprecations",
            "what lightningd calls deprecated would change for all; set allow-deprecated-apis in its configuration",
            "batching",
            "what lightningd has answered for any might be lost in a crash; leave it out");

    private interface Rule {
        void check(String param, JsonNode value);
    }

    private record Param(String name, int position, Rule rule) {}

    private static final Rule HEX = CommandGuard::requireHex;
    private static final Rule HOPS = CommandGuard::requireHops;
    private static final Rule TLVS = CommandGuard::requireTlvs;

    private static final Map<String, List<Param>> COMMANDS = Map.ofEntries(
            Map.entry("sendcustommsg", List.of(new Param("msg", 1, CommandGuard::requireMessage))),
            Map.entry("createonion", List.of(new Param("hops", 0, HOPS), new Param("assocdata", 1, HEX))),
            Map.entry("sendonion", List.of(new Param("onion", 0, HEX))),
            Map.entry("injectpaymentonion", List.of(new Param("onion", 0, HEX))),
            Map.entry("injectonionmessage", List.of(new Param("message", 1, CommandGuard::requireOnionMessage))),
            Map.entry("sendpay", List.of(new Param("payment_metadata", 9, HEX))),
            Map.entry("addgossip", List.of(new Param("message", 0, HEX))),
            Map.entry("makesecret", List.of(new Param("hex", 0, HEX))),
            Map.entry("payersign", List.of(new Param("tweak", 3, HEX))),
            Map.entry("decryptencrypteddata", List.of(new Param("encrypted_data", 0, HEX))),
            Map.entry("keysend", List.of(new Param("extratlvs", 7, TLVS))),
            Map.entry("xkeysend", List.of(new Param("extratlvs", 7, TLVS))),
            Map.entry(
                    "datastore",
                    List.of(
                            new Param("string", 1, CommandGuard::requireStorableText),
                            new Param("hex", 2, CommandGuard::requireStorableHex),
                            new Param("mode", 3, CommandGuard::requireWhole))));

    private CommandGuard() {}

    /** @throws InvalidMessageException for a command that would change the connection of all */
    static void requireHarmless(String method) {
        String harm = OF_THE_CONNECTION.get(method);
        if (harm != null) {
            throw new InvalidMessageException("The command " + method
                    + " is refused, for it changes the connection, which all routes share: " + harm);
        }
    }

    /** @throws InvalidMessageException naming the param and the rule */
    static void check(String method, JsonNode params) {
        requireHarmless(method);
        for (Param param : COMMANDS.getOrDefault(method, List.of())) {
            JsonNode value = params.isArray() ? params.get(param.position) : params.get(param.name);
            if (value != null && !value.isNull()) {
                param.rule.check(method + "'s " + param.name, value);
            }
        }
        if (method.equals("sendcustommsg")
                && (params.isArray() ? params.path(1) : params.path("msg"))
                        .asText("")
                        .isEmpty()) {
            throw new InvalidMessageException(
                    "Invalid sendcustommsg's msg: it is missing or empty, it starts with the 2-byte type");
        }
        if (RUNE_RANGES.contains(method)) {
            requireRange(method, number(method, params, 0, "start"), number(method, params, 1, "end"));
        }
    }

    private static @Nullable BigInteger number(String method, JsonNode params, int position, String name) {
        JsonNode value = params.isArray() ? params.path(position) : params.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        String number = value.isIntegralNumber() || value.isTextual() ? value.asText() : "";
        if (!PLAIN_NUMBER.matcher(number).matches()) {
            throw new InvalidMessageException("Invalid " + method + "'s " + name + " "
                    + Escaped.of(value.isContainerNode() ? "" : value.asText(), 20)
                    + ": it must be a number from 0 up, in decimal digits alone");
        }
        return new BigInteger(number);
    }

    private static void requireRange(String method, @Nullable BigInteger start, @Nullable BigInteger end) {
        if (start != null && end != null && end.compareTo(start) < 0) {
            throw new InvalidMessageException(
                    "Invalid " + method + "'s end " + end + ": it is below start, which is " + start);
        }
    }

    private static void requireHex(String param, JsonNode value) {
        bytesOf(param, value);
    }

    /** @return how many bytes it stands for */
    private static int bytesOf(String param, JsonNode value) {
        // lightningd takes a number's digits for hex, which nobody means
        String hex = value.isTextual() ? value.textValue() : "";
        boolean digits =
                value.isTextual() && hex.length() % 2 == 0 && hex.chars().allMatch(HexFormat::isHexDigit);
        if (!digits) {
            throw new InvalidMessageException("Invalid " + param + ": " + Escaped.of(hex, 20)
                    + " is not hex, an even number of digits without prefix or blanks");
        }
        return hex.length() / 2;
    }

    private static void requireMessage(String param, JsonNode value) {
        int bytes = bytesOf(param, value);
        int most = CustomMessage.MAX_PAYLOAD + 2;
        if (bytes < 2 || bytes > most) {
            throw new InvalidMessageException(
                    "Invalid " + param + " of " + bytes + " bytes: with its type a message has 2 to " + most);
        }
        int type = Integer.parseInt(value.textValue().substring(0, 4), 16);
        if (!MessageTypes.isPeerStorage(type)) {
            MessageTypes.requireSendable(type, false);
        }
    }

    private static void requireOnionMessage(String param, JsonNode value) {
        int bytes = bytesOf(param, value);
        if (bytes == 0 || bytes > MAX_ONION_MESSAGE_BYTES) {
            throw new InvalidMessageException("Invalid " + param + " of " + bytes + " bytes: an onion message has 1 to "
                    + MAX_ONION_MESSAGE_BYTES);
        }
    }

    private static void requireHops(String param, JsonNode hops) {
        for (JsonNode hop : hops) {
            JsonNode payload = hop.get("payload");
            if (payload != null) {
                requireHex(param + "[].payload", payload);
            }
        }
    }

    private static void requireTlvs(String param, JsonNode tlvs) {
        tlvs.properties().forEach(tlv -> requireHex(param + "." + Escaped.of(tlv.getKey(), 20), tlv.getValue()));
    }

    private static void requireStorableText(String param, JsonNode value) {
        requireStorable(param, value.asText().getBytes(StandardCharsets.UTF_8).length);
    }

    private static void requireStorableHex(String param, JsonNode value) {
        requireStorable(param, bytesOf(param, value));
    }

    private static void requireStorable(String param, int bytes) {
        if (bytes > MAX_DATA_BYTES) {
            throw new InvalidMessageException("Invalid " + param + " of " + bytes + " bytes: lightningd keeps at most "
                    + MAX_DATA_BYTES + " without harm");
        }
    }

    /** What appends add up to is not known here, and lightningd writes old and new as one. */
    private static void requireWhole(String param, JsonNode value) {
        if (value.asText().endsWith("-append")) {
            throw new InvalidMessageException("Invalid " + param + " " + Escaped.of(value.asText(), 20)
                    + ": what is appended to may grow beyond the " + MAX_DATA_BYTES
                    + " bytes that lightningd keeps without harm; write the whole value, with create-or-replace");
        }
    }
}
