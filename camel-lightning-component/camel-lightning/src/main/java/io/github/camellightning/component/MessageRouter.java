// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.ReceivedMessage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the route for a message and answers its sender where that is wanted. The unit of work is the consumer's, so that it ends, and
 * tells the delivery, when the answer is out; or elsewhere, when the route handed the delivery over to another exchange.
 */
final class MessageRouter {

    private final DefaultConsumer consumer;
    private final LightningNode node;
    private final Sender sender;
    private final @Nullable Integer replyType;
    private final Executor goOn;
    private volatile @Nullable String localNodeId;

    MessageRouter(
            DefaultConsumer consumer, LightningNode node, Sender sender, @Nullable Integer replyType, Executor goOn) {
        this.consumer = consumer;
        this.node = node;
        this.sender = sender;
        this.replyType = replyType;
        this.goOn = goOn;
    }

    void route(Delivery delivery) {
        Exchange exchange = consumer.createExchange(false);
        try {
            fill(exchange, delivery.received());
            // prepared here, or the route would take a pooled one for its own and end it
            consumer.createUoW(exchange).onPrepare(exchange);
        } catch (Throwable unexpected) {
            exchange.setException(unexpected);
            end(exchange);
            delivery.onFailure(exchange);
            return;
        }
        exchange.getExchangeExtension().addOnCompletion(delivery);
        try {
            consumer.getAsyncProcessor().process(exchange, doneSync -> routed(exchange, delivery.peer()));
        } catch (Throwable unexpected) {
            // routes report failures on the exchange; whatever this is, the lane must go on
            exchange.setException(unexpected);
            end(exchange);
        }
    }

    private void fill(Exchange exchange, ReceivedMessage received) {
        Message message = exchange.getIn();
        message.setBody(received.message().payload());
        message.setHeader(LightningConstants.PEER_ID, received.peer().hex());
        message.setHeader(LightningConstants.MESSAGE_TYPE, received.message().type());
        message.setHeader(LightningConstants.LOCAL_NODE_ID, localNodeId());
        message.setHeader(
                LightningConstants.MESSAGE_TIMESTAMP, received.receivedAt().toEpochMilli());
        if (replyType != null) {
            exchange.setPattern(ExchangePattern.InOut);
        }
    }

    /** A message that waited may start when the node is down, and is no less the node's for that. */
    private @Nullable String localNodeId() {
        try {
            localNodeId = node.nodeId().hex();
        } catch (NotConnectedException down) {
            // then it is the one that it had
        }
        return localNodeId;
    }

    private void routed(Exchange exchange, NodeId sender) {
        if (replyType == null || exchange.isFailed()) {
            end(exchange);
            return;
        }
        CompletableFuture<Void> sending = reply(sender, replyType, exchange.getMessage());
        if (sending.isDone()) {
            sending.whenComplete((sent, failure) -> replied(exchange, failure));
        } else {
            sending.whenCompleteAsync((sent, failure) -> replied(exchange, failure), goOn);
        }
    }

    private CompletableFuture<Void> reply(NodeId peer, int type, Message result) {
        try {
            return result.getBody() == null
                    ? CompletableFuture.completedFuture(null)
                    : sender.send(peer, new CustomMessage(type, BodyBytes.of(result)));
        } catch (Throwable refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private void replied(Exchange exchange, @Nullable Throwable failure) {
        if (failure != null) {
            exchange.setException(Sender.unwrap(failure));
        }
        end(exchange);
    }

    private void end(Exchange exchange) {
        try {
            Exception failure = exchange.getException();
            if (failure != null) {
                consumer.getExceptionHandler().handleException("Error processing exchange", exchange, failure);
            }
        } finally {
            consumer.doneUoW(exchange);
            consumer.releaseExchange(exchange, false);
        }
    }
}
