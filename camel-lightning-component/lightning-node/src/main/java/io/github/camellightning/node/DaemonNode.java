// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node with a daemon, Core Lightning, whose own commands, notifications and hooks are to be had. What registers before {@link #start()} is told to
 * the daemon at once; what comes later takes one more plugin, see {@link Registration#inForce()}.
 */
public interface DaemonNode extends LightningNode {

    /** Whether the daemon has this node as its plugin now: without that nothing is received. */
    boolean isRegistered();

    /** Why the daemon refuses a part of what listeners want of it, which it is asked again and again; null where it does not. */
    default @Nullable String refusal() {
        return null;
    }

    /**
     * Runs a command of the daemon. What would bring the daemon down is refused.
     *
     * @return the result, to be closed. Fails with {@link RemoteErrorException} in the daemon's code and words, {@link InvalidMessageException}, {@link
     *     NotConnectedException}, {@link QueueFullException}, {@link TimeoutException} (nothing was written) or {@link OutcomeUnknownException}
     */
    CompletionStage<JsonResult> call(MethodCall call);

    /**
     * For who will call that command and wants to know beforehand.
     *
     * @throws InvalidMessageException where this node is set up so that it refuses each such call, naming the option
     */
    default void requireCallable(String method) {
        // whether there is such a command the daemon knows
    }

    /**
     * The listener is called in order, on a thread of the node's, and must not block.
     *
     * @param topic like {@code invoice_payment}; {@code *} for all but the log
     * @param listener gets the payload, without what some versions wrap around it; with {@code *} in a member named like its topic
     */
    Registration onNotification(String topic, Consumer<JsonNode> listener);

    /** Announces a topic that {@link #emit} will use: a daemon refuses others. */
    Registration announce(String topic);

    /** Completes when the notification left this process. Fails where the topic is not announced. */
    CompletionStage<Void> emit(String topic, JsonNode payload);

    /**
     * Answers a hook. Only one listener at a time may have a hook.
     *
     * @throws InvalidMessageException where the hook is refused: {@code custommsg} has {@link #onMessage}, {@code db_write} no safe answer
     */
    Registration onHook(HookSpec hook, HookListener listener);

    /** Becomes a command of the daemon. */
    Registration onMethod(MethodSpec method, MethodListener listener);
}
