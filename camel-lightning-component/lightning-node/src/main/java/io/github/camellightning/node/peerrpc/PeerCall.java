// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.Recallable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A call on its way. Whatever completes its future ends it. */
final class PeerCall {

    private final NodeId peer;
    private final String id;
    private final String method;
    private final CompletableFuture<JsonResult> future = new CompletableFuture<>();
    private volatile @Nullable Recallable request;
    private boolean sent;
    private @Nullable String lost;

    PeerCall(NodeId peer, String id, String method) {
        this.peer = peer;
        this.id = id;
        this.method = method;
    }

    NodeId peer() {
        return peer;
    }

    String id() {
        return id;
    }

    CompletableFuture<JsonResult> future() {
        return future;
    }

    /** Its message is the node's, which may keep it back. */
    void keptBy(Recallable message) {
        request = message;
    }

    /** @return false where its message may have been written, or may be still */
    boolean recall(LightningException reason) {
        Recallable message = request;
        return message != null && message.recall(reason);
    }

    void sent() {
        String reason;
        synchronized (this) {
            sent = true;
            reason = lost;
        }
        if (reason != null) {
            fail(unknown(reason));
        }
    }

    synchronized boolean isSent() {
        return sent;
    }

    /** No reply will come. What is not sent yet hears from the node whether it was: only that knows. */
    void lose(String reason) {
        boolean wasSent;
        synchronized (this) {
            wasSent = sent;
            lost = reason;
        }
        if (wasSent) {
            fail(unknown(reason));
        }
    }

    void fail(LightningException failure) {
        future.completeExceptionally(failure);
    }

    OutcomeUnknownException unknown(String reason) {
        return new OutcomeUnknownException("Whether " + this + " was carried out is unknown: " + reason);
    }

    @Override
    public String toString() {
        return method + " on peer " + peer;
    }
}
