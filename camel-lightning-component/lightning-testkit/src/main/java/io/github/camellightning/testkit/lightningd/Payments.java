// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All payments that a node has sent, in its database so to speak. */
final class Payments {

    private static final int IN_PROGRESS = 200;
    private static final int HASH_ALREADY_USED = 201;

    private final List<Payment> payments = new ArrayList<>();

    Payment add(Payment.Order order) {
        var payment = new Payment(payments.size() + 1L, order);
        payments.add(payment);
        return payment;
    }

    /** When the node starts: whoever waited for one went with the run before. */
    void forgetWaiters() {
        payments.forEach(Payment::forgetWaiters);
    }

    List<Payment> all() {
        return List.copyOf(payments);
    }

    private Stream<Payment> of(byte[] hash) {
        return payments.stream().filter(payment -> Arrays.equals(payment.order().hash(), hash));
    }

    long lastGroup(byte[] hash) {
        return of(hash).mapToLong(payment -> payment.order().groupId()).max().orElse(0);
    }

    @Nullable
    Payment find(byte[] hash, long partId, long groupId) {
        return of(hash).filter(payment ->
                        payment.order().partId() == partId && payment.order().groupId() == groupId)
                .findAny()
                .orElse(null);
    }

    /** The one that answers for the order, for it is the same; null where it is a new one. */
    @Nullable
    Payment alreadySent(Payment.Order order) throws RpcException {
        for (var payment : of(order.hash()).toList()) {
            var sent = payment.order();
            boolean samePart = sent.partId() == order.partId();
            if (payment.isComplete() && samePart) {
                sameAmount("Already succeeded", sent, order);
                return payment;
            }
            if (payment.isPending()) {
                if (sent.groupId() != order.groupId()) {
                    throw new RpcException(
                            IN_PROGRESS,
                            "Payment with groupid=" + Long.toUnsignedString(sent.groupId())
                                    + " still in progress, cannot retry before that completes.");
                }
                if (samePart) {
                    sameAmount("Already pending", sent, order);
                    return payment;
                }
            }
            if (samePart && sent.groupId() == order.groupId()) {
                throw new RpcException(
                        HASH_ALREADY_USED,
                        "There already is a payment with payment_hash=" + Hex.encode(order.hash()) + ", groupid="
                                + Long.toUnsignedString(order.groupId()) + ", partid="
                                + Long.toUnsignedString(order.partId())
                                + ". Either change the partid, or wait for the payment to complete and start a new"
                                + " group.");
            }
        }
        return null;
    }

    private static void sameAmount(String what, Payment.Order sent, Payment.Order order) throws RpcException {
        if (sent.amountMsat() != order.amountMsat()) {
            throw new RpcException(
                    HASH_ALREADY_USED,
                    what + " with amount " + sent.amountMsat() + "msat (not " + order.amountMsat() + "msat)");
        }
    }
}
