// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.wire.WireWriter;
import io.github.camellightning.testkit.onion.BadOnion;
import io.github.camellightning.testkit.onion.Curve;
import io.github.camellightning.testkit.onion.FailureCode;
import io.github.camellightning.testkit.onion.FailureOnion;
import io.github.camellightning.testkit.onion.Hashes;
import io.github.camellightning.testkit.onion.HopPayload;
import io.github.camellightning.testkit.onion.OnionPacket;
import io.github.camellightning.testkit.onion.OnionPacket.Layer;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The payments that reach a node: it takes its layer off, asks its plugins, and passes them on, takes them or declines them. */
final class Htlcs {

    /** One that the node has to decide on. */
    private record Incoming(Channel channel, Htlc htlc, Layer layer, byte[] sharedSecret) {}

    private final Daemon daemon;
    private final Keysends keysends = new Keysends();
    private final Set<Htlc> inHand = Collections.newSetFromMap(new IdentityHashMap<>());

    Htlcs(Daemon daemon) {
        this.daemon = daemon;
    }

    /** False where the channel does not hold so much. */
    boolean offer(
            PeerLink link,
            Channel channel,
            long amountMsat,
            long expiry,
            byte[] paymentHash,
            byte[] onion,
            Htlc.Sender sender) {
        var htlc = channel.offer(daemon.nodeId(), amountMsat, expiry, paymentHash, onion, sender);
        if (htlc == null) {
            return false;
        }
        link.tellOtherEnd(peer -> peer.htlcs().accept(channel, htlc));
        return true;
    }

    /** What was undecided when one of both stopped comes once more, and so does what the other end has decided since. */
    void connected(NodeId peer) {
        for (var channel : daemon.chain().channelsOf(daemon.nodeId())) {
            if (channel.other(daemon.nodeId()).equals(peer)) {
                channel.undecided(daemon.nodeId()).forEach(htlc -> accept(channel, htlc));
                settle(channel);
            }
        }
    }

    private void settle(Channel channel) {
        for (var outcome : channel.settle(daemon.nodeId())) {
            outcome.htlc().sender().told(daemon, outcome.result());
        }
    }

    private void accept(Channel channel, Htlc htlc) {
        if (!channel.undecided(daemon.nodeId()).contains(htlc) || !inHand.add(htlc)) {
            return;
        }
        try {
            var packet = OnionPacket.parse(htlc.onion());
            byte[] sharedSecret = Curve.sharedSecret(daemon.nodeSecret(), packet.key());
            ask(new Incoming(channel, htlc, packet.peel(sharedSecret, htlc.paymentHash()), sharedSecret));
        } catch (BadOnion bad) {
            finish(channel, htlc, new Htlc.Malformed(bad.code(), Hashes.sha256(htlc.onion())));
        }
    }

    private void ask(Incoming in) {
        var layer = in.layer();
        if (layer.isLast()) {
            layer = new Layer(keysends.received(layer.payload(), in.htlc().paymentHash()), layer.next());
        }
        var params = HtlcHook.describe(
                in.channel(),
                in.htlc(),
                layer,
                in.sharedSecret(),
                daemon.chain().height(),
                onward(layer));
        daemon.hooks().call(HookKind.HTLC_ACCEPTED, "", params, answer -> decide(in, params, answer));
    }

    private @Nullable Channel onward(Layer layer) {
        try {
            var forward = HopPayload.decode(layer.payload(), layer.isLast()).forward();
            var channel = forward == null ? null : daemon.chain().channel(forward);
            return channel != null && channel.joins(daemon.nodeId()) ? channel : null;
        } catch (HopPayload.Invalid undecoded) {
            return null;
        }
    }

    private void decide(Incoming in, ObjectNode params, @Nullable Token answer) {
        if (answer == null) {
            goOn(in, params);
        } else if (HtlcAnswer.resolves(answer)) {
            resolve(in, HtlcAnswer.bytes(answer, "payment_key"));
        } else if (answer.member("failure_onion") != null) {
            failed(in, HtlcAnswer.bytes(answer, "failure_onion"));
        } else {
            fail(in, HtlcAnswer.bytes(answer, "failure_message"));
        }
    }

    private void resolve(Incoming in, byte[] preimage) {
        if (Arrays.equals(Hashes.sha256(preimage), in.htlc().paymentHash())) {
            finish(in.channel(), in.htlc(), new Htlc.Fulfilled(preimage));
        } else {
            daemon.log("Plugin returned a preimage that doesn't match the HTLC hash it tries to resolve.");
            fail(in, FailureCode.INCORRECT_OR_UNKNOWN_PAYMENT_DETAILS.message());
        }
    }

    private void goOn(Incoming in, ObjectNode params) {
        HopPayload payload;
        try {
            payload = HopPayload.decode(HtlcHook.payload(params), in.layer().isLast());
        } catch (HopPayload.Invalid invalid) {
            fail(in, invalid.failure());
            return;
        }
        if (in.layer().isLast()) {
            take(in, payload);
        } else {
            new Forward(daemon, in.htlc(), payload)
                    .over(
                            HtlcHook.forwardTo(params),
                            in.layer().next(),
                            () -> in.channel().passedOn(in.htlc()),
                            (running, result) -> running.htlcs().came(in, result),
                            failure -> fail(in, failure));
        }
    }

    private void take(Incoming in, HopPayload payload) {
        var htlc = in.htlc();
        byte[] amount = new WireWriter().u64(htlc.amountMsat()).toByteArray();
        if (htlc.amountMsat() < payload.amountMsat()) {
            fail(in, FailureCode.FINAL_INCORRECT_HTLC_AMOUNT.message(amount));
        } else if (htlc.expiry() < payload.cltv()) {
            byte[] expiry = new WireWriter().u32(htlc.expiry()).toByteArray();
            fail(in, FailureCode.FINAL_INCORRECT_CLTV_EXPIRY.message(expiry));
        } else {
            var invoice = keysends.paidBy(htlc.paymentHash(), payload);
            if (invoice == null) {
                byte[] height = new WireWriter().u32(daemon.chain().height()).toByteArray();
                fail(in, FailureCode.INCORRECT_OR_UNKNOWN_PAYMENT_DETAILS.message(amount, height));
            } else {
                finish(in.channel(), htlc, new Htlc.Fulfilled(invoice.preimage()));
                daemon.plugins()
                        .tellAll(
                                "invoice_payment",
                                Json.object()
                                        .put("msat", htlc.amountMsat())
                                        .put("preimage", Hex.encode(invoice.preimage()))
                                        .put("label", invoice.label()));
            }
        }
    }

    /** What became of it further on. */
    private void came(Incoming in, Htlc.Result result) {
        if (result instanceof Htlc.Failed failed) {
            failed(in, failed.onion());
        } else if (result instanceof Htlc.Malformed malformed) {
            fail(in, malformed.code().message(malformed.onionHash()));
        } else {
            finish(in.channel(), in.htlc(), result);
        }
    }

    private void fail(Incoming in, byte[] message) {
        failed(in, FailureOnion.create(in.sharedSecret(), message));
    }

    private void failed(Incoming in, byte[] onion) {
        finish(in.channel(), in.htlc(), new Htlc.Failed(FailureOnion.hide(in.sharedSecret(), onion)));
    }

    private void finish(Channel channel, Htlc htlc, Htlc.Result result) {
        channel.decided(htlc, result);
        inHand.remove(htlc);
        var link = daemon.peers().get(htlc.from());
        if (link != null) {
            link.tellOtherEnd(sender -> sender.htlcs().settle(channel));
        }
    }
}
