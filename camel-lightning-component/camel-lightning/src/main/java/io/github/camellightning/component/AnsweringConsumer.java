// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.HookSpec;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.MethodSpec;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.RemoteErrorException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.api.management.ManagedResource;
import org.jspecify.annotations.Nullable;

/**
 * {@code from("lightning:rpc/...")}, {@code from("lightning:hook/...")} and the methods that peers call: the body that the route leaves is the answer.
 */
@ManagedResource(description = "Managed Lightning consumer that answers")
public final class AnsweringConsumer extends JsonConsumer {

    private final Registrar registrar;
    private final Set<CompletableFuture<JsonNode>> open = ConcurrentHashMap.newKeySet();

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
        super(endpoint, processor, endpoint.getReceive().getConcurrentConsumers());
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
    void abandon() {
        open.forEach(answer ->
                answer.completeExceptionally(new LightningException("The route was stopped before it had answered")));
    }

    private CompletionStage<JsonNode> answer(
            LightningNode node, @Nullable NodeId peer, JsonNode payload, Executor pool) {
        if (!enter()) {
            return CompletableFuture.failedFuture(new QueueFullException("The route has "
                    + getEndpoint().getReceive().getMaxInFlight() + " calls in flight, its maxInFlight"));
        }
        var answer = new CompletableFuture<JsonNode>();
        open.add(answer);
        answer.whenComplete((given, failure) -> {
            open.remove(answer);
            leave();
        });
        try {
            pool.execute(() -> run(node, peer, payload, answer));
        } catch (RejectedExecutionException stopped) {
            answer.completeExceptionally(stopped);
        }
        return answer;
    }

    private void run(LightningNode node, @Nullable NodeId peer, JsonNode payload, CompletableFuture<JsonNode> answer) {
        if (answer.isDone()) {
            // the stop answered it while it waited for a thread
            return;
        }
        try {
            Exchange exchange = exchange(payload);
            exchange.setPattern(ExchangePattern.InOut);
            exchange.getIn().setHeader(LightningConstants.METHOD, getEndpoint().getName());
            if (peer != null) {
                setPeers(exchange.getIn(), peer, node);
            }
            // of its own, or the route would give up what the answer is read from before it is; prepared here, or the
            // route would take a pooled exchange's for its own and do just that
            createUoW(exchange).onPrepare(exchange);
            process(exchange, answer);
        } catch (Throwable unexpected) {
            answer.completeExceptionally(unexpected);
        }
    }

    private static void setPeers(Message message, NodeId peer, LightningNode node) {
        message.setHeader(LightningConstants.PEER_ID, peer.hex());
        try {
            message.setHeader(LightningConstants.LOCAL_NODE_ID, node.nodeId().hex());
        } catch (NotConnectedException down) {
            // what was asked is no less asked for that
        }
    }

    private void process(Exchange exchange, CompletableFuture<JsonNode> answer) {
        try {
            getAsyncProcessor().process(exchange, doneSync -> end(exchange, answer));
        } catch (Throwable unexpected) {
            exchange.setException(unexpected);
            end(exchange, answer);
        }
    }

    private void end(Exchange exchange, CompletableFuture<JsonNode> answer) {
        JsonNode given = null;
        try {
            Exception failure = exchange.getException();
            given = failure == null ? answerOf(exchange) : null;
        } catch (Throwable noAnswer) {
            exchange.setException(noAnswer);
        }
        try {
            report(exchange.getException(), exchange);
            doneUoW(exchange);
        } finally {
            complete(answer, given, exchange.getException());
            releaseExchange(exchange, false);
        }
    }

    private static void complete(
            CompletableFuture<JsonNode> answer, @Nullable JsonNode given, @Nullable Exception failure) {
        if (failure == null) {
            answer.complete(Objects.requireNonNullElseGet(given, Json::emptyObject));
        } else {
            answer.completeExceptionally(failure);
        }
    }

    private @Nullable JsonNode answerOf(Exchange exchange) {
        JsonNode answer = JsonBody.of(exchange.getMessage());
        if (answer == null && getEndpoint().getOperation() == LightningOperation.HOOK) {
            throw new InvalidMessageException("The body is empty: it is to be the answer of the hook "
                    + getEndpoint().getName());
        }
        return answer;
    }

    /** An error that the route gives as its answer is not one of the route's. */
    private void report(@Nullable Exception failure, Exchange exchange) {
        if (failure != null && !(failure instanceof RemoteErrorException)) {
            getExceptionHandler().handleException("Error processing exchange", exchange, failure);
        }
    }
}
