// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.NodeId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A payment that the node sent, until it is complete or failed, and after. */
final class Payment {

    /**
     * What is to be sent.
     *
     * @param amountMsat what arrives, 0 where the sender does not say
     * @param sentMsat what leaves
     * @param secrets that read what comes back; null where the sender keeps them
     */
    record Order(
            byte[] hash,
            long partId,
            long groupId,
            long amountMsat,
            long sentMsat,
            @Nullable NodeId destination,
            @Nullable List<byte[]> secrets,
            @Nullable String label,
            @Nullable String bolt11,
            @Nullable String description) {}

    /**
     * Why it failed.
     *
     * @param details in the data of the error, beside the payment as it was
     * @param index of the node that failed, 0 for the own one; -1 where it cannot be told
     * @param message of that node
     */
    record Failure(int code, String words, ObjectNode details, int index, byte[] message) {

        int failcode() {
            return WireTypes.of(message);
        }
    }

    private enum Status {
        PENDING,
        COMPLETE,
        FAILED
    }

    private final long id;
    private final Order order;
    private final long createdAt = Instant.now().getEpochSecond();
    private final List<Consumer<Payment>> waiters = new ArrayList<>();
    private Status status = Status.PENDING;
    private long completedAt;
    private byte @Nullable [] preimage;
    private @Nullable Failure failure;

    Payment(long id, Order order) {
        this.id = id;
        this.order = order;
    }

    long id() {
        return id;
    }

    Order order() {
        return order;
    }

    boolean isPending() {
        return status == Status.PENDING;
    }

    boolean isComplete() {
        return status == Status.COMPLETE;
    }

    byte @Nullable [] preimage() {
        return preimage;
    }

    @Nullable
    Failure failure() {
        return failure;
    }

    /** Told when it is pending no more. */
    void await(Consumer<Payment> waiter) {
        waiters.add(waiter);
    }

    void forget(Consumer<Payment> waiter) {
        waiters.remove(waiter);
    }

    void forgetWaiters() {
        waiters.clear();
    }

    void complete(byte[] secret) {
        preimage = secret;
        end(Status.COMPLETE);
    }

    /** Those who wait for it get the reason; later on lightningd remembers little of it. */
    void fail(Failure why) {
        failure = why;
        end(Status.FAILED);
    }

    private void end(Status how) {
        status = how;
        completedAt = Instant.now().getEpochSecond();
        var told = List.copyOf(waiters);
        waiters.clear();
        told.forEach(waiter -> waiter.accept(this));
    }

    ObjectNode describe() {
        return describe(status);
    }

    /** As lightningd tells it to those who waited for a failure that came from another node: it has not written down yet that it failed. */
    ObjectNode describePending() {
        return describe(Status.PENDING);
    }

    private ObjectNode describe(Status shown) {
        var json = Json.object()
                .put("created_index", id)
                .put("id", id)
                .put("payment_hash", Hex.encode(order.hash()))
                .put("groupid", order.groupId());
        boolean ended = shown != Status.PENDING;
        if (ended) {
            json.put("updated_index", id);
        }
        if (order.partId() != 0) {
            json.put("partid", order.partId());
        }
        putIfPresent(
                json,
                "destination",
                order.destination() == null ? null : order.destination().hex());
        if (order.amountMsat() != 0) {
            json.put("amount_msat", order.amountMsat());
        }
        json.put("amount_sent_msat", order.sentMsat()).put("created_at", createdAt);
        if (ended) {
            json.put("completed_at", completedAt);
        }
        json.put("status", shown.name().toLowerCase(Locale.ROOT));
        putIfPresent(json, "payment_preimage", preimage == null ? null : Hex.encode(preimage));
        putIfPresent(json, "label", order.label());
        putIfPresent(json, "bolt11", order.bolt11());
        putIfPresent(json, "description", order.description());
        return json;
    }

    private static void putIfPresent(ObjectNode json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, value);
        }
    }
}
