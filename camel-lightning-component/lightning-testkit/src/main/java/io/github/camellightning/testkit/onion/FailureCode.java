// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.onion;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Why payments fail: the codes of two bytes of BOLT 4, "Failure Messages". */
public enum FailureCode {
    TEMPORARY_NODE_FAILURE(0x2002),
    PERMANENT_NODE_FAILURE(0x6002),
    REQUIRED_NODE_FEATURE_MISSING(0x6003),
    INVALID_ONION_VERSION(0xc004),
    INVALID_ONION_HMAC(0xc005),
    INVALID_ONION_KEY(0xc006),
    TEMPORARY_CHANNEL_FAILURE(0x1007),
    PERMANENT_CHANNEL_FAILURE(0x4008),
    REQUIRED_CHANNEL_FEATURE_MISSING(0x4009),
    UNKNOWN_NEXT_PEER(0x400a),
    AMOUNT_BELOW_MINIMUM(0x100b),
    FEE_INSUFFICIENT(0x100c),
    INCORRECT_CLTV_EXPIRY(0x100d),
    EXPIRY_TOO_SOON(0x100e),
    INCORRECT_OR_UNKNOWN_PAYMENT_DETAILS(0x400f),
    FINAL_INCORRECT_CLTV_EXPIRY(18),
    FINAL_INCORRECT_HTLC_AMOUNT(19),
    CHANNEL_DISABLED(0x1014),
    EXPIRY_TOO_FAR(21),
    INVALID_ONION_PAYLOAD(0x4016),
    MPP_TIMEOUT(23),
    INVALID_ONION_BLINDING(0xc018);

    private final int number;

    FailureCode(int number) {
        this.number = number;
    }

    /** Empty where BOLT 4 does not know it. */
    public static Optional<FailureCode> of(int number) {
        return Arrays.stream(values()).filter(code -> code.number == number).findAny();
    }

    /** For words: also of a code that BOLT 4 does not know. */
    public static String nameOf(int number) {
        return of(number).map(FailureCode::wireName).orElse("UNKNOWN " + number);
    }

    public int number() {
        return number;
    }

    /** As lightningd writes it, {@code WIRE_UNKNOWN_NEXT_PEER}. */
    public String wireName() {
        return "WIRE_" + name();
    }

    /** A failure message: the code and what belongs to it. */
    public byte[] message(byte[]... details) {
        int length = Arrays.stream(details).mapToInt(detail -> detail.length).sum();
        var message = ByteBuffer.allocate(Short.BYTES + length).putShort((short) number);
        for (byte[] detail : details) {
            message.put(detail);
        }
        return message.array();
    }
}
