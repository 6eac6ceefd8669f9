// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.testkit.onion.FailureCode;
import io.github.camellightning.testkit.onion.FailureOnion;
import io.github.camellightning.testkit.onion.OnionPacket;
import io.github.camellightning.testkit.onion.ShortChannelId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Gives onions to the first node on their way, and reads what comes back. */
final class PaymentSender {

    static final int UNPARSEABLE_ONION = 202;
    static final int TRY_OTHER_ROUTE = 204;

    /** @param delay in blocks, from the next one on */
    record FirstHop(@Nullable NodeId nodeId, @Nullable ShortChannelId channel, long amountMsat, long delay) {}

    private final Daemon daemon;
    private final Payments payments;

    PaymentSender(Daemon daemon, Payments payments) {
        this.daemon = daemon;
        this.payments = payments;
    }

    /** Its outcome is known later. The payment may be one that has been sent before. */
    Payment send(Payment.Order order, FirstHop first, OnionPacket onion) throws RpcException {
        var sent = payments.alreadySent(order);
        if (sent != null) {
            return sent;
        }
        for (var channel : daemon.chain().channelsOf(daemon.nodeId())) {
            var peer = channel.other(daemon.nodeId());
            var link = daemon.peers().get(peer);
            boolean wanted = (first.nodeId() == null || peer.equals(first.nodeId()))
                    && (first.channel() == null || channel.id().equals(first.channel()));
            if (link != null && wanted) {
                var payment = payments.add(order);
                offer(payment, first, onion, channel, link);
                return payment;
            }
        }
        var details = failed(0, FailureCode.UNKNOWN_NEXT_PEER.number());
        details.put("erring_node", daemon.nodeId().hex());
        throw new RpcException(TRY_OTHER_ROUTE, "No connection to first peer found", data(details));
    }

    private void offer(Payment payment, FirstHop first, OnionPacket onion, Channel channel, PeerLink link) {
        // an update_add_htlc has room for so much, and lightningd fills or cuts it
        byte[] packet = Arrays.copyOf(onion.encode(), OnionPacket.PAYMENT_LENGTH);
        if (first.amountMsat() == 0) {
            failHere(payment, FailureCode.AMOUNT_BELOW_MINIMUM, "HTLC too small (0msat minimum)");
            return;
        }
        long expiry = daemon.chain().height() + 1 + first.delay();
        boolean offered = daemon.htlcs()
                .offer(
                        link,
                        channel,
                        first.amountMsat(),
                        expiry,
                        payment.order().hash(),
                        packet,
                        (running, result) -> ended(payment, result));
        if (!offered) {
            failHere(payment, FailureCode.TEMPORARY_CHANNEL_FAILURE, "Capacity exceeded");
        }
    }

    /** Later: it is the channel's own process that finds out. */
    private void failHere(Payment payment, FailureCode code, String why) {
        var details = failed(0, code.number());
        details.put("erring_node", daemon.nodeId().hex());
        var words = "failed: " + code.wireName() + " (" + code.wireName() + ": " + why + ")";
        daemon.loop()
                .execute(() -> payment.fail(new Payment.Failure(TRY_OTHER_ROUTE, words, details, 0, code.message())));
    }

    private static void ended(Payment payment, Htlc.Result result) {
        if (result instanceof Htlc.Fulfilled fulfilled) {
            payment.complete(fulfilled.preimage());
        } else if (result instanceof Htlc.Malformed malformed) {
            byte[] message = malformed.code().message(malformed.onionHash());
            payment.fail(failure(1, message, "local failure"));
        } else if (result instanceof Htlc.Failed failed) {
            var secrets = payment.order().secrets();
            var told = secrets == null ? null : FailureOnion.read(secrets, failed.onion());
            payment.fail(
                    told == null
                            ? new Payment.Failure(
                                    UNPARSEABLE_ONION,
                                    "Malformed error reply",
                                    Json.object().put("onionreply", Hex.encode(failed.onion())),
                                    -1,
                                    new byte[0])
                            : failure(told.index() + 1, told.message(), "reply from remote"));
        }
    }

    private static Payment.Failure failure(int index, byte[] message, String origin) {
        int code = WireTypes.of(message);
        return new Payment.Failure(
                TRY_OTHER_ROUTE,
                "failed: " + FailureCode.nameOf(code) + " (" + origin + ")",
                failed(index, code).put("raw_message", Hex.encode(message)),
                index,
                message);
    }

    static ObjectNode failed(int index, int code) {
        var details = Json.object().put("erring_index", index).put("failcode", code);
        FailureCode.of(code).ifPresent(known -> details.put("failcodename", known.wireName()));
        return details;
    }

    static ObjectNode data(ObjectNode data) {
        var more = Json.object();
        more.set("data", data);
        return more;
    }
}
