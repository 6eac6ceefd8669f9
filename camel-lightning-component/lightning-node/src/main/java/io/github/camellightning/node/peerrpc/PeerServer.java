// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.RemoteErrorException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The end that is called. It sends replies and nothing else, each to the connection that asked. */
final class PeerServer {

    private static final String LIST_PROTOCOLS = "lsps0.list_protocols";
    private static final Pattern LSPS = Pattern.compile("lsps([1-9][0-9]{0,4})\\..+");

    private record Served(PeerMethod method, PeerMethodListener listener) {}

    private final LightningNode node;
    private final PeerRpcSettings settings;
    private final SeldomLog log;
    private final Map<String, Served> methods = new ConcurrentHashMap<>();
    private final Places places;

    PeerServer(LightningNode node, PeerRpcSettings settings, SeldomLog log) {
        this.node = node;
        this.settings = settings;
        this.log = log;
        this.places = new Places(settings.maxServedPerPeer(), settings.maxServed());
    }

    /** @throws InvalidMessageException where another serves it */
    Registration serve(PeerMethod method, PeerMethodListener listener) {
        if (isLsps0() && method.name().equals(LIST_PROTOCOLS)) {
            throw new InvalidMessageException(
                    "The method " + LIST_PROTOCOLS + " is answered from what else is served, and by nobody else");
        }
        var served = new Served(method, listener);
        if (methods.putIfAbsent(method.name(), served) != null) {
            throw new InvalidMessageException("The method " + method.name() + " of message type " + settings.type()
                    + " is served already: only one listener of a node can answer it");
        }
        return () -> methods.remove(method.name(), served);
    }

    private boolean isLsps0() {
        return settings.rules() == PeerRpcRules.LSPS0;
    }

    /** Without a method this is no server, and does not answer. */
    boolean isServing() {
        return !methods.isEmpty();
    }

    void request(NodeId peer, RpcMessage.Request request) {
        RpcError refusal = run(peer, request.id(), request.method(), request.params());
        if (refusal != null) {
            refuse(peer, request.id(), refusal);
        }
    }

    /** Whatever becomes of it, nobody is told; bLIP-50 has none of them from clients. */
    void notification(NodeId peer, RpcMessage.Notification notification) {
        if (!isLsps0()) {
            run(peer, null, notification.method(), notification.params());
        }
    }

    /** bLIP-50 calls all of it a parse error. */
    void invalid(NodeId peer, RpcMessage.Invalid invalid) {
        boolean parseError = isLsps0() || invalid.code() == RpcError.PARSE_ERROR;
        refuse(
                peer,
                parseError ? NullNode.instance : invalid.id(),
                parseError
                        ? new RpcError(RpcError.PARSE_ERROR, "Parse error: " + invalid.reason(), null)
                        : new RpcError(invalid.code(), "Invalid Request: " + invalid.reason(), null));
    }

    private @Nullable RpcError run(NodeId peer, @Nullable JsonNode id, String method, JsonNode params) {
        Served served = find(peer, method);
        if (served == null) {
            return RpcError.methodNotFound();
        }
        RpcError refusal = refusal(served.method, params);
        if (refusal != null) {
            return refusal;
        }
        var call = new ServedCall(peer, id);
        switch (places.enter(call)) {
            case FULL -> {
                return RpcError.busy();
            }
            case SAME_ID -> {
                // with that id the error would be taken for the reply to the other
                refuse(
                        peer,
                        NullNode.instance,
                        new RpcError(
                                RpcError.INVALID_REQUEST,
                                "Invalid Request: a request with the same id is in flight",
                                null));
                return null;
            }
            case ADMITTED -> {}
        }
        answer(served, params, call).whenComplete((result, failure) -> reply(call, method, result, failure));
        return null;
    }

    private @Nullable Served find(NodeId peer, String method) {
        if (isLsps0() && method.equals(LIST_PROTOCOLS)) {
            return new Served(
                    new PeerMethod(LIST_PROTOCOLS, ParamNames.NONE, Set.of()),
                    (who, params) -> CompletableFuture.completedFuture(protocols(who)));
        }
        Served served = methods.get(method);
        return served != null && served.method.isFor(peer) ? served : null;
    }

