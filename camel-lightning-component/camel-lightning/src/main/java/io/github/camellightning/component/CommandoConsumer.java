// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.CommandoNode;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.ServedMethod;
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

/** {@code from("lightning:commando/...")}: a method of this node's that peers run under a rune. The body that the route leaves is the result. */
@ManagedResource(description = "Managed Lightning consumer that answers peers")
public final class CommandoConsumer extends JsonConsumer {

    private final ServedMethod method;
    private final Set<CompletableFuture<JsonResult>> open = ConcurrentHashMap.newKeySet();

    CommandoConsumer(LightningEndpoint endpoint, Processor processor, String name) {
        super(endpoint, processor, endpoint.getReceive().getConcurrentConsumers());
        CallConfiguration options = endpoint.getCall();
        String usage = options.getUsage();
        this.method = Options.parse(
                "name", name, text -> new ServedMethod(text, usage == null ? "" : usage, options.getDescription()));
    }

    @Override
    Registration register(LightningNode node, Executor pool) {
        return requireServing(node).onCommando(method, (peer, params) -> answer(node, peer, params, pool));
    }

    private CommandoNode requireServing(LightningNode node) {
        if (node instanceof CommandoNode serving) {
            return serving;
        }
        throw new IllegalArgumentException("lightning:commando/" + method.name()
                + " in from(...) wants a node that answers commando itself, a PeerNode, and the node is a "
                + node.getClass().getSimpleName()
                + ": on Core Lightning the daemon's own commando serves from(\"lightning:rpc/"
                + method.name() + "\")");
    }

    @Override
    void abandon() {
        open.forEach(answer ->
                answer.completeExceptionally(new LightningException("The route was stopped before it had answered")));
    }

    private CompletionStage<JsonResult> answer(LightningNode node, NodeId peer, JsonNode params, Executor pool) {
        if (!enter()) {
            return CompletableFuture.failedFuture(new QueueFullException("The route has "
                    + getEndpoint().getReceive().getMaxInFlight() + " calls in flight, its maxInFlight"));
        }
        var answer = new CompletableFuture<JsonResult>();
        open.add(answer);
        answer.whenComplete((given, failure) -> {
            open.remove(answer);
            leave();
        });
        try {
            pool.execute(() -> run(node, peer, params, answer));
        } catch (RejectedExecutionException stopped) {
            answer.completeExceptionally(stopped);
        }
        return answer;
    }

    private void run(LightningNode node, NodeId peer, JsonNode params, CompletableFuture<JsonResult> answer) {
        if (answer.isDone()) {
            // the stop answered it while it waited for a thread
            return;
        }
        try {
            Exchange exchange = exchange(params);
            exchange.setPattern(ExchangePattern.InOut);
            setHeaders(exchange.getIn(), node, peer);
            // of its own, or the route would give up what the answer is read from before it is; prepared here, or the
            // route would take a pooled exchange's for its own and do just that
            createUoW(exchange).onPrepare(exchange);
            process(exchange, answer);
        } catch (Throwable unexpected) {
            answer.completeExceptionally(unexpected);
        }
    }

    private void setHeaders(Message message, LightningNode node, NodeId peer) {
        message.setHeader(LightningConstants.METHOD, method.name());
        message.setHeader(LightningConstants.PEER_ID, peer.hex());
        try {
            message.setHeader(LightningConstants.LOCAL_NODE_ID, node.nodeId().hex());
        } catch (NotConnectedException down) {
            // it stops, and the answer will go nowhere
        }
    }

    private void process(Exchange exchange, CompletableFuture<JsonResult> answer) {
        try {
            getAsyncProcessor().process(exchange, doneSync -> end(exchange, answer));
        } catch (Throwable unexpected) {
            exchange.setException(unexpected);
            end(exchange, answer);
        }
    }

    private void end(Exchange exchange, CompletableFuture<JsonResult> answer) {
        JsonResult given = null;
        try {
            given = exchange.getException() == null ? ResultBodies.of(exchange.getMessage()) : null;
        } catch (Throwable noResult) {
            exchange.setException(noResult);
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
            CompletableFuture<JsonResult> answer, @Nullable JsonResult given, @Nullable Exception failure) {
        boolean taken = given != null && failure == null
                ? answer.complete(given)
                : !answer.completeExceptionally(
                        failure == null ? new LightningException("There is no result") : failure);
        if (!taken && given != null) {
            given.close();
        }
    }

    /** An error that the route gives as its answer is not one of the route's. */
    private void report(@Nullable Exception failure, Exchange exchange) {
        if (failure != null && !(failure instanceof RemoteErrorException)) {
            getExceptionHandler().handleException("Error processing exchange", exchange, failure);
        }
    }
}
