// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.LightningNode;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.api.management.ManagedResource;
import org.jspecify.annotations.Nullable;

/** What calls a method by name, of the own node or of a peer: the body's params go out, the result is the new body. */
@ManagedResource(description = "Managed Lightning producer that calls methods")
public final class CallProducer extends NodeProducer {

    /** What is called. */
    interface Caller {

        /** Takes from the message what it needs, and returns what calls; what either throws fails the exchange. */
        Supplier<CompletionStage<JsonResult>> call(Message message);

        /** What there is to do once the node was started. */
        default void awaitReady() throws Exception {
            // only some asked the node for anything
        }

        /** Gives back what it took when it was made. */
        default void release() {
            // only some took anything
        }
    }

    /** What is larger would be several times that in memory, and how large it is the peer decides. */
    private static final long LARGEST_IN_MEMORY = 64L << 20;

    private final LightningEndpoint endpoint;
    private final Function<LightningNode, Caller> callers;
    private final OutputType outputType;

    private volatile @Nullable Caller caller;

    /** @param callers how to call what the endpoint names at a node; throws where that kind of node has no such thing */
    CallProducer(LightningEndpoint endpoint, Function<LightningNode, Caller> callers) {
        super(endpoint);
        this.endpoint = endpoint;
        this.callers = callers;
        this.outputType = endpoint.getCall().getOutputType();
    }

    @Override
    void prepare(LightningNode found) {
        caller = callers.apply(found);
    }

    @Override
    void awaitPrepared() throws Exception {
        Objects.requireNonNull(caller, "the producer is not prepared").awaitReady();
    }

    @Override
    void release() {
        Caller ending = caller;
        caller = null;
        if (ending != null) {
            ending.release();
        }
    }

    @Override
    boolean send(Exchange exchange, AsyncCallback callback) {
        return end(exchange, callback, false);
    }

    @Override
    boolean sendForOneThatWaits(Exchange exchange, AsyncCallback callback) {
        // the parts of other calls are sent on whichever thread is at it
        return end(exchange, callback, endpoint.getOperation() == LightningOperation.RPC);
    }

    private CompletableFuture<JsonResult> begin(Exchange exchange, boolean waits) {
        try {
            var call = Objects.requireNonNull(caller, "the producer is not started")
                    .call(exchange.getMessage());
            return begun(call, waits);
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private boolean end(Exchange exchange, AsyncCallback callback, boolean waits) {
        // never on the node's thread: to read a result takes time
        return end(exchange, begin(exchange, waits), result -> take(exchange, result), callback, goOn());
    }

    private void take(Exchange exchange, JsonResult result) {
        if (outputType == OutputType.INPUTSTREAM) {
            exchange.getMessage().setBody(ResultStream.of(result.content(), exchange));
            return;
        }
        try (result) {
            requireFitting(result);
            exchange.getMessage()
                    .setBody(
                            switch (outputType) {
                                case STRING, INPUTSTREAM -> result.text();
                                case MAP -> JsonBody.map(result.json());
                                case JSONNODE -> result.json();
                            });
        }
    }

    private void requireFitting(JsonResult result) {
        if (result.size() > LARGEST_IN_MEMORY) {
            throw new LightningException("The result of lightning:" + endpoint.getOperation() + "/" + endpoint.getName()
                    + " has " + result.size() + " bytes, and " + LARGEST_IN_MEMORY
                    + " are the most that is taken into memory: outputType=InputStream reads it from where it is");
        }
    }
}
