// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.DaemonNode;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.Registration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

/** {@code to("lightning:notification/...")}: the body goes out to whoever subscribed at the node, and stays what it is. */
final class EmitProducer extends DefaultAsyncProducer {

    private final LightningEndpoint endpoint;
    private final String topic;
    private final Executor workers;
    private volatile @Nullable DaemonNode daemon;
    private @Nullable Registration announced;

    EmitProducer(LightningEndpoint endpoint, String topic) {
        super(endpoint);
        this.endpoint = endpoint;
        this.topic = topic;
        this.workers = Pools.orOnThisThread(endpoint.getComponent().workers());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        DaemonNode node = Daemons.require(endpoint.requireNode(), endpoint);
        announced = node.announce(topic);
        daemon = node;
        endpoint.getComponent().leases().takeForProducer(node, endpoint.getStartupMode());
    }

    @Override
    protected void doStop() throws Exception {
        if (announced != null) {
            announced.close();
            announced = null;
        }
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        CompletionStage<Void> emitting;
        try {
            JsonNode payload = JsonBody.of(exchange.getMessage());
            emitting = Objects.requireNonNull(daemon, "the producer is not started")
                    .emit(topic, payload == null ? Json.emptyObject() : payload);
        } catch (RuntimeException refused) {
            exchange.setException(refused);
            callback.done(true);
            return true;
        }
        emitting.whenCompleteAsync(
                (sent, failure) -> {
                    if (failure != null) {
                        exchange.setException(Sender.unwrap(failure));
                    }
                    callback.done(false);
                },
                workers);
        return false;
    }
}
