// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.NodeId;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A request of a peer's, from its last part to the last of its reply. */
final class ServedCall {

    private final NodeId peer;
    private final long number;
    private final int size;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicBoolean placeLeft = new AtomicBoolean();
    private @Nullable IncomingRequest request;
    private volatile @Nullable JsonNode id;
    private volatile boolean dropped;

    ServedCall(IncomingRequest request) {
        this.peer = request.peer();
        this.number = request.number();
        this.size = request.json().length;
        this.request = request;
    }

    NodeId peer() {
        return peer;
    }

    /** Of the frames. */
    long number() {
        return number;
    }

    /** Bytes that its request holds until it is taken. */
    int size() {
        return size;
    }

    /** Once: it is kept no longer. */
    synchronized @Nullable IncomingRequest takeRequest() {
        IncomingRequest taken = request;
        request = null;
        return taken;
    }

    /** Of the JSON; null until it may run, and in the replies to those that may not. */
    @Nullable
    JsonNode id() {
        return id;
    }

    void setId(JsonNode given) {
        id = given;
    }

    /** Nobody waits for its reply any more. */
    void drop() {
        dropped = true;
    }

    boolean isDropped() {
        return dropped;
    }

    /** True for the first who says so. */
    boolean end() {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        // as large as a request, and this may be remembered for long
        id = null;
        return true;
    }

    /** Its place among those that run, if it had one, is another's. True for the first who says so. */
    boolean leavePlace() {
        return placeLeft.compareAndSet(false, true);
    }

    /** Its reply was written, all of it. */
    boolean isAnswered() {
        return ended.get() && !dropped;
    }
}
