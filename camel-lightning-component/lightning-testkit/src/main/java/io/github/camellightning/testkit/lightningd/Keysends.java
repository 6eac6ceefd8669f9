// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.node.wire.TlvStream;
import io.github.camellightning.node.wire.WireException;
import io.github.camellightning.node.wire.WireWriter;
import io.github.camellightning.testkit.onion.Hashes;
import io.github.camellightning.testkit.onion.HopPayload;
import io.github.camellightning.testkit.onion.Sphinx;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Payments nobody asked for, which bring their preimage along: lightningd's plugin keysend, the first that is asked, makes an invoice of each. */
final class Keysends {

    static final long PREIMAGE = 5_482_373_484L;

    /** @param secret that the payment now has, as if it had read an invoice */
    record Invoice(String label, byte[] preimage, byte[] secret) {}

    private final Map<String, Invoice> invoices = new HashMap<>();

    /** Returns the payload as other plugins and the node get it: the preimage and unknown even records gone, the invoice's secret added. */
    byte[] received(byte[] payload, byte[] paymentHash) {
        TlvStream tlvs;
        try {
            tlvs = TlvStream.parse(HopPayload.records(payload));
        } catch (WireException malformed) {
            return payload;
        }
        byte[] preimage = tlvs.value(PREIMAGE).orElse(null);
        byte[] amount = tlvs.value(HopPayload.AMT_TO_FORWARD).orElse(null);
        if (preimage == null || amount == null || !Arrays.equals(Hashes.sha256(preimage), paymentHash)) {
            return payload;
        }
        var now = Instant.now();
        var invoice = new Invoice(
                "keysend-%d.%09d".formatted(now.getEpochSecond(), now.getNano()),
                preimage,
                Daemon.random(Hashes.LENGTH));
        invoices.put(Hex.encode(paymentHash), invoice);
        var kept = new HashMap<Long, byte[]>();
        for (long type : tlvs.types()) {
            if (type % 2 != 0 || HopPayload.isKnown(type)) {
                kept.put(type, tlvs.value(type).orElseThrow());
            }
        }
        kept.put(
                HopPayload.PAYMENT_DATA,
                new WireWriter().bytes(invoice.secret()).bytes(amount).toByteArray());
        return Sphinx.Hop.prefixed(TlvStream.of(kept).encode());
    }

    /** The invoice that the payment pays; null where there is none, or the secret is another. */
    @Nullable
    Invoice paidBy(byte[] paymentHash, HopPayload payload) {
        var invoice = invoices.get(Hex.encode(paymentHash));
        var data = payload.paymentData();
        return invoice != null && data != null && Arrays.equals(invoice.secret(), data.secret()) ? invoice : null;
    }
}
