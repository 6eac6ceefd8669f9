// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.DaemonNode;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.LightningNode;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.api.management.ManagedResource;
import org.jspecify.annotations.Nullable;

/** {@code to("lightning:notification/...")}: the body goes out to whoever subscribed at the node, and stays what it is. */
@ManagedResource(description = "Managed Lightning notification producer")
public final class EmitProducer extends NodeProducer {

    private final LightningEndpoint endpoint;
    private final String topic;
    private volatile @Nullable DaemonNode daemon;
    private volatile @Nullable Asked announced;

    EmitProducer(LightningEndpoint endpoint, String topic) {
        super(endpoint);
        this.endpoint = endpoint;
        this.topic = topic;
    }

    @Override
    void prepare(LightningNode found) {
        DaemonNode node = Daemons.require(found, endpoint);
        announced = new Asked(node, node.announce(topic));
        daemon = node;
    }

    @Override
    void awaitPrepared() throws InterruptedException {
        Asked asked = announced;
        if (asked != null) {
            asked.await();
        }
    }

    @Override
    void release() {
        Asked ending = announced;
        announced = null;
        if (ending != null) {
            ending.close();
        }
    }

    @Override
    public @Nullable String refusal() {
        Asked asked = announced;
        return asked == null ? null : asked.refusal();
    }

    /** With the node's reason: that the topic is not announced is only what follows from it. */
    private void requireAnnounced() {
        String refusal = refusal();
        if (refusal != null) {
            throw new LightningException("The node refuses the topic " + topic + ": " + refusal);
        }
    }

    @Override
    boolean send(Exchange exchange, AsyncCallback callback) {
        return end(exchange, begin(exchange), emitted -> {}, callback, goOn());
    }

    private CompletableFuture<Void> begin(Exchange exchange) {
        try {
            requireAnnounced();
            JsonNode payload = JsonBody.of(exchange.getMessage());
            return Objects.requireNonNull(daemon, "the producer is not started")
                    .emit(topic, payload == null ? Json.emptyObject() : payload)
                    .toCompletableFuture();
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }
}
