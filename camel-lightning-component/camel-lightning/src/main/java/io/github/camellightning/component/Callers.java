// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.DaemonNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import java.time.Duration;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** What the producers of rpc, commando, jsonrpc and lsps0 call. */
final class Callers {

    private final LightningEndpoint endpoint;
    private final String method;
    private final @Nullable JsonNode filter;
    private final Duration deadline;
    private final long maxResponseSize;
    private final boolean isLarge;

    /** @throws IllegalArgumentException naming the option and the rule */
    Callers(LightningEndpoint endpoint, String method) {
        this.endpoint = endpoint;
        this.method = method;
        CallConfiguration options = endpoint.getCall();
        Options.requireAtLeast(1, "requestTimeout", options.getRequestTimeout());
        Options.requireAtLeast(1, "maxResponseSize", options.getMaxResponseSize());
        this.filter = Options.parseOptional("filter", options.getFilter(), Callers::filter);
        this.deadline = Duration.ofMillis(options.getRequestTimeout());
        this.maxResponseSize = options.getMaxResponseSize();
        // who wants a stream does not want it in memory
        this.isLarge = options.getOutputType() == OutputType.INPUTSTREAM;
        Options.parse("name", method, name -> MethodCall.of(name, Json.emptyObject()));
    }

    private static JsonNode filter(String text) {
        try {
            JsonNode json = Json.read(text);
            if (json.isObject()) {
                return json;
            }
        } catch (LightningException garbage) {
            throw new InvalidMessageException("'" + text + "': " + garbage.getMessage());
        }
        throw new InvalidMessageException("'" + text + "': it must be a JSON object");
    }

    CallProducer.Caller rpc(LightningNode node) {
        DaemonNode daemon = Daemons.require(node, endpoint);
        daemon.requireCallable(method);
        return message -> {
            MethodCall call = callOf(message);
            return () -> daemon.call(call);
        };
    }

    CallProducer.Caller commando(LightningNode node) {
        node.requireCommando();
        Options.parseOptional("rune", usualRune(), MethodCall::requireRune);
        Destination destination = Destination.of(endpoint);
        var targetPeer =
                new TargetPeer(destination.peer(), endpoint.getComponent().nodeIds(), false);
        AutoConnect autoConnect = AutoConnect.of(endpoint, node, destination);
        return message -> {
            String rune = rune(message);
            NodeId peer = targetPeer.of(message, node);
            MethodCall call = callOf(message);
            return () -> autoConnect.connected(peer, () -> node.commando(peer, call, rune));
        };
    }

    CallProducer.Caller ofPeers(LightningNode node) {
        return new PeerCaller(endpoint, node, PeerProtocols.settings(endpoint), this::callOf);
    }

    private MethodCall callOf(Message message) {
        return new MethodCall(method, JsonBody.params(message), filter, deadline, maxResponseSize, isLarge);
    }

    private @Nullable String rune(Message message) {
        Object ofHeader = message.removeHeader(LightningConstants.RUNE);
        return ofHeader == null ? usualRune() : ofHeader.toString();
    }

    private @Nullable String usualRune() {
        String ofEndpoint = endpoint.getCall().getRune();
        return ofEndpoint == null ? endpoint.getComponent().getRune() : ofEndpoint;
    }
}
