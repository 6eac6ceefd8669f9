// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.jsonrpc.RequestText;
import io.github.camellightning.node.jsonrpc.Secrets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A call on its way, from the caller to its end. It knows the rune only as what is to be masked, and as bytes until they are sent. */
final class CommandoCall {

    /** Whether the peer may have some of it, and whether somebody waits for it still. */
    enum Stage {
        UNWRITTEN,
        WRITTEN,
        ENDED
    }

    private final NodeId peer;
    private final long number;
    private final MethodCall call;
    private final Secrets secrets;
    private final int size;
    private final int parts;
    private final long deadlineNanos;
    private final CompletableFuture<JsonResult> future = new Result();
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.UNWRITTEN);

    private byte[] request;
    private int nextPart;
    private @Nullable ReplyReader reader;
    private volatile long progressAt = System.nanoTime();
    private volatile boolean replied;
    private volatile boolean spooled;
    private volatile @Nullable Consumer<CommandoCall> onCancel;

    CommandoCall(NodeId peer, long number, MethodCall call, @Nullable String rune, long deadlineNanos) {
        this.peer = peer;
        this.number = number;
        this.call = call;
        this.secrets = Secrets.of(call.method(), call.params(), rune);
        String id = "camel:" + call.method() + "#" + Long.toUnsignedString(number);
        this.request = RequestText.of(id, call.method(), call.params(), call.filter(), rune);
        this.size = request.length;
        this.parts = Frames.parts(size);
        this.deadlineNanos = deadlineNanos;
    }

    NodeId peer() {
        return peer;
    }

    long number() {
        return number;
    }

    String method() {
        return call.method();
    }

    long maxResponseSize() {
        return call.maxResponseSize();
    }

    Secrets secrets() {
        return secrets;
    }

    /** Of the request, in bytes. */
    int size() {
        return size;
    }

    int parts() {
        return parts;
    }

    CompletableFuture<JsonResult> future() {
        return future;
    }

    /** The next part of the request, guarded by the lock of {@link OpenCalls}. */
    CustomMessage takePart() {
        CustomMessage part = Frames.request(number, request, nextPart);
        nextPart++;
        return part;
    }

    int partsTaken() {
        return nextPart;
    }

    /** All of its parts are taken, or nobody wants them any more. */
    void dropRequest() {
        request = new byte[0];
    }

    /** False where it is too late; otherwise its outcome is unknown until it is answered. */
    boolean beginWriting() {
        return stage.compareAndSet(Stage.UNWRITTEN, Stage.WRITTEN) || stage.get() == Stage.WRITTEN;
    }

    boolean isEnded() {
        return stage.get() == Stage.ENDED;
    }

    /** Returns what it was before: ENDED for all but the first who end it. */
    Stage end() {
        return stage.getAndSet(Stage.ENDED);
    }

    void progressed() {
        progressAt = System.nanoTime();
    }

    /** By the clock of {@link System#nanoTime()}: when nothing will have moved for too long. */
    long deadlineAt() {
        return progressAt + deadlineNanos;
    }

    /** The last part of the reply has come: what becomes of the connection does not matter any more. */
    void setReplied() {
        replied = true;
    }

    boolean isReplied() {
        return replied;
    }

    /** Some of its reply is for the thread that reads replies, and so all that follows. */
    void setSpooled() {
        spooled = true;
    }

    boolean isSpooled() {
        return spooled;
    }

    /** For the thread that reads replies alone, or, where none of it is for that, the one that its only part comes on. */
    ReplyReader reader(CommandoSettings settings) {
        if (reader == null) {
            reader = new ReplyReader(this, settings);
        }
        return reader;
    }

    /** The same: gives back what is kept of a reply. */
    void discardReply() {
        if (reader != null) {
            reader.discard();
        }
    }

    void onCancel(Consumer<CommandoCall> action) {
        onCancel = action;
    }

    @Override
    public String toString() {
        return method() + " on peer " + peer;
    }

    /** A caller who cancels gives the call's place back. */
    private final class Result extends CompletableFuture<JsonResult> {
        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            Consumer<CommandoCall> action = onCancel;
            if (cancelled && action != null) {
                action.accept(CommandoCall.this);
            }
            return cancelled;
        }
    }
}
