// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.wire.TlvStream;
import io.github.camellightning.node.wire.WireReader;
import io.github.camellightning.node.wire.WireWriter;
import io.github.camellightning.testkit.onion.Curve;
import io.github.camellightning.testkit.onion.FailureCode;
import io.github.camellightning.testkit.onion.Hashes;
import io.github.camellightning.testkit.onion.HopPayload;
import io.github.camellightning.testkit.onion.OnionPacket;
import io.github.camellightning.testkit.onion.Sphinx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A payment that nobody asked for, on one way after the other until one is left or the receiver has answered. */
final class KeysendPayment {

    /** What the commands say, each in its own form. */
    interface Report {
        void paid(KeysendPayment keysend, Payment payment);

        void declined(KeysendPayment keysend, Payment payment, Payment.Failure failure);

        /** The receiver knows more blocks than this node, which waited for them. */
        void behind(KeysendPayment keysend, Payment payment, Payment.Failure failure, long height);

        void noRoute(KeysendPayment keysend);

        void tooLong(KeysendPayment keysend);
    }

    private static final int HEIGHT_AT = Short.BYTES + Long.BYTES;

    private final Daemon daemon;
    private final PaymentSender sender;
    private final NodeId destination;
    private final long amountMsat;
    private final int finalCltv;
    private final Map<Long, byte[]> tlvs;
    private final @Nullable String label;
    private final int retryFor;
    private final Report report;
    private final byte[] preimage = Daemon.random(Hashes.LENGTH);
    private final Set<String> avoided = new HashSet<>();
    private final List<Payment> failed = new ArrayList<>();

    KeysendPayment(
            Daemon daemon,
            PaymentSender sender,
            NodeId destination,
            long amountMsat,
            int finalCltv,
            Map<Long, byte[]> tlvs,
            @Nullable String label,
            int retryFor,
            Report report) {
        this.daemon = daemon;
        this.sender = sender;
        this.destination = destination;
        this.amountMsat = amountMsat;
        this.finalCltv = finalCltv;
        this.tlvs = tlvs;
        this.label = label;
        this.retryFor = retryFor;
        this.report = report;
    }

    NodeId destination() {
        return destination;
    }

    long amountMsat() {
        return amountMsat;
    }

    boolean destinationIsKnown() {
        return daemon.chain().hasNode(destination);
    }

    List<Payment> failed() {
        return failed;
    }

    void start() {
        var steps = new Routes(daemon, true, true, avoided).find(daemon.nodeId(), destination, amountMsat, finalCltv);
        if (steps == null) {
            report.noRoute(this);
            return;
        }
        var hops = hops(steps);
        if (Sphinx.length(hops) > OnionPacket.PAYMENT_LAYERS) {
            report.tooLong(this);
            return;
        }
        byte[] hash = Hashes.sha256(preimage);
        var onion = Sphinx.create(hops, Daemon.random(Curve.SCALAR_LENGTH), hash, OnionPacket.PAYMENT_LAYERS);
        var first = steps.get(0);
        var order = new Payment.Order(
                hash,
                0,
                failed.size() + 1L,
                amountMsat,
                first.amountOut(),
                destination,
                onion.sharedSecrets(),
                label,
                null,
                null);
        try {
            sender.send(
                            order,
                            new PaymentSender.FirstHop(
                                    first.to(), first.channel().id(), first.amountOut(), first.cltvOut()),
                            onion.packet())
                    .await(payment -> ended(payment, steps));
        } catch (RpcException notConnected) {
            avoided.add(first.direction());
            start();
        }
    }

    private List<Sphinx.Hop> hops(List<Routes.Step> steps) {
        long height = daemon.chain().height() + 1L;
        var hops = new ArrayList<Sphinx.Hop>();
        for (int i = 0; i < steps.size(); i++) {
            boolean last = i == steps.size() - 1;
            var told = steps.get(last ? i : i + 1);
            var records = new HashMap<Long, byte[]>(last ? tlvs : Map.of());
            if (last) {
                records.put(Keysends.PREIMAGE, preimage);
            } else {
                records.put(HopPayload.SHORT_CHANNEL_ID, told.channel().id().bytes());
            }
            records.put(
                    HopPayload.AMT_TO_FORWARD,
                    new WireWriter().tu64(told.amountOut()).toByteArray());
            records.put(
                    HopPayload.OUTGOING_CLTV_VALUE,
                    new WireWriter().tu64(height + told.cltvOut()).toByteArray());
            hops.add(new Sphinx.Hop(
                    steps.get(i).to().bytes(),
                    Sphinx.Hop.prefixed(TlvStream.of(records).encode())));
        }
        return hops;
    }

    private void ended(Payment payment, List<Routes.Step> steps) {
        var failure = payment.failure();
        if (failure == null) {
            report.paid(this, payment);
        } else if (failure.index() == steps.size()) {
            declined(payment, failure);
        } else {
            failed.add(payment);
            // index 0 is this node, whose channel is the first step
            avoided.add(steps.get(Math.max(0, failure.index())).direction());
            start();
        }
    }

    private void declined(Payment payment, Payment.Failure failure) {
        long height = 0;
        if (failure.failcode() == FailureCode.INCORRECT_OR_UNKNOWN_PAYMENT_DETAILS.number()
                && failure.message().length >= HEIGHT_AT + Integer.BYTES) {
            height = new WireReader(failure.message(), HEIGHT_AT, Integer.BYTES).u32();
        }
        if (height > daemon.chain().height()) {
            long awaited = height;
            daemon.loop()
                    .after(
                            Duration.ofSeconds(Integer.toUnsignedLong(retryFor)),
                            () -> report.behind(this, payment, failure, awaited));
        } else {
            report.declined(this, payment, failure);
        }
    }
}
