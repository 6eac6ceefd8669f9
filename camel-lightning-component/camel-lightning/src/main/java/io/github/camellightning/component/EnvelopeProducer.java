// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.delivery.DeliverySettings;
import io.github.camellightning.node.delivery.EnvelopeBody;
import io.github.camellightning.node.delivery.EnvelopeLabels;
import io.github.camellightning.node.delivery.EnvelopeSender;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.api.management.ManagedResource;
import org.jspecify.annotations.Nullable;

/** {@code to("lightning:sendcustommsg?delivery=acknowledged")}: the exchange is done when the receiver's route is. */
@ManagedResource(description = "Managed Lightning producer of acknowledged messages")
public final class EnvelopeProducer extends NodeProducer {

    private final LightningEndpoint endpoint;
    private final DeliverySettings settings;
    private final TargetPeer targetPeer;
    private final Destination destination;
    private final InOrder inOrder;
    private volatile @Nullable Running running;

    private record Running(LightningNode node, EnvelopeSender sender, EnvelopeIds ids, AutoConnect autoConnect) {}

    EnvelopeProducer(LightningEndpoint endpoint, Destination destination) {
        super(endpoint);
        this.endpoint = endpoint;
        this.destination = destination;
        this.settings = EnvelopeOptions.toSend(endpoint, destination);
        this.inOrder = new InOrder(settings.maxOutgoing());
        this.targetPeer =
                new TargetPeer(destination.peer(), endpoint.getComponent().nodeIds(), true);
    }

    @Override
    void prepare(LightningNode node) {
        var ids = new EnvelopeIds(idExpression());
        AutoConnect autoConnect = AutoConnect.of(endpoint, node, destination);
        EnvelopeSender sender = endpoint.getComponent().deliveries().takeSender(node, settings);
        running = new Running(node, sender, ids, autoConnect);
    }

    private @Nullable Expression idExpression() {
        String text = endpoint.getEnvelopes().getEnvelopeId();
        if (text == null) {
            return null;
        }
        try {
            Expression expression =
                    endpoint.getCamelContext().resolveLanguage("simple").createExpression(text);
            expression.init(endpoint.getCamelContext());
            return expression;
        } catch (RuntimeException notSimple) {
            throw new IllegalArgumentException(
                    "Option envelopeId is '" + text + "': it must be an expression of the simple language, like"
                            + " ${header.orderId}: " + notSimple.getMessage(),
                    notSimple);
        }
    }

    @Override
    void awaitPrepared() throws InterruptedException {
        Running now = Objects.requireNonNull(running, "the producer is not prepared");
        new Asked(now.node, now.sender.registration()).await();
    }

    @Override
    void release() {
        Running stopping = running;
        running = null;
        if (stopping != null) {
            endpoint.getComponent().deliveries().giveBackSender(stopping.node, settings.type());
        }
    }

    @Override
    boolean send(Exchange exchange, AsyncCallback callback) {
        return end(
                exchange,
                begin(exchange),
                handled -> exchange.getMessage().setHeader(LightningConstants.STATUS, LightningConstants.ACKNOWLEDGED),
                callback,
                goOn());
    }

    private CompletableFuture<Void> begin(Exchange exchange) {
        try {
            return send(exchange);
        } catch (Exception refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private CompletableFuture<Void> send(Exchange exchange) throws Exception {
        Running now = Objects.requireNonNull(running, "the producer is not started");
        Message message = exchange.getMessage();
        NodeId peer = targetPeer.of(message, now.node);
        message.removeHeader(LightningConstants.OVERRIDE_MESSAGE_TYPE);
        var id = now.ids.of(exchange);
        EnvelopeLabels labels = labels(message);
        EnvelopeBody body = EnvelopeBodies.of(message);
        var timeout = Duration.ofMillis(endpoint.getEnvelopes().getDeliveryTimeout());
        var connecting = now.autoConnect.connecting(peer);
        return endpoint.getEnvelopes().isOrdered()
                ? inOrder.after(peer, () -> now.sender.send(peer, id, labels, body, timeout, connecting))
                : now.sender.send(peer, id, labels, body, timeout, connecting).toCompletableFuture();
    }

    private EnvelopeLabels labels(Message message) {
        long timeToLive = endpoint.getEnvelopes().getTimeToLive();
        long now = System.currentTimeMillis();
        boolean ends = timeToLive > 0 && timeToLive <= Long.MAX_VALUE - now;
        return new EnvelopeLabels(
                message.getHeader(Exchange.CONTENT_TYPE, String.class),
                fileName(message),
                ends ? now + timeToLive : 0,
                EnvelopeOptions.traceparent(message.getHeader("traceparent", String.class)));
    }

    /** The last segment: the folders of this machine are nobody else's business. */
    private static @Nullable String fileName(Message message) {
        String name = message.getHeader(LightningConstants.FILE_NAME, String.class);
        String given = name == null ? message.getHeader(Exchange.FILE_NAME, String.class) : name;
        return given == null ? null : given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
    }
}
