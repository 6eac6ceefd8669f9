// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.DaemonNode;
import io.github.camellightning.node.HookSpec;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.MethodSpec;
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
import org.apache.camel.Processor;
import org.apache.camel.api.management.ManagedResource;
import org.jspecify.annotations.Nullable;

/** {@code from("lightning:rpc/...")} and {@code from("lightning:hook/...")}: the body that the route leaves is the answer. */
@ManagedResource(description = "Managed Lightning consumer that answers")
public final class AnsweringConsumer extends JsonConsumer {

    private final Registrar registrar;
    private final Set<CompletableFuture<JsonNode>> open = ConcurrentHashMap.newKeySet();

    /** How to register with a daemon. */
    @FunctionalInterface
    private interface Registrar {
        Registration register(DaemonNode daemon, Answerer answerer);
    }

    @FunctionalInterface
    private interface Answerer {
        CompletionStage<JsonNode> answer(JsonNode payload);
    }

    private AnsweringConsumer(LightningEndpoint endpoint, Processor processor, Registrar registrar) {
        super(endpoint, processor, endpoint.getReceive().getConcurrentConsumers());
        this.registrar = registrar;
    }

    static AnsweringConsumer ofMethod(LightningEndpoint endpoint, Processor processor, String name) {
        CallConfiguration options = endpoint.getCall();
        String description = options.getDescription();
        MethodSpec method = Options.parse(
                "name",
                name,
                text -> new MethodSpec(
                        text, options.getUsage(), description == null ? "A Camel route answers it." : description));
        return new AnsweringConsumer(
                endpoint, processor, (daemon, answerer) -> daemon.onMethod(method, answerer::answer));
    }

    static AnsweringConsumer ofHook(LightningEndpoint endpoint, Processor processor, String name) {
        CallConfiguration options = endpoint.getCall();
        Options.requireAtLeast(1, "hookTimeout", options.getHookTimeout());
        var hook = new HookSpec(name, Duration.ofMillis(options.getHookTimeout()), options.isAllowUnknownHook());
        return new AnsweringConsumer(endpoint, processor, (daemon, answerer) -> daemon.onHook(hook, answerer::answer));
    }

    @Override
    Registration register(LightningNode node, Executor pool) {
        return registrar.register(Daemons.require(node, getEndpoint()), payload -> answer(payload, pool));
    }

    @Override
    void abandon() {
        open.forEach(answer ->
                answer.completeExceptionally(new LightningException("The route was stopped before it had answered")));
    }

    private CompletionStage<JsonNode> answer(JsonNode payload, Executor pool) {
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
            pool.execute(() -> run(payload, answer));
        } catch (RejectedExecutionException stopped) {
            answer.completeExceptionally(stopped);
        }
        return answer;
    }

    private void run(JsonNode payload, CompletableFuture<JsonNode> answer) {
        if (answer.isDone()) {
            // the stop answered it while it waited for a thread
            return;
        }
        try {
            Exchange exchange = exchange(payload);
            exchange.setPattern(ExchangePattern.InOut);
            exchange.getIn().setHeader(LightningConstants.METHOD, getEndpoint().getName());
            // of its own, or the route would give up what the answer is read from before it is; prepared here, or the
            // route would take a pooled exchange's for its own and do just that
            createUoW(exchange).onPrepare(exchange);
            process(exchange, answer);
        } catch (Throwable unexpected) {
            answer.completeExceptionally(unexpected);
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
