// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.Deadlines;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.TimeoutException;
import io.github.camellightning.node.commando.CommandoCall.Stage;
import io.github.camellightning.node.commando.OpenCalls.Part;
import io.github.camellightning.node.commando.ReplyReader.Outcome;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs methods on peers that serve commando. Its node sends the frames and tells of replies, of peers that go, and of its own end.
 *
 * <p>No method waits. Stages complete on the thread that reads replies, or on one of the node's, which reads those that are short itself; what depends on them must not wait either. The rune is
 * in no exception, log line or text of an object.
 */
public final class CommandoClient implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CommandoClient.class);
    private static final CompletionStage<Void> ROOM = CompletableFuture.completedFuture(null);
    private static final Duration LONGEST_DEADLINE = Duration.ofDays(10_000);

    private final CommandoSettings settings;
    private final CommandoTransport transport;
    private final OpenCalls calls;
    private final ReplySpool spool;
    private final StrayReplies strays = new StrayReplies();
    private final SecureRandom random = new SecureRandom();
    private final ScheduledThreadPoolExecutor timer = newTimer();
    private final Deadlines deadlines = new Deadlines(timer, this::expire);
    private volatile boolean closed;

    public CommandoClient(CommandoSettings settings, CommandoTransport transport) {
        this.settings = settings;
        this.transport = transport;
        this.calls = new OpenCalls(settings);
        this.spool = new ReplySpool(settings.bufferBytes());
    }

    private static ScheduledThreadPoolExecutor newTimer() {
        var timer = new ScheduledThreadPoolExecutor(1, task -> {
            var thread = new Thread(task, "lightning-commando-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return timer;
    }

    /** As {@link io.github.camellightning.node.LightningNode#commando} says. */
    public CompletionStage<JsonResult> call(NodeId peer, MethodCall call, @Nullable String rune) {
        try {
            CommandoCall admitted = admitted(peer, call, rune);
            admitted.onCancel(this::cancelled);
            deadlines.watch(admitted.deadlineAt());
            if (closed) {
                lose(admitted, "this node is down");
            }
            send(peer);
            return admitted.future();
        } catch (LightningException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private CommandoCall admitted(NodeId peer, MethodCall call, @Nullable String rune) {
        if (rune != null) {
            MethodCall.requireRune(rune);
        }
        while (true) {
            var candidate = new CommandoCall(peer, random.nextLong(), call, rune, deadlineNanos(call));
            if (candidate.size() > Frames.MAX_REQUEST) {
                throw new InvalidMessageException("The request of " + candidate + " has " + candidate.size()
                        + " bytes: a commando request may have " + Frames.MAX_REQUEST);
            }
            if (closed) {
                throw new NotConnectedException(candidate + " was not sent: this node is down");
            }
            if (calls.add(candidate)) {
                return candidate;
            }
        }
    }

    private long deadlineNanos(MethodCall call) {
        Duration deadline = call.deadline() == null ? settings.deadline() : call.deadline();
        return (deadline.compareTo(LONGEST_DEADLINE) > 0 ? LONGEST_DEADLINE : deadline).toNanos();
    }

    /** Returns when the next call is due, as far as is known now: progress puts it off. */
    private OptionalLong expire(long now) {
        long untilNext = Long.MAX_VALUE;
        for (CommandoCall call : calls.all()) {
            long left = call.deadlineAt() - now;
            if (left <= 0) {
                expire(call);
            } else {
                untilNext = Math.min(untilNext, left);
            }
        }
        return untilNext == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(now + untilNext);
    }

    private void expire(CommandoCall call) {
        switch (call.end()) {
            case ENDED -> {}
            case UNWRITTEN -> fail(call, new TimeoutException(call + " was not sent before its deadline"));
            case WRITTEN -> fail(call, unknown(call, "nothing came, nor could be sent, before its deadline"));
        }
    }

    /** Sends what is to be sent to a peer, one part after the other. */
    private void send(NodeId peer) {
        for (Part part = calls.next(peer); part != null; part = calls.next(peer)) {
            Part sending = part;
            CompletableFuture<Void> sent = handOver(sending).toCompletableFuture();
            if (!sent.isDone()) {
                sent.whenComplete((ignored, failure) -> {
                    sent(sending, failure);
                    send(peer);
                });
                return;
            }
            sent(sending, failureOf(sent));
        }
    }

    private CompletionStage<Void> handOver(Part part) {
        try {
            return transport.send(part.call().peer(), part.frame(), part.call()::beginWriting);
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private static @Nullable Throwable failureOf(CompletableFuture<Void> done) {
        return done.handle((ignored, failure) -> failure).join();
    }

    private void sent(Part part, @Nullable Throwable failure) {
        CommandoCall call = part.call();
        if (failure == null) {
            call.progressed();
        } else if (call.end() != Stage.ENDED) {
            fail(call, notSent(part, failure));
        }
        calls.sent(call.peer());
    }

    /** A first part that was not written leaves nothing behind; of a later one the peer has those before. */
    private static LightningException notSent(Part part, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (part.index() == 0
                && cause instanceof LightningException known
                && !(cause instanceof OutcomeUnknownException)) {
            return known;
        }
        return unknown(
                part.call(),
                "part " + (part.index() + 1) + " of " + part.call().parts() + " of the request was not sent: "
                        + (cause instanceof LightningException ? cause.getMessage() : cause.getClass()));
    }

    private static OutcomeUnknownException unknown(CommandoCall call, String reason) {
        return new OutcomeUnknownException("Whether " + call + " was carried out is unknown: " + reason);
    }

    /**
     * A peer sent a message of one of the two types of replies. To be called in the order in which its messages came.
     *
     * @return completes when more should be read from this peer, which is at once unless the disk is slower
     */
    public CompletionStage<Void> received(NodeId peer, CustomMessage frame) {
        CommandoCall call = Frames.hasId(frame) ? calls.find(peer, Frames.id(frame)) : null;
        if (call == null) {
            strays.came(peer);
            return ROOM;
        }
        boolean last = Frames.isLastOfReply(frame);
        if (!last && frame.payload().length == Frames.HEADER) {
            // no progress, however many of them come
            return ROOM;
        }
        call.progressed();
        if (last) {
            call.setReplied();
        }
        if (last && !call.isSpooled() && frame.payload().length <= settings.spoolThreshold()) {
            // all there is, and it stays in memory: nobody waits for a disk, nor for another thread
            read(call, frame.payload(), true);
            return ROOM;
        }
        call.setSpooled();
        CompletionStage<Void> room = spool.add(frame.payload().length, () -> read(call, frame.payload(), last));
        if (room == null) {
            if (call.end() != Stage.ENDED) {
                fail(call, unknown(call, "its reply came faster than it could be kept"));
            }
            return ROOM;
        }
        return room;
    }

    private void read(CommandoCall call, byte[] payload, boolean last) {
        if (call.isEnded()) {
            return;
        }
        Outcome outcome;
        try {
            outcome = call.reader(settings).part(payload, Frames.HEADER, last);
        } catch (RuntimeException | Error fault) {
            LOG.error(
                    "The reply to {} could not be read, a fault of this library. Report it with what follows",
                    call,
                    fault);
            outcome = new Outcome.Failure(new LightningException("The reply to " + call + " could not be read", fault));
        }
        call.progressed();
        if (outcome instanceof Outcome.Success success) {
            succeed(call, success.result());
        } else if (outcome instanceof Outcome.Failure failed && call.end() != Stage.ENDED) {
            fail(call, failed.failure());
        }
    }

    private void succeed(CommandoCall call, JsonResult result) {
        if (call.end() == Stage.ENDED) {
            result.close();
            return;
        }
        forget(call);
        if (!call.future().complete(result)) {
            result.close();
        }
    }

    /** Who calls this has ended it. */
    private void fail(CommandoCall call, LightningException failure) {
        forget(call);
        call.future().completeExceptionally(failure);
    }

    private void cancelled(CommandoCall call) {
        if (call.end() != Stage.ENDED) {
            forget(call);
        }
    }

    private void forget(CommandoCall call) {
        calls.remove(call);
        if (call.isSpooled()) {
            spool.execute(call::discardReply);
        }
    }

    /** The connection with a peer is gone: no answer to what it was asked will come. */
    public void disconnected(NodeId peer, String reason) {
        for (CommandoCall call : calls.on(peer)) {
            if (!call.isReplied()) {
                lose(call, "peer " + peer + " disconnected: " + reason);
            }
        }
    }

    /** The node can neither send nor receive any more, for a while at least. */
    public void down(String reason) {
        lose(calls.all(), reason);
    }

    private void lose(List<CommandoCall> lost, String reason) {
        lost.forEach(call -> lose(call, reason));
    }

    private void lose(CommandoCall call, String reason) {
        switch (call.end()) {
            case ENDED -> {}
            case UNWRITTEN -> fail(call, new NotConnectedException(call + " was not sent: " + reason));
            case WRITTEN -> fail(call, unknown(call, reason));
        }
    }

    /** Whether the peer owes an answer, so that its silence may be work. */
    public boolean isWaitingFor(NodeId peer) {
        return !calls.on(peer).isEmpty();
    }

    /** Ends all calls, each saying whether it was sent. Idempotent. */
    @Override
    public void close() {
        closed = true;
        down("this node stops");
        timer.shutdown();
        spool.close();
    }
}
