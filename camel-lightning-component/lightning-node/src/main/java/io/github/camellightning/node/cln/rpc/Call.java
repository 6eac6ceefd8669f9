// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.jsonrpc.Secrets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request on its way, from the caller to the reply. */
final class Call {

    /** Whether lightningd may have it, and whether somebody waits for it still. */
    enum Stage {
        UNWRITTEN,
        WRITTEN,
        ENDED
    }

    /** Whether it may be written, or waits until it may. */
    enum Place {
        NONE,
        WAITING,
        TAKEN
    }

    private final long sequence;
    private final String id;
    private final String method;
    private final Secrets secrets;
    private final int size;
    private final long deadlineAt;
    private final long maxResponseSize;
    private final boolean apart;
    private final @Nullable Consumer<RpcNotification> listener;
    private final CompletableFuture<JsonResult> future = new Result();
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.UNWRITTEN);

    private byte[] bytes;
    private volatile @Nullable RpcConnection connection;
    private volatile @Nullable Line line;
    private volatile @Nullable Consumer<Call> onCancel;
    /** The writer's: what lightningd has consumed for certain when it answers. */
    private volatile long consumedCost;

    /** Guarded by the lock of {@link Calls}. */
    private Place place = Place.NONE;

    Call(
            long sequence,
            String id,
            RpcRequest request,
            long deadlineAt,
            long maxResponseSize,
            @Nullable Consumer<RpcNotification> listener) {
        this.sequence = sequence;
        this.id = id;
        this.method = request.method();
        this.secrets = Secrets.of(request.method(), request.params());
        this.bytes = RequestEncoder.encode(id, request);
        this.size = bytes.length;
        this.deadlineAt = deadlineAt;
        this.maxResponseSize = maxResponseSize;
        this.apart = request.apart();
        this.listener = listener;
    }

    long sequence() {
        return sequence;
    }

    String id() {
        return id;
    }

    String method() {
        return method;
    }

    Secrets secrets() {
        return secrets;
    }

    /** Of the request, in bytes. */
    int size() {
        return size;
    }

    long deadlineAt() {
        return deadlineAt;
    }

    /** Of the result, in bytes. */
    long maxResponseSize() {
        return maxResponseSize;
    }

    /** Whether it wants a connection of its own. */
    boolean isApart() {
        return apart;
    }

    @Nullable
    Consumer<RpcNotification> listener() {
        return listener;
    }

    CompletableFuture<JsonResult> future() {
        return future;
    }

    Place place() {
        return place;
    }

    void setPlace(Place next) {
        place = next;
    }

    void assignTo(RpcConnection assigned) {
        connection = assigned;
    }

    boolean isOn(RpcConnection candidate) {
        return connection == candidate;
    }

    /** Its caller waits for it, and can read there what is answered. */
    void prefer(Line callers) {
        line = callers;
        callers.expect(this);
    }

    @Nullable
    Line line() {
        return line;
    }

    void whenAnswered(long consumed) {
        consumedCost = consumed;
    }

    long consumedCost() {
        return consumedCost;
    }

    void onCancel(Consumer<Call> action) {
        onCancel = action;
    }

    boolean isEnded() {
        return stage.get() == Stage.ENDED;
    }

    /** False where it is too late; otherwise its outcome is unknown until it is answered. */
    boolean beginWriting(long now) {
        return deadlineAt - now > 0 && stage.compareAndSet(Stage.UNWRITTEN, Stage.WRITTEN);
    }

    /** The request, once. */
    byte[] takeBytes() {
        byte[] taken = bytes;
        bytes = new byte[0];
        return taken;
    }

    /** Of the bytes that were taken none left this process. */
    void notWritten(byte[] taken) {
        bytes = taken;
        stage.compareAndSet(Stage.WRITTEN, Stage.UNWRITTEN);
    }

    /** Returns what it was before: ENDED for all but the first who end it. */
    Stage end() {
        return stage.getAndSet(Stage.ENDED);
    }

    /** A caller who cancels gives the call's place back. */
    private final class Result extends CompletableFuture<JsonResult> {
        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            Consumer<Call> action = onCancel;
            if (cancelled && action != null) {
                action.accept(Call.this);
            }
            return cancelled;
        }
    }
}
