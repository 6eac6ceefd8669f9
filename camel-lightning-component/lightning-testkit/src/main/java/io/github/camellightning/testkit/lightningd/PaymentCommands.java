// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.testkit.lightningd.Token.Kind;
import io.github.camellightning.testkit.onion.BadOnion;
import io.github.camellightning.testkit.onion.Hashes;
import io.github.camellightning.testkit.onion.OnionPacket;
import io.github.camellightning.testkit.onion.ShortChannelId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code sendonion}, {@code waitsendpay} and {@code listsendpays}. */
final class PaymentCommands {

    private static final int IN_PROGRESS = 200;
    private static final int NO_SUCH_PAYMENT = 208;
    private static final int UNSPECIFIED = 209;

    private static final String SENDONION = "onion first_hop payment_hash [label] [shared_secrets] [partid] [bolt11]"
            + " [amount_msat] [destination] [localinvreqid] [groupid] [description] [total_amount_msat]";
    private static final String WAITSENDPAY = "payment_hash [timeout] [partid] [groupid]";
    private static final String LISTSENDPAYS = "[bolt11] [payment_hash] [status] [index] [start] [limit]";

    private final Daemon daemon;
    private final Payments payments;
    private final PaymentSender sender;

    PaymentCommands(Daemon daemon, Payments payments, PaymentSender sender, Commands commands) {
        this.daemon = daemon;
        this.payments = payments;
        this.sender = sender;
        commands.add("sendonion", SENDONION, this::sendOnion);
        commands.add("waitsendpay", WAITSENDPAY, this::waitSendPay);
        commands.add("listsendpays", LISTSENDPAYS, this::listSendPays);
    }

    private void sendOnion(Call call, Token given) throws RpcException {
        var params = Params.of(given, SENDONION);
        byte[] onion = OnionCommands.bytes(params.require("onion"));
        var first = firstHop(params.require("first_hop"));
        byte[] hash = PaymentParams.secret(params, "payment_hash");
        var order = new Payment.Order(
                hash,
                PaymentParams.u64(params, "partid", 0),
                PaymentParams.u64(params, "groupid", payments.lastGroup(hash) + 1),
                PaymentParams.msat(params, "amount_msat", 0),
                first.amountMsat(),
                params.nodeId("destination"),
                secrets(params.get("shared_secrets")),
                params.text("label"),
                params.text("bolt11"),
                params.text("description"));
        OnionPacket packet;
        try {
            packet = OnionPacket.parse(onion);
        } catch (BadOnion bad) {
            throw RpcException.invalidParams("Could not parse the onion. Parsing failed with failcode="
                    + bad.code().number());
        }
        call.actNow();
        var payment = sender.send(order, first, packet);
        var result = Json.object();
        if (payment.isPending()) {
            result.put("message", "Monitor status with listpays or waitsendpay");
        }
        result.setAll(payment.describe());
        call.succeed(result);
    }

    private static PaymentSender.FirstHop firstHop(Token hop) throws RpcException {
        var id = hop.member("id");
        var channel = hop.member("channel");
        if (id == null && channel == null) {
            throw RpcException.invalidParams("Either 'id' or 'channel' is required for a route_hop");
        }
        var amount = hop.member("amount_msat");
        if (amount == null) {
            throw RpcException.invalidParams("'amount_msat' is required");
        }
        var delay = hop.member("delay");
        if (delay == null) {
            throw RpcException.invalidParams("'delay' is required");
        }
        var msat = PaymentParams.msat(amount);
        if (msat == null) {
            throw RpcException.badParameter("first_hop", "should be a valid amount_msat", amount);
        }
        var channelId = channel == null ? null : ShortChannelId.parse(channel.text());
        if (channel != null && channelId == null) {
            throw RpcException.badParameter("first_hop", "should be a short_channel_id", channel);
        }
        return new PaymentSender.FirstHop(id == null ? null : nodeId(id), channelId, msat, blocks(delay));
    }

