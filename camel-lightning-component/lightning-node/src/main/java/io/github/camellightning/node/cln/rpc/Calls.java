// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.TimeoutException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All calls that have not ended. So many of them have a place, which is what lets a request be written; the others wait for one in the
 * order in which they came.
 */
final class Calls {

    /** Where calls go that got a place. */
    interface Route {
        /** Never waits. It may write where that waits for nobody. */
        void dispatch(Call call);

        /** After one or more dispatches. */
        void flush();
    }

    private final RpcSettings settings;
    private final Route route;
    private final Map<Long, Call> open = new ConcurrentHashMap<>();

    private final Object lock = new Object();
    /** In the order of their coming; those that ended meanwhile are among them still. */
    private final ArrayDeque<Call> queue = new ArrayDeque<>();

    private int waiting;
    private long waitingBytes;
    private int placesTaken;
    /** One thread dispatches at a time, so that the order holds and failing calls do not nest. */
    private boolean dispatching;

    Calls(RpcSettings settings, Route route) {
        this.settings = settings;
        this.route = route;
    }

    /** @throws QueueFullException where too many wait already */
    void admit(Call call) {
        synchronized (lock) {
            refuseWhenFull(call);
            register(call);
            enqueue(call);
        }
        call.onCancel(this::release);
        dispatchWaiting();
    }

    /** For a call that needs no place of its own. */
    void register(Call call) {
        open.put(call.sequence(), call);
    }

    boolean isNoneOpen() {
        return open.isEmpty();
    }

    int inFlight() {
        synchronized (lock) {
            return placesTaken;
        }
    }

    private void refuseWhenFull(Call call) {
        int free = settings.maxInFlight() - placesTaken;
        if (waiting < free) {
            return;
        }
        if (waiting - free >= settings.maxWaiting()) {
            throw new QueueFullException(call.method() + " was refused: " + placesTaken + " calls are in flight and "
                    + waiting + " wait (maxInFlight=" + settings.maxInFlight() + ", maxWaiting="
                    + settings.maxWaiting() + ")");
        }
        if (waiting > 0 && waitingBytes + call.size() > settings.maxWaitingBytes()) {
            throw new QueueFullException(call.method() + " was refused: its " + call.size()
                    + " bytes would join the " + waitingBytes + " that wait (maxWaitingBytes="
                    + settings.maxWaitingBytes() + ")");
        }
    }

    private void enqueue(Call call) {
        if (queue.size() > 2 * waiting + 100) {
            queue.removeIf(ended -> ended.place() != Call.Place.WAITING);
        }
        call.setPlace(Call.Place.WAITING);
        queue.add(call);
        waiting++;
        waitingBytes += call.size();
    }

    private void dispatchWaiting() {
        synchronized (lock) {
            if (dispatching || queue.isEmpty()) {
                return;
            }
            dispatching = true;
        }
        for (Call next = nextWithPlace(); next != null; next = nextWithPlace()) {
            route.dispatch(next);
        }
        route.flush();
    }

    private @Nullable Call nextWithPlace() {
        synchronized (lock) {
            while (placesTaken < settings.maxInFlight() && !queue.isEmpty()) {
                Call next = queue.remove();
                if (next.place() == Call.Place.WAITING) {
                    leave(next);
                    next.setPlace(Call.Place.TAKEN);
                    placesTaken++;
                    return next;
                }
            }
            dispatching = false;
            return null;
        }
    }

    private void release(Call call) {
        call.end();
        open.remove(call.sequence());
        synchronized (lock) {
            switch (call.place()) {
                case TAKEN -> placesTaken--;
                case WAITING -> leave(call);
                case NONE -> {}
            }
            call.setPlace(Call.Place.NONE);
        }
        dispatchWaiting();
    }

    private void leave(Call call) {
        waiting--;
        waitingBytes -= call.size();
    }

    /** The call that a reply's id names, while somebody waits for it. */
    @Nullable
    Call find(long sequence) {
        return open.get(sequence);
    }

    void succeed(Call call, JsonResult result) {
        if (call.end() == Call.Stage.ENDED) {
            result.close();
            return;
        }
        release(call);
        if (!call.future().complete(result)) {
            result.close();
        }
    }

    /** Ends it in a way that does not depend on whether it was written. */
    void fail(Call call, LightningException failure) {
        if (call.end() != Call.Stage.ENDED) {
            release(call);
            call.future().completeExceptionally(failure);
        }
    }

    /** Ends it because the connection ended, or came to nothing. */
    void lose(Call call, String reason) {
        Call.Stage before = call.end();
        if (before == Call.Stage.ENDED) {
            return;
        }
        release(call);
        call.future()
                .completeExceptionally(
                        before == Call.Stage.WRITTEN
                                ? new OutcomeUnknownException("Whether lightningd carried out " + call.method()
                                        + " is unknown, no answer came (id " + call.id() + "): " + reason)
                                : new NotConnectedException(call.method() + " was not written: " + reason));
    }

    void loseAll(Predicate<Call> lost, String reason) {
        open.values().stream().filter(lost).toList().forEach(call -> lose(call, reason));
    }

    /** Ends those whose time is over, and returns the next deadline, if there is one. */
    OptionalLong expire(long now) {
        long untilNext = Long.MAX_VALUE;
        for (Call call : open.values()) {
            long left = call.deadlineAt() - now;
            if (left <= 0) {
                expire(call);
            } else {
                untilNext = Math.min(untilNext, left);
            }
        }
        return untilNext == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(now + untilNext);
    }

    private void expire(Call call) {
        Call.Stage before = call.end();
        if (before == Call.Stage.ENDED) {
            return;
        }
        release(call);
        call.future()
                .completeExceptionally(
                        before == Call.Stage.WRITTEN
                                ? new OutcomeUnknownException("Whether lightningd carried out " + call.method()
                                        + " is unknown, no answer came before its deadline (id " + call.id() + ")")
                                : new TimeoutException(call.method() + " was not written before its deadline"));
    }
}