    private JsonNode protocols(NodeId peer) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        ArrayNode protocols = result.putArray("protocols");
        methods.values().stream()
                .map(Served::method)
                .filter(method -> method.isFor(peer))
                .map(method -> LSPS.matcher(method.name()))
                .filter(Matcher::matches)
                .map(name -> Integer.valueOf(name.group(1)))
                .distinct()
                .sorted()
                .forEach(protocols::add);
        return result;
    }

    private @Nullable RpcError refusal(PeerMethod method, JsonNode params) {
        if (isLsps0() && params.isArray()) {
            return RpcError.invalidParams(": they are by position, and have to be by name", Set.of());
        }
        return method.params() == null ? null : method.params().refusal(params);
    }

    private static CompletionStage<JsonNode> answer(Served served, JsonNode params, ServedCall call) {
        try {
            return Objects.requireNonNull(served.listener.call(call.peer(), params), "no stage");
        } catch (Throwable failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private void reply(ServedCall call, String method, @Nullable JsonNode result, @Nullable Throwable failure) {
        JsonNode id = call.id();
        if (id == null || !places.mayReply(call)) {
            places.leave(call);
            return;
        }
        byte[] reply;
        try {
            reply = failure == null
                    ? result(call.peer(), method, id, result == null ? NullNode.instance : result)
                    : error(id, errorOf(failure));
        } catch (Throwable unexpected) {
            // an Error too, such as a result for which there is no memory: the place has to come back
            reply = error(id, RpcError.internal(""));
        }
        send(call.peer(), reply).whenComplete((sent, notSent) -> places.leave(call));
    }

    private byte[] result(NodeId peer, String method, JsonNode id, JsonNode result) {
        if (isLsps0() && !result.isObject()) {
            return unfit(peer, method, id, "the result is no JSON object, which bLIP-50 demands");
        }
        byte[] reply;
        try {
            reply = RpcText.result(id, result);
        } catch (LightningException unwritable) {
            return unfit(peer, method, id, String.valueOf(unwritable.getMessage()));
        }
        return reply.length <= CustomMessage.MAX_PAYLOAD
                ? reply
                : unfit(
                        peer,
                        method,
                        id,
                        "the reply has " + reply.length + " bytes, and a message holds " + CustomMessage.MAX_PAYLOAD);
    }

    /** Both ends have to know: the one to change the result, the other not to wait for it. */
    private byte[] unfit(NodeId peer, String method, JsonNode id, String why) {
        log.warn(
                peer,
                "called " + method + ", whose result cannot be sent; see to the body that the route leaves: ",
                why);
        return error(id, RpcError.internal(why));
    }

    private RpcError errorOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RemoteErrorException told) {
            return told(told);
        }
        return cause instanceof QueueFullException ? RpcError.busy() : RpcError.internal("");
    }

    private RpcError told(RemoteErrorException error) {
        JsonNode data = data(error.data());
        if (isLsps0() && error.code() == RpcError.INVALID_PARAMS && data == null) {
            data = RpcError.unrecognized(Set.of());
        }
        return new RpcError(error.code(), String.valueOf(error.getMessage()), data);
    }

    private static @Nullable JsonNode data(@Nullable String text) {
        try {
            return text == null ? null : Json.read(text);
        } catch (LightningException notJson) {
            return JsonNodeFactory.instance.textNode(text);
        }
    }

    private void refuse(NodeId peer, JsonNode id, RpcError error) {
        // a peer that does not read what it is told is told no more
        if (places.mayWriteError(peer)) {
            send(peer, error(id, error)).whenComplete((sent, failure) -> places.errorWritten(peer));
        }
    }

    private static byte[] error(JsonNode id, RpcError error) {
        try {
            byte[] text = RpcText.error(id, error);
            if (text.length <= CustomMessage.MAX_PAYLOAD) {
                return text;
            }
        } catch (LightningException unwritable) {
            // its code still can be told
        }
        return RpcText.error(id, new RpcError(error.code(), "An error that does not fit into a message", null));
    }

    private CompletionStage<Void> send(NodeId peer, byte[] reply) {
        try {
            return node.send(peer, new CustomMessage(settings.type(), reply));
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    void disconnected(NodeId peer) {
        places.disconnected(peer);
    }

    CompletionStage<Void> idle() {
        return places.idle();
    }

    int served() {
        return places.served();
    }

    void close() {
        places.close();
    }
}
