// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningNode;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

/** {@code to("lightning:rpc/...")} and {@code to("lightning:commando/...")}: the body's params go out, the result is the new body. */
final class CallProducer extends DefaultAsyncProducer {

    /** What is called. */
    interface Caller {

        /** Takes from the message what it needs; what it throws fails the exchange. */
        CompletionStage<JsonResult> call(Message message);
    }

    private final LightningEndpoint endpoint;
    private final Function<LightningNode, Caller> callers;
    private final OutputType outputType;
    private final Executor workers;

    private volatile @Nullable Caller caller;

    /** @param callers how to call what the endpoint names at a node; throws where that kind of node has no such thing */
    CallProducer(LightningEndpoint endpoint, Function<LightningNode, Caller> callers) {
        super(endpoint);
        this.endpoint = endpoint;
        this.callers = callers;
        this.outputType = endpoint.getCall().getOutputType();
        this.workers = Pools.orOnThisThread(endpoint.getComponent().workers());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        LightningNode node = endpoint.requireNode();
        caller = callers.apply(node);
        endpoint.getComponent().leases().takeForProducer(node, endpoint.getStartupMode());
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        CompletionStage<JsonResult> calling;
        try {
            calling = Objects.requireNonNull(caller, "the producer is not started")
                    .call(exchange.getMessage());
        } catch (RuntimeException refused) {
            exchange.setException(refused);
            callback.done(true);
            return true;
        }
        // never on the node's thread: to read a result takes time
        calling.whenCompleteAsync(
                (result, failure) -> {
                    end(exchange, result, failure);
                    callback.done(false);
                },
                workers);
        return false;
    }

    private void end(Exchange exchange, @Nullable JsonResult result, @Nullable Throwable failure) {
        if (failure != null || result == null) {
            exchange.setException(failure == null ? new NullPointerException("no result") : Sender.unwrap(failure));
            return;
        }
        if (outputType == OutputType.INPUTSTREAM) {
            exchange.getMessage().setBody(ResultStream.of(result.content(), exchange));
            return;
        }
        try (result) {
            exchange.getMessage()
                    .setBody(
                            switch (outputType) {
                                case STRING, INPUTSTREAM -> result.text();
                                case MAP -> JsonBody.map(result.json());
                                case JSONNODE -> result.json();
                            });
        } catch (RuntimeException unreadable) {
            exchange.setException(unreadable);
        }
    }
}
