// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.onion;

import io.github.camellightning.node.wire.BigSize;
import io.github.camellightning.node.wire.TlvStream;
import io.github.camellightning.node.wire.WireException;
import io.github.camellightning.node.wire.WireReader;
import io.github.camellightning.node.wire.WireWriter;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a layer of a payment's onion tells its node (BOLT 4, "Payload Format"): records of TLV. Those of blinded paths are taken for invalid.
 *
 * @param amountMsat to pass on, or for the last node to get at least
 * @param cltv the height at which what is passed on is void, or what the last node gets
 * @param forward the channel to the next node; null for the last one
 * @param paymentData null where there is none
 */
public record HopPayload(
        long amountMsat,
        long cltv,
        @Nullable ShortChannelId forward,
        @Nullable PaymentData paymentData) {

    /**
     * What an invoice has asked for.
     *
     * @param secret of 32 bytes
     * @param totalMsat of all parts of the payment
     */
    public record PaymentData(byte[] secret, long totalMsat) {}

    /** Tells where it stopped making sense. */
    public static final class Invalid extends Exception {

        private static final long serialVersionUID = 1L;

        private final long type;
        private final int position;

        Invalid(long type, int position) {
            super("TLV " + type + " at " + position);
            this.type = type;
            this.position = position;
        }

        /** The failure message {@code invalid_onion_payload}. */
        public byte[] failure() {
            return FailureCode.INVALID_ONION_PAYLOAD.message(
                    BigSize.encode(type), new WireWriter().u16(position).toByteArray());
        }
    }

    public static final long AMT_TO_FORWARD = 2;
    public static final long OUTGOING_CLTV_VALUE = 4;
    public static final long SHORT_CHANNEL_ID = 6;
    public static final long PAYMENT_DATA = 8;

    private static final long ENCRYPTED_RECIPIENT_DATA = 10;
    private static final long CURRENT_PATH_KEY = 12;

    /** With payment_metadata and total_amount_msat. */
    private static final Set<Long> KNOWN = Set.of(
            AMT_TO_FORWARD,
            OUTGOING_CLTV_VALUE,
            SHORT_CHANNEL_ID,
            PAYMENT_DATA,
            ENCRYPTED_RECIPIENT_DATA,
            CURRENT_PATH_KEY,
            16L,
            18L);

    /** The records of a payload, without the length in front. */
    public static byte[] records(byte[] payload) {
        var reader = new WireReader(payload);
        reader.bigSize();
        return reader.rest();
    }

    /** Whether a record of that type has a meaning in BOLT 4. */
    public static boolean isKnown(long type) {
        return KNOWN.contains(type);
    }

    /**
     * Reads one.
     *
     * @param payload with its length in front
     * @param last whether the onion ends here, so that no channel need be named
     */
    public static HopPayload decode(byte[] payload, boolean last) throws Invalid {
        byte[] records = records(payload);
        var tlvs = TlvStream.parse(checked(records));
        if (tlvs.value(ENCRYPTED_RECIPIENT_DATA).isPresent()) {
            throw new Invalid(ENCRYPTED_RECIPIENT_DATA, 0);
        }
        long amount = number(tlvs, AMT_TO_FORWARD, Long.BYTES);
        long cltv = number(tlvs, OUTGOING_CLTV_VALUE, Integer.BYTES);
        return new HopPayload(amount, cltv, last ? null : forward(tlvs), paymentData(tlvs));
    }

    private static byte[] checked(byte[] records) throws Invalid {
        var reader = new WireReader(records);
        long type = 0;
        int position = 0;
        long before = -1;
        try {
            while (reader.remaining() > 0) {
                position = records.length - reader.remaining();
                type = reader.bigSize();
                if (type % 2 == 0 && !KNOWN.contains(type) || before >= 0 && Long.compareUnsigned(type, before) <= 0) {
                    throw new Invalid(type, position);
                }
                before = type;
                position = records.length - reader.remaining();
                reader.bytes(reader.bigSize());
            }
        } catch (WireException malformed) {
            throw new Invalid(type, position);
        }
        return records;
    }

    private static long number(TlvStream tlvs, long type, int longest) throws Invalid {
        byte[] value = tlvs.value(type).orElse(null);
        if (value == null || value.length > longest) {
            throw new Invalid(type, 0);
        }
        return truncated(value, type);
    }

    private static long truncated(byte[] value, long type) throws Invalid {
        try {
            return new WireReader(value).tu64();
        } catch (WireException notMinimal) {
            throw new Invalid(type, 0);
        }
    }

    private static ShortChannelId forward(TlvStream tlvs) throws Invalid {
        byte[] channel = tlvs.value(SHORT_CHANNEL_ID).orElse(null);
        if (channel == null || channel.length != ShortChannelId.LENGTH) {
            throw new Invalid(SHORT_CHANNEL_ID, 0);
        }
        return ShortChannelId.of(channel);
    }

    private static @Nullable PaymentData paymentData(TlvStream tlvs) throws Invalid {
        byte[] data = tlvs.value(PAYMENT_DATA).orElse(null);
        if (data == null) {
            return null;
        }
        if (data.length < Hashes.LENGTH) {
            throw new Invalid(PAYMENT_DATA, 0);
        }
        return new PaymentData(
                Arrays.copyOf(data, Hashes.LENGTH),
                truncated(Arrays.copyOfRange(data, Hashes.LENGTH, data.length), PAYMENT_DATA));
    }
}