    private static NodeId nodeId(Token id) throws RpcException {
        try {
            return new NodeId(id.text());
        } catch (InvalidMessageException notANodeId) {
            throw RpcException.badParameter("first_hop", "should be a node_id", id);
        }
    }

    private static long blocks(Token delay) throws RpcException {
        try {
            int blocks = Integer.parseUnsignedInt(delay.text());
            if (blocks != 0) {
                return Integer.toUnsignedLong(blocks);
            }
        } catch (NumberFormatException notANumber) {
            throw RpcException.badParameter("first_hop", "should be a positive, non-zero, number", delay);
        }
        throw RpcException.badParameter("first_hop", "should be a positive, non-zero, number", delay);
    }

    private static @Nullable List<byte[]> secrets(@Nullable Token given) throws RpcException {
        if (given == null) {
            return null;
        }
        if (given.kind() != Kind.ARRAY) {
            throw RpcException.badParameter("shared_secrets", "should be an array of secrets", given);
        }
        var secrets = new ArrayList<byte[]>();
        for (var value : given.children()) {
            byte[] secret = Hex.decode(value.text());
            if (secret == null || secret.length != Hashes.LENGTH) {
                throw RpcException.invalidParams("'shared_secrets[" + secrets.size()
                        + "]' should be a 32 byte hex value, not '" + value.text() + "'");
            }
            secrets.add(secret);
        }
        return secrets;
    }

    private void waitSendPay(Call call, Token given) throws RpcException {
        var params = Params.of(given, WAITSENDPAY);
        byte[] hash = PaymentParams.secret(params, "payment_hash");
        var timeout = params.get("timeout") == null ? null : params.number("timeout", 0);
        long partId = PaymentParams.u64(params, "partid", 0);
        long groupId = PaymentParams.u64(params, "groupid", payments.lastGroup(hash));
        call.actNow();
        var payment = payments.find(hash, partId, groupId);
        if (payment == null) {
            throw new RpcException(
                    NO_SUCH_PAYMENT,
                    "Never attempted payment part " + Long.toUnsignedString(partId) + " for '" + Hex.encode(hash)
                            + "'");
        }
        if (!payment.isPending()) {
            answerLate(call, payment);
            return;
        }
        Consumer<Payment> waiter = ended -> answer(call, ended);
        payment.await(waiter);
        if (timeout != null) {
            daemon.loop().after(Duration.ofSeconds(Integer.toUnsignedLong(timeout)), () -> {
                if (payment.isPending()) {
                    payment.forget(waiter);
                    call.fail(new RpcException(IN_PROGRESS, "Timed out while waiting"));
                }
            });
        }
    }

    private static void answer(Call call, Payment payment) {
        var failure = payment.failure();
        if (failure == null) {
            call.succeed(payment.describe());
        } else {
            var data = failure.index() == 0 ? payment.describe() : payment.describePending();
            data.setAll(failure.details());
            call.fail(new RpcException(failure.code(), failure.words(), PaymentSender.data(data)));
        }
    }

    /** It keeps what it could not read, and its own failures, but not what another node told it. */
    private static void answerLate(Call call, Payment payment) {
        var failure = payment.failure();
        if (failure != null && failure.index() > 0) {
            call.fail(new RpcException(UNSPECIFIED, "Payment failure reason unknown"));
        } else {
            answer(call, payment);
        }
    }

    private void listSendPays(Call call, Token given) throws RpcException {
        var params = Params.of(given, LISTSENDPAYS);
        byte[] hash = params.get("payment_hash") == null ? null : PaymentParams.secret(params, "payment_hash");
        var status = params.text("status");
        call.actNow();
        var result = Json.object();
        var list = result.putArray("payments");
        for (var payment : payments.all()) {
            var described = payment.describe();
            if ((hash == null || Arrays.equals(hash, payment.order().hash()))
                    && (status == null || status.equals(described.path("status").textValue()))) {
                list.add(described);
            }
        }
        call.succeed(result);
    }
}
