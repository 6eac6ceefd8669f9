// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.wire.TlvStream;
import io.github.camellightning.node.wire.WireException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What lightningd demands of the members of a hook's answer. Each check throws a {@link Refused} that names member and rule, and no value. */
final class AnswerCheck {

    /** An answer that lightningd would not survive, or not understand. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String rule) {
            super(rule);
        }
    }

    /** A longer failure message ends the daemon: it pads to this size. */
    private static final int MAX_FAILURE_MESSAGE = 256;

    private static final int MIN_FAILURE_MESSAGE = 2;
    /** BOLT 4, "Failure Messages". */
    private static final Set<Integer> FAILURE_CODES = Set.of(
            0x2002, 0x6002, 0x6003, 0xc004, 0xc005, 0xc006, 0x1007, 0x4008, 0x4009, 0x400a, 0x100b, 0x100c, 0x100d,
            0x100e, 0x400f, 0x0012, 0x0013, 0x1014, 0x0015, 0x4016, 0x0017, 0xc018);

    private static final int MAX_FAILURE_ONION = 32_768;
    private static final int MAX_ERROR_MESSAGE = 1_000;
    private static final BigInteger ALL_BITCOIN_MSAT = new BigInteger("2100000000000000000");
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,19})(msat|sat)?");
    private static final byte[] PSBT = {'p', 's', 'b', 't', (byte) 0xff};

    private final JsonNode answer;

    /** @throws Refused where it is no object */
    AnswerCheck(JsonNode answer) throws Refused {
        if (!answer.isObject()) {
            throw new Refused("it must be an object");
        }
        this.answer = answer;
    }

    String result() {
        return answer.path("result").asText();
    }

    boolean has(String member) {
        return answer.has(member);
    }

    JsonNode get(String member) {
        return answer.path(member);
    }

    void onlyMembers(String... known) throws Refused {
        for (var member : (Iterable<String>) answer::fieldNames) {
            if (!List.of(known).contains(member)) {
                throw new Refused("'" + Escaped.of(member, 40) + "' is no member of it here");
            }
        }
    }

    byte[] hex(String member, int min, int max) throws Refused {
        JsonNode value = answer.path(member);
        try {
            byte[] bytes = HexFormat.of().parseHex(value.isTextual() ? value.textValue() : "none");
            if (bytes.length < min || bytes.length > max) {
                throw new Refused(member + " must have " + (min == max ? min : min + " to " + max) + " bytes");
            }
            return bytes;
        } catch (IllegalArgumentException noHex) {
            throw new Refused(member + " must be hex without a prefix");
        }
    }

    void failureMessage() throws Refused {
        byte[] message = hex("failure_message", MIN_FAILURE_MESSAGE, MAX_FAILURE_MESSAGE);
        int code = (message[0] & 0xff) << 8 | message[1] & 0xff;
        if (!FAILURE_CODES.contains(code)) {
            throw new Refused(
                    "failure_message must start with a code of BOLT 4, like 400f: another ends the sender's node");
        }
    }

    void failureOnion() throws Refused {
        hex("failure_onion", 1, MAX_FAILURE_ONION);
    }

    /** What lightningd takes into {@code update_add_htlc}; of the even types it knows only 0, which is not a user's to set. */
    void extraTlvs() throws Refused {
        byte[] bytes = hex("extra_tlvs", 0, 32_768);
        try {
            for (long type : TlvStream.parse(bytes).types()) {
                if (type % 2 == 0) {
                    throw new Refused("extra_tlvs must have odd types only");
                }
            }
        } catch (WireException malformed) {
            throw new Refused("extra_tlvs must be a TLV stream");
        }
    }

    void errorMessage() throws Refused {
        JsonNode message = answer.path("error_message");
        if (has("error_message")
                && (!message.isTextual()
                        || message.textValue().getBytes(StandardCharsets.UTF_8).length > MAX_ERROR_MESSAGE)) {
            throw new Refused("error_message must be a text of at most " + MAX_ERROR_MESSAGE + " bytes");
        }
    }

    void msat(String member) throws Refused {
        amount(member, 1);
    }

    /** @param inMsat what a number without a unit counts */
    void amount(String member, int inMsat) throws Refused {
        if (!has(member)) {
            return;
        }
        JsonNode value = answer.path(member);
        Matcher amount = AMOUNT.matcher(value.isTextual() || value.isIntegralNumber() ? value.asText() : "");
        if (!amount.matches()) {
            throw new Refused(member + " must be an amount, like 1000 or \"1000msat\"");
        }
        int unit = amount.group(2) == null ? inMsat : amount.group(2).equals("sat") ? 1_000 : 1;
        var msat = new BigInteger(amount.group(1)).multiply(BigInteger.valueOf(unit));
        boolean whole = inMsat == 1 || msat.mod(BigInteger.valueOf(inMsat)).signum() == 0;
        if (!whole || msat.compareTo(ALL_BITCOIN_MSAT) > 0) {
            throw new Refused(member + " must be an amount that there is" + (inMsat == 1 ? "" : ", in whole satoshis"));
        }
    }

    void number(String member, long max) throws Refused {
        JsonNode value = answer.path(member);
        if (has(member)
                && !(value.isIntegralNumber()
                        && value.canConvertToLong()
                        && value.longValue() >= 0
                        && value.longValue() <= max)) {
            throw new Refused(member + " must be a number from 0 to " + max);
        }
    }

    void psbt(String member) throws Refused {
        JsonNode value = answer.path(member);
        try {
            byte[] bytes = Base64.getDecoder().decode(value.isTextual() ? value.textValue() : "-");
            for (int i = 0; i < PSBT.length; i++) {
                if (bytes.length <= PSBT.length || bytes[i] != PSBT[i]) {
                    throw new Refused(member + " must be a PSBT");
                }
            }
        } catch (IllegalArgumentException noBase64) {
            throw new Refused(member + " must be a PSBT in base64");
        }
    }
}
