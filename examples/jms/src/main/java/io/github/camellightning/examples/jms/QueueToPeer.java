// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.jms;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.TimeoutException;
import io.github.camellightning.node.delivery.RefusedException;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;

/** Each message of a queue to a peer, in a transaction that is committed when the peer has handled it. */
final class QueueToPeer extends RouteBuilder {

    static final String QUEUE = "orders.out";
    static final String DEAD = "orders.dead";

    private final NodeId peer;
    private final Duration deliveryTimeout;
    private final int mostDeliveries;

    /** @param mostDeliveries how often a message is given out by the broker before it is a dead letter */
    QueueToPeer(NodeId peer, Duration deliveryTimeout, int mostDeliveries) {
        this.peer = peer;
        this.deliveryTimeout = deliveryTimeout;
        this.mostDeliveries = mostDeliveries;
    }

    @Override
    public void configure() {
        // the peer is away: no message is to blame, so none is rolled back and counted; each waits with its consumer
        onException(
                        NotConnectedException.class,
                        TimeoutException.class,
                        OutcomeUnknownException.class,
                        QueueFullException.class)
                .maximumRedeliveries(-1)
                .redeliveryDelay(500);

        // refused for good, or often enough: a dead letter, in the same transaction; all else is rolled back, and comes
        // again
        onException(Exception.class)
                .onWhen(this::isHopeless)
                .handled(true)
                .setHeader("lightningReason", exceptionMessage())
                .setHeader("lightningDeliveries", header("JMSXDeliveryCount"))
                .to("jms:queue:" + DEAD);

        // synchronous=true: the transaction belongs to the consumer's thread, which is to go on with the route itself
        from("jms:queue:" + QUEUE + "?concurrentConsumers=8&disableReplyTo=true")
                .routeId("queue-to-peer")
                .process(QueueToPeer::label)
                .toF(
                        "lightning:sendcustommsg?node=#node&delivery=acknowledged&synchronous=true&peerId=%s&deliveryTimeout=%d",
                        peer, deliveryTimeout.toMillis());
    }

    private boolean isHopeless(Exchange exchange) {
        var failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        boolean forGood = failure instanceof RefusedException refused && !refused.isRetryable();
        Integer deliveries = exchange.getMessage().getHeader("JMSXDeliveryCount", Integer.class);
        return forGood || (deliveries != null && deliveries >= mostDeliveries);
    }

    /** An envelope has bytes: what they are goes along, so that a text is a text on the other side. */
    private static void label(Exchange exchange) {
        Message message = exchange.getMessage();
        boolean isText = message.getBody() instanceof String;
        if (!isText && !(message.getBody() instanceof byte[])) {
            throw new RefusedException("The message is neither a text nor bytes", false);
        }
        message.setHeader(Exchange.CONTENT_TYPE, isText ? PeerToQueue.TEXT : "application/octet-stream");
    }
}
