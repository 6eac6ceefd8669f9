// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.RemoteErrorException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Runs a route for whoever asks, and makes an answer of the body that it leaves.
 *
 * @param <T> what answers are
 */
abstract class RouteConsumer<T> extends JsonConsumer {

    private final Set<CompletableFuture<T>> open = ConcurrentHashMap.newKeySet();

    RouteConsumer(LightningEndpoint endpoint, Processor processor) {
        super(endpoint, processor, endpoint.getReceive().getConcurrentConsumers());
    }

    /** On the route's thread, while the exchange still has what its body may be read from. */
    abstract T answerOf(Exchange exchange) throws IOException;

    /** Nobody waits for it any more. */
    void discard(T answer) {
        // most hold nothing
    }

    @Override
    void abandon() {
        open.forEach(answer ->
                answer.completeExceptionally(new LightningException("The route was stopped before it had answered")));
    }

    /** @param peer who asks; null: the node's own daemon */
    final CompletionStage<T> answer(LightningNode node, @Nullable NodeId peer, JsonNode payload, Executor pool) {
        counters().received().increment();
        if (!enter()) {
            counters().dropped().increment();
            return CompletableFuture.failedFuture(new QueueFullException("The route has "
                    + getEndpoint().getReceive().getMaxInFlight() + " calls in flight, its maxInFlight"));
        }
        var answer = new CompletableFuture<T>();
        open.add(answer);
        answer.whenComplete((given, failure) -> {
            open.remove(answer);
            leave();
            count(failure);
        });
        try {
            pool.execute(() -> run(node, peer, payload, answer));
        } catch (RuntimeException | Error noThread) {
            // stopped, or an error where the machine has no more threads
            answer.completeExceptionally(noThread);
        }
        return answer;
    }

    /** An error that the route gives as its answer is an answer. */
    private void count(@Nullable Throwable failure) {
        boolean answered = failure == null || failure instanceof RemoteErrorException;
        (answered ? counters().handled() : counters().failed()).increment();
    }

    private void run(LightningNode node, @Nullable NodeId peer, JsonNode payload, CompletableFuture<T> answer) {
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

    private void process(Exchange exchange, CompletableFuture<T> answer) {
        try {
            getAsyncProcessor().process(exchange, doneSync -> end(exchange, answer));
        } catch (Throwable unexpected) {
            exchange.setException(unexpected);
            end(exchange, answer);
        }
    }

    private void end(Exchange exchange, CompletableFuture<T> answer) {
        T given = null;
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

    private void complete(CompletableFuture<T> answer, @Nullable T given, @Nullable Exception failure) {
        if (given == null || failure != null) {
            answer.completeExceptionally(failure == null ? new LightningException("There is no answer") : failure);
        }
        if (given != null && !answer.complete(given)) {
            discard(given);
        }
    }

    /** An error that the route gives as its answer is not one of the route's. */
    private void report(@Nullable Exception failure, Exchange exchange) {
        if (failure != null && !(failure instanceof RemoteErrorException)) {
            getExceptionHandler().handleException("Error processing exchange", exchange, failure);
        }
    }
}
