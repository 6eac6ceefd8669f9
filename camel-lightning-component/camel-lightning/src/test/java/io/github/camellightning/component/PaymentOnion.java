// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.wire.TlvStream;
import io.github.camellightning.node.wire.WireReader;
import io.github.camellightning.node.wire.WireWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message in the onion of a payment: what BOLT 4 has each node on the way be told, and what the last one is told besides. The page on onions shows
 * this class.
 */
final class PaymentOnion {

    /** Types from 65,536 up are everybody's; an odd one may be unknown to the reader. */
    static final long MESSAGE = 65_537;

    static final long PREIMAGE = 65_539;

    private static final long AMT_TO_FORWARD = 2;
    private static final long OUTGOING_CLTV_VALUE = 4;
    private static final long SHORT_CHANNEL_ID = 6;
    private static final long PAYMENT_DATA = 8;
    private static final int INCORRECT_OR_UNKNOWN_PAYMENT_DETAILS = 0x400f;
    private static final HexFormat HEX = HexFormat.of();

    private PaymentOnion() {}

    /**
     * The {@code hops} of createonion.
     *
     * @param path of a route of getroutes
     * @param height of the chain now, which getroutes counts from
     * @param custom what the last node gets besides
     */
    static List<Map<String, String>> hops(JsonNode path, long height, byte[] paymentSecret, TlvStream custom) {
        var hops = new ArrayList<Map<String, String>>();
        for (int i = 0; i < path.size(); i++) {
            boolean last = i == path.size() - 1;
            // a node is told what it has to pass on, the last one what it gets
            JsonNode told = path.get(last ? i : i + 1);
            long amount = told.get("amount_out_msat").longValue();
            TlvStream payload = (last ? custom : TlvStream.EMPTY)
                    .with(AMT_TO_FORWARD, tu64(amount))
                    .with(
                            OUTGOING_CLTV_VALUE,
                            tu64(height + told.get("cltv_out").longValue()));
            payload = last
                    ? payload.with(
                            PAYMENT_DATA,
                            new WireWriter().bytes(paymentSecret).tu64(amount).toByteArray())
                    : payload.with(
                            SHORT_CHANNEL_ID,
                            shortChannelId(told.get("short_channel_id_dir").textValue()));
            hops.add(Map.of(
                    "pubkey", path.get(i).get("node_id_out").textValue(), "payload", HEX.formatHex(prefixed(payload))));
        }
        return hops;
    }

    /** The {@code first_hop} of sendonion. */
    static Map<String, Object> firstHop(JsonNode path) {
        JsonNode first = path.get(0);
        return Map.of(
                "id", first.get("node_id_out").textValue(),
                "amount_msat", first.get("amount_out_msat").longValue(),
                "delay", first.get("cltv_out").longValue());
    }

    /** What the hook {@code htlc_accepted} was told in the onion, which begins with its length. */
    static TlvStream payload(JsonNode hook) {
        var reader = new WireReader(HEX.parseHex(hook.at("/onion/payload").asText()));
        return TlvStream.parse(reader.bytes(reader.bigSize()));
    }

    static Optional<String> message(TlvStream tlvs) {
        return tlvs.value(MESSAGE).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /**
     * The hook's answer that takes no money and says something, at most 256 bytes in all. It is the failure that a payment of an unknown invoice has, so
     * that no node on the way and no wallet wonders.
     */
    static Map<String, String> failure(JsonNode hook, long height, String answer) {
        byte[] failure = new WireWriter()
                .u16(INCORRECT_OR_UNKNOWN_PAYMENT_DETAILS)
                .u64(hook.at("/htlc/amount_msat").longValue())
                .u32(height)
                .bytes(TlvStream.EMPTY
                        .with(MESSAGE, answer.getBytes(StandardCharsets.UTF_8))
                        .encode())
                .toByteArray();
        return Map.of("result", "fail", "failure_message", HEX.formatHex(failure));
    }

    /** The hook's answer that takes the money. */
    static Map<String, String> resolved(byte[] preimage) {
        return Map.of("result", "resolve", "payment_key", HEX.formatHex(preimage));
    }

    /** What {@link #failure} said, from the data of waitsendpay's error. */
    static Optional<String> answer(@Nullable JsonNode data) {
        if (data == null || data.path("failcode").intValue() != INCORRECT_OR_UNKNOWN_PAYMENT_DETAILS) {
            return Optional.empty();
        }
        var reader = new WireReader(HEX.parseHex(data.path("raw_message").asText()));
        reader.bytes(Short.BYTES + Long.BYTES + Integer.BYTES);
        return message(TlvStream.parse(reader.rest()));
    }

    private static byte[] prefixed(TlvStream payload) {
        byte[] tlvs = payload.encode();
        return new WireWriter().bigSize(tlvs.length).bytes(tlvs).toByteArray();
    }

    private static byte[] tu64(long number) {
        return new WireWriter().tu64(number).toByteArray();
    }

    /** @param text like {@code 112x1x0/1}: block, transaction, output and, not of interest here, direction */
    private static byte[] shortChannelId(String text) {
        String[] parts = text.substring(0, text.indexOf('/')).split("x", -1);
        return new WireWriter()
                .u64(Long.parseLong(parts[0]) << 40 | Long.parseLong(parts[1]) << 16 | Long.parseLong(parts[2]))
                .toByteArray();
    }
}
