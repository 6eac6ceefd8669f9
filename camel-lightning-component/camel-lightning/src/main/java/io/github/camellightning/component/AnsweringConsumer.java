// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.HookSpec;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.MethodSpec;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.Registration;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.api.management.ManagedResource;
import org.jspecify.annotations.Nullable;

/**
 * {@code from("lightning:rpc/...")}, {@code from("lightning:hook/...")} and the methods that peers call: the body that the route leaves is the answer.
 */
@ManagedResource(description = "Managed Lightning consumer that answers")
public final class AnsweringConsumer extends RouteConsumer<JsonNode> {

    private final Registrar registrar;

    /** How to register with a node. */
    @FunctionalInterface
    interface Registrar {
        Registration register(LightningNode node, Answerer answerer);
    }

    @FunctionalInterface
    interface Answerer {

        /** @param peer who asks; null: the node's own daemon */
        CompletionStage<JsonNode> answer(@Nullable NodeId peer, JsonNode payload);
    }

    AnsweringConsumer(LightningEndpoint endpoint, Processor processor, Registrar registrar) {
        super(endpoint, processor);
        this.registrar = registrar;
    }

    static AnsweringConsumer ofMethod(LightningEndpoint endpoint, Processor processor, String name) {
        CallConfiguration options = endpoint.getCall();
        String description = options.getDescription();
        String usage = options.getUsage();
        MethodSpec method = Options.parse(
                "name",
                name,
                text -> new MethodSpec(
                        text,
                        usage == null ? "" : usage,
                        description == null ? "A Camel route answers it." : description));
        return new AnsweringConsumer(endpoint, processor, (node, answerer) -> Daemons.require(node, endpoint)
                .onMethod(method, params -> answerer.answer(null, params)));
    }

    static AnsweringConsumer ofHook(LightningEndpoint endpoint, Processor processor, String name) {
        CallConfiguration options = endpoint.getCall();
        Options.requireAtLeast(1, "hookTimeout", options.getHookTimeout());
        var hook = new HookSpec(name, Duration.ofMillis(options.getHookTimeout()), options.isAllowUnknownHook());
        return new AnsweringConsumer(endpoint, processor, (node, answerer) -> Daemons.require(node, endpoint)
                .onHook(hook, payload -> answerer.answer(null, payload)));
    }

    @Override
    Registration register(LightningNode node, Executor pool) {
        return registrar.register(node, (peer, payload) -> answer(node, peer, payload, pool));
    }

    @Override
    JsonNode answerOf(Exchange exchange) {
        JsonNode answer = JsonBody.of(exchange.getMessage());
        if (answer == null && getEndpoint().getOperation() == LightningOperation.HOOK) {
            throw new InvalidMessageException("The body is empty: it is to be the answer of the hook "
                    + getEndpoint().getName());
        }
        return Objects.requireNonNullElseGet(answer, Json::emptyObject);
    }
}
