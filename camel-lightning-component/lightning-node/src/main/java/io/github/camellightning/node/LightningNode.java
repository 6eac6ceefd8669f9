// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node of the Lightning network, whichever kind it is. Nothing here blocks; stages complete on a thread of the node's, and fail
 * with a {@link LightningException}. One node serves any number of users.
 */
public interface LightningNode {

    /**
     * Brings the node up, or joins those for whom it is up already: each start wants one {@link #stop()}.
     *
     * @return completes when the node works; peers it dials may still be on their way
     */
    CompletionStage<Void> start();

    /** Gives up one {@link #start()}; with the last one the node goes down. Without one nothing happens. */
    CompletionStage<Void> stop();

    /** @throws NotConnectedException where this kind of node must be up to know it, and is not */
    NodeId nodeId();

    NodeState state();

    /**
     * Sends to a connected peer. Two messages of one caller to one peer arrive in the order of the calls.
     *
     * <p>Where the stage is {@link Recallable}, who gives up on it can take the message back; to cancel it does the same if it can.
     *
     * @return completes when the message left this process: that the peer has it, or did anything with it, nobody promises. Fails with
     *     {@link InvalidMessageException}, {@link NotConnectedException}, {@link QueueFullException}, {@link TimeoutException} (nothing
     *     was written) or {@link OutcomeUnknownException}.
     */
    CompletionStage<Void> send(NodeId peer, CustomMessage message);

    /**
     * Runs a method on a connected peer that serves commando ({@code lightning-commando(7)}). Any number may run at once.
     *
     * @param rune what allows it; null where the peer asks for none
     * @return the result, to be closed. Fails with {@link RemoteErrorException} in the peer's code and words, {@link InvalidMessageException}, {@link
     *     NotConnectedException}, {@link QueueFullException}, {@link TimeoutException} (nothing was written) or {@link OutcomeUnknownException}: the
     *     peer went away or fell silent, and may have run it
     */
    CompletionStage<JsonResult> commando(NodeId peer, MethodCall call, @Nullable String rune);

    /**
     * For who will call by commando and wants to know beforehand.
     *
     * @throws InvalidMessageException where this node is set up so that it refuses each such call, naming the option
     */
    default void requireCommando() {
        // a node that speaks to peers itself can
    }

    /** Dials the peer, or completes at once where it is connected. Completes when messages can be sent. */
    CompletionStage<Void> connect(PeerAddress address);

    /** The same for a peer whose address the node knows: from its configuration, or, where it has a daemon, from what that knows. */
    CompletionStage<Void> connect(NodeId peer);

    /** Closes the connection with a peer, if there is one; a peer that the node is configured to keep is dialled again. */
    CompletionStage<Void> disconnect(NodeId peer);

    CompletionStage<List<Peer>> peers();

    /** The peers that its configuration has it keep connected. */
    default Set<NodeId> keptPeers() {
        return Set.of();
    }

    /** For who watches over it. Nothing here waits. */
    default NodeCounts counts() {
        return NodeCounts.NONE;
    }

    /**
     * Registers for messages. Each matching listener gets each message. Register before {@link #start()} to miss none.
     *
     * @throws InvalidMessageException where the filter names a type that another listener has {@linkplain MessageFilter#exclusive() to itself}, or wants
     *     one so that another listens to
     */
    Registration onMessage(MessageFilter filter, MessageListener listener);

    /**
     * For a listener that is done with a message but wants something else done because of it: runs the task once the node has told whoever waits for the
     * message, so that they wait no longer than they must. Where nobody is to be told, and on a thread that is not the node's, it runs at once. Like the
     * listener it must not block.
     */
    default void afterwards(Runnable task) {
        task.run();
    }

    /**
     * For what goes on after a stage of this node's: an executor for the stage's {@code Async} forms on which the thread that completes it runs it itself, if it is
     * known to be short and the node can do without that thread.
     *
     * @param otherwise where it runs if not there
     */
    default Executor lendingOr(Executor otherwise) {
        return otherwise;
    }

    /**
     * The same call for a caller that will wait for the stage on this very thread: a node that can lets it do what else threads of the node's were woken for, for
     * a moment. What depends on the stage may then run on this thread.
     *
     * @param call makes one call, and does not wait for it
     */
    default <T> CompletionStage<T> waiting(Supplier<CompletionStage<T>> call) {
        return call.get();
    }

    /** The listener is called in order, on a thread of the node's, and must not block. */
    Registration onPeerEvent(Consumer<PeerEvent> listener);
}
