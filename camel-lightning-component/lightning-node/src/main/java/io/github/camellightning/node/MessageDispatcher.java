// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** For kinds of node: the listeners that registered, and one stage for all that they do with a message. */
public final class MessageDispatcher {

    private static final Logger LOG = LoggerFactory.getLogger(MessageDispatcher.class);
    private static final CompletionStage<Void> HANDLED = CompletableFuture.completedFuture(null);

    private record Entry(MessageFilter filter, boolean catchAll, MessageListener listener) {}

    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final BiConsumer<ReceivedMessage, Throwable> failures;

    /** Logs failures of listeners, those of each peer once a minute. */
    public MessageDispatcher() {
        this(new LimitedLog(LOG));
    }

    private MessageDispatcher(LimitedLog log) {
        this((message, failure) -> log(log, message, failure));
    }

    /** @param failures told of each failure of a listener; what it says of it may be a peer's words */
    public MessageDispatcher(BiConsumer<ReceivedMessage, Throwable> failures) {
        this.failures = failures;
    }

    /** @throws InvalidMessageException where a type is another listener's alone, or would have to be */
    public synchronized Registration register(MessageFilter filter, MessageListener listener) {
        var entry = new Entry(filter, filter.isCatchAll(), listener);
        refuseTaken(entry);
        entries.add(entry);
        // by identity: two registrations may be equal, and each ends only itself
        return () -> entries.removeIf(registered -> registered == entry);
    }

    private void refuseTaken(Entry entry) {
        if (entry.catchAll && entry.filter.exclusive()) {
            throw new InvalidMessageException("All message types at once cannot be had exclusively: name some");
        }
        for (Entry there : entries) {
            if (there.catchAll || entry.catchAll || !there.filter.exclusive() && !entry.filter.exclusive()) {
                continue;
            }
            there.filter.types().firstOfBoth(entry.filter.types()).ifPresent(type -> {
                throw new InvalidMessageException(
                        there.filter.exclusive()
                                ? "Message type " + type + " is taken: a protocol of this node has it to itself"
                                : "Message type " + type + " cannot be had exclusively: another listener of this node"
                                        + " receives it already");
            });
        }
    }

    /** Who wants all there is does not get what another has to itself. */
    private boolean isFor(Entry entry, NodeId peer, int type) {
        return entry.filter.matches(peer, type) && !(entry.catchAll && isTaken(type));
    }

    private boolean isTaken(int type) {
        for (Entry entry : entries) {
            if (entry.filter.exclusive() && entry.filter.types().contains(type)) {
                return true;
            }
        }
        return false;
    }

    /** Whether any listener wants this type from this peer. */
    public boolean wants(NodeId peer, int type) {
        for (Entry entry : entries) {
            if (isFor(entry, peer, type)) {
                return true;
            }
        }
        return false;
    }

    /** The filters in force, for a node that announces them. */
    public List<MessageFilter> filters() {
        return entries.stream().map(Entry::filter).toList();
    }

    /** @return completes normally, always, once every matching listener's stage has completed; at once where none matches */
    public CompletionStage<Void> dispatch(ReceivedMessage message) {
        dispatchPromptly(message);
        return dispatchInOrder(message);
    }

    /**
     * Tells those who want it promptly.
     *
     * @return whether somebody wants it in order
     */
    public boolean dispatchPromptly(ReceivedMessage message) {
        boolean wanted = false;
        for (Entry entry : entries) {
            if (isFor(entry, message.peer(), message.message().type())) {
                if (entry.filter.prompt()) {
                    handle(entry.listener, message);
                } else {
                    wanted = true;
                }
            }
        }
        return wanted;
    }

    /** Tells the others; otherwise as {@link #dispatch}. */
    public CompletionStage<Void> dispatchInOrder(ReceivedMessage message) {
        CompletionStage<Void> all = HANDLED;
        for (Entry entry : entries) {
            if (!entry.filter.prompt()
                    && isFor(entry, message.peer(), message.message().type())) {
                CompletionStage<Void> one = handle(entry.listener, message);
                all = all == HANDLED ? one : all.thenCombine(one, (left, right) -> null);
            }
        }
        return all;
    }

    private CompletionStage<Void> handle(MessageListener listener, ReceivedMessage message) {
        try {
            CompletionStage<?> stage = listener.onMessage(message);
            // what only looks like a future, as a minimal stage does, refuses to be asked
            if (stage.getClass() == CompletableFuture.class
                    && stage instanceof CompletableFuture<?> future
                    && future.isDone()
                    && !future.isCompletedExceptionally()) {
                return HANDLED;
            }
            return stage.handle((ignored, failure) -> {
                if (failure != null) {
                    failures.accept(message, failure);
                }
                return null;
            });
        } catch (Throwable failure) {
            // an error too, or a checked exception of code that is not Java: a message never handled would block its
            // peer for good
            failures.accept(message, failure);
            return HANDLED;
        }
    }

    private static void log(LimitedLog log, ReceivedMessage message, Throwable failure) {
        log.warn(
                "A listener failed on a message from " + message.peer() + ", which is lost. Mend the listener: ",
                "type " + message.message().type() + ": " + failure);
    }
}
