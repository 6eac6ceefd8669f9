// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.PeerEvent;
import io.github.camellightning.node.ReceivedMessage;
import io.github.camellightning.node.Registration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JSON-RPC 2.0 between this node and its peers: one object a message, UTF-8, all messages of one type, which nobody else of the node may listen to. Calls go
 * out and are answered; calls come in and are served; replies come in any order. What a peer sends is never answered twice, nor is a reply answered at all,
 * so that two ends that misunderstand each other fall silent.
 */
public final class PeerRpc implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PeerRpc.class);
    private static final CompletionStage<Void> HANDLED = CompletableFuture.completedFuture(null);

    private final LightningNode node;
    private final PeerRpcSettings settings;
    private final SeldomLog log = new SeldomLog(LOG);
    private final PeerClient client;
    private final PeerServer server;
    private final LongAdder unknownReplies = new LongAdder();
    private final LongAdder invalidMessages = new LongAdder();
    private final Registration messages;
    private final Registration peerEvents;

    /** @throws InvalidMessageException where the type is taken, or is none that a user may send */
    public PeerRpc(LightningNode node, PeerRpcSettings settings) {
        MessageTypes.requireSendable(settings.type(), false);
        this.node = node;
        this.settings = settings;
        this.client = new PeerClient(node, settings);
        this.server = new PeerServer(node, settings, log);
        MessageFilter mine = MessageFilter.types(settings.type()).exclusively().promptly();
        try {
            messages =
                    node.onMessage(MessageTypes.isEven(settings.type()) ? mine.acceptingEven() : mine, this::received);
            peerEvents = node.onPeerEvent(this::happened);
        } catch (RuntimeException taken) {
            client.close();
            throw taken;
        }
    }

    public PeerRpcSettings settings() {
        return settings;
    }

    /**
     * Calls a method of a connected peer. Its filter and its limit of a result do not matter here: a result fits into a message.
     *
     * @return the result, on a thread that must not wait. Fails with {@link io.github.camellightning.node.RemoteErrorException} in the peer's code and words,
     *     {@link InvalidMessageException}, {@link io.github.camellightning.node.NotConnectedException}, {@link
     *     io.github.camellightning.node.QueueFullException}, {@link io.github.camellightning.node.TimeoutException} (nothing was written) or {@link
     *     io.github.camellightning.node.OutcomeUnknownException}: the peer went away or was silent, and may have done it
     */
    public CompletionStage<JsonResult> call(NodeId peer, MethodCall call) {
        return client.call(peer, call);
    }

    /**
     * Serves a method; with the first one this end begins to answer.
     *
     * @throws InvalidMessageException where another listener serves it, or the rules do not allow its name
     */
    public Registration serve(PeerMethod method, PeerMethodListener listener) {
        return server.serve(method, listener);
    }

    private CompletionStage<Void> received(ReceivedMessage message) {
        NodeId peer = message.peer();
        RpcMessage read = RpcMessage.read(message.message().payload());
        if (read instanceof RpcMessage.Result result) {
            heeded(peer, client.result(peer, result));
        } else if (read instanceof RpcMessage.Failure failure) {
            heeded(peer, client.failure(peer, failure));
        } else if (read instanceof RpcMessage.Invalid invalid) {
            invalid(peer, invalid);
        } else if (server.isServing()) {
            // its node may be waiting to hear that the message is handled, and must not wait for the method
            node.afterwards(() -> serve(peer, read));
        }
        return HANDLED;
    }

    private void serve(NodeId peer, RpcMessage read) {
        if (read instanceof RpcMessage.Request request) {
            server.request(peer, request);
        } else if (read instanceof RpcMessage.Notification notification) {
            server.notification(peer, notification);
        }
    }

    private void heeded(NodeId peer, boolean waitedFor) {
        if (!waitedFor) {
            unknownReplies.increment();
            log.debug(peer, "sends replies to calls that are not, or no longer, waited for");
        }
    }

    private void invalid(NodeId peer, RpcMessage.Invalid invalid) {
        invalidMessages.increment();
        log.warn(
                peer,
                "sent a message of type " + settings.type()
                        + " that is no JSON-RPC 2.0 (does it use the type for something else?): ",
                invalid.reason());
        if (settings.rules() == PeerRpcRules.LSPS0) {
            client.shun(peer, invalid.reason());
        }
        if (server.isServing()) {
            node.afterwards(() -> server.invalid(peer, invalid));
        }
    }

    private void happened(PeerEvent event) {
        if (event instanceof PeerEvent.Disconnected gone) {
            client.disconnected(gone.peer(), gone.reason());
            server.disconnected(gone.peer());
        } else {
            client.connected(event.peer());
        }
    }

    /** With the node. */
    public Registration registration() {
        return messages;
    }

    /** Calls that have not ended. */
    public int openCalls() {
        return client.open();
    }

    /** Calls of peers that are being served. */
    public int servedCalls() {
        return server.served();
    }

    /** Completes when no call of a peer is being served and its reply is written, on a thread that must not wait; at once where that is so now. */
    public CompletionStage<Void> idle() {
        return server.idle();
    }

    /** Replies received that nobody waited for, since this object was made. */
    public long unknownReplies() {
        return unknownReplies.sum();
    }

    /** Messages received that are neither a request nor a reply, since this object was made. */
    public long invalidMessages() {
        return invalidMessages.sum();
    }

    /** Fails the calls that have not ended; what is being served still is answered to nobody. Idempotent. */
    @Override
    public void close() {
        messages.close();
        peerEvents.close();
        client.close();
        server.close();
    }
}
