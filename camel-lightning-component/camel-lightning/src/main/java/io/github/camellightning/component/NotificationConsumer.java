// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.Peer;
import io.github.camellightning.node.PeerEvent;
import io.github.camellightning.node.Registration;
import java.util.concurrent.Executor;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.api.management.ManagedResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code from("lightning:notification/...")}: one exchange after the other, in the order in which the node told. */
@ManagedResource(description = "Managed Lightning notification consumer")
public final class NotificationConsumer extends JsonConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(NotificationConsumer.class);
    private static final String EVERY_TOPIC = "*";
    private static final String CONNECT = "connect";
    private static final String DISCONNECT = "disconnect";

    private final String topic;
    private final Seldom dropLog = new Seldom();

    NotificationConsumer(LightningEndpoint endpoint, Processor processor, String topic) {
        super(endpoint, processor, 1);
        this.topic = topic;
    }

    /** In the order in which the node told, however many threads a pool of the user's has. */
    @Override
    Executor executor(Executor pool) {
        return new SerialExecutor(pool);
    }

    @Override
    Registration register(LightningNode node, Executor pool) {
        if (topic.equals(CONNECT) || topic.equals(DISCONNECT)) {
            return node.onPeerEvent(event -> told(event, pool));
        }
        return Daemons.require(node, getEndpoint()).onNotification(topic, payload -> told(payload, pool));
    }

    /** Who listens to all topics gets what was told in a member named like its topic. */
    private void told(JsonNode payload, Executor pool) {
        if (topic.equals(EVERY_TOPIC) && payload.size() == 1) {
            String name = payload.fieldNames().next();
            run(name, null, payload.path(name), pool);
        } else {
            run(topic, null, payload, pool);
        }
    }

    private void told(PeerEvent event, Executor pool) {
        ObjectNode payload = Json.emptyObject();
        payload.put("id", event.peer().hex());
        if (event instanceof PeerEvent.Connected connected && topic.equals(CONNECT)) {
            payload.put("direction", connected.direction() == Peer.Direction.INBOUND ? "in" : "out");
            payload.put("address", connected.address());
            run(CONNECT, event.peer(), payload, pool);
        } else if (event instanceof PeerEvent.Disconnected disconnected && topic.equals(DISCONNECT)) {
            payload.put("reason", disconnected.reason());
            run(DISCONNECT, event.peer(), payload, pool);
        }
    }

    private void run(String told, @Nullable NodeId peer, JsonNode payload, Executor pool) {
        counters().received().increment();
        if (!enter()) {
            drop();
            return;
        }
        try {
            pool.execute(() -> {
                try {
                    if (isEnded()) {
                        counters().dropped().increment();
                    } else {
                        process(told, peer, payload);
                    }
                } finally {
                    leave();
                }
            });
        } catch (RuntimeException | Error noThread) {
            leave();
            counters().dropped().increment();
            LOG.debug("A notification of {} came after the stop, or where there was no thread for it", topic, noThread);
        }
    }

    private void process(String told, @Nullable NodeId peer, JsonNode payload) {
        Exchange exchange = exchange(payload);
        exchange.getIn().setHeader(LightningConstants.TOPIC, told);
        if (peer != null) {
            exchange.getIn().setHeader(LightningConstants.PEER_ID, peer.hex());
        }
        try {
            getProcessor().process(exchange);
        } catch (Exception failure) {
            exchange.setException(failure);
        }
        Exception failure = exchange.getException();
        (failure == null ? counters().handled() : counters().failed()).increment();
        if (failure != null) {
            getExceptionHandler().handleException("Error processing exchange", exchange, failure);
        }
        releaseExchange(exchange, false);
    }

    /** The node cannot be made to wait with what it tells. */
    private void drop() {
        counters().dropped().increment();
        if (dropLog.isDue()) {
            LOG.warn(
                    "Dropped a notification of {}, {} so far: maxInFlight={} is reached. Raise it, or give the route less to do",
                    topic,
                    getDropped(),
                    getEndpoint().getReceive().getMaxInFlight());
        }
    }
}
