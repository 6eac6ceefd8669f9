// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.kafka;

import io.github.camellightning.component.LightningConstants;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.delivery.RefusedException;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.LoggingLevel;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.KafkaConstants;

/** Each record of a topic to the peer that its key names. Its offset is committed when that peer has handled it, or will never. */
final class TopicToPeers extends RouteBuilder {

    private final Topics topics;
    private final boolean ordered;
    private final Duration deliveryTimeout;

    /** @param ordered whether a record is sent only when the one before it was acknowledged */
    TopicToPeers(Topics topics, boolean ordered, Duration deliveryTimeout) {
        this.topics = topics;
        this.ordered = ordered;
        this.deliveryTimeout = deliveryTimeout;
    }

    @Override
    public void configure() {
        // Up to 200 records are on their way together, for each of them takes a round trip to the peer, and none waits
        // longer than 20 ms for others to go with. A batch begins when the one before it is committed, so that a commit
        // never passes a record that was not acknowledged. Where a group has not committed anything yet it begins with
        // the first record: with Kafka's default it would begin behind those that it failed to deliver.
        from(topics.uri(
                        topics.out(),
                        "&groupId=" + topics.group() + "&autoOffsetReset=earliest"
                                + "&batching=true&maxPollRecords=200&pollTimeoutMs=20&batchingIntervalMs=20"
                                + "&autoCommitEnable=false&allowManualCommit=true"))
                .routeId("topic-to-peers")
                .errorHandler(noErrorHandler())
                .process(Batch::open)
                .split(body())
                .parallelProcessing(!ordered)
                .stopOnException(ordered)
                .to("direct:to-peer")
                .end()
                .process(Batch::commit);

        from("direct:to-peer")
                .routeId("record-to-peer")
                // whoever refused it for good has looked at it
                .onException(RefusedException.class)
                .onWhen(TopicToPeers::isForGood)
                .handled(true)
                .to("direct:dead")
                .end()
                // what is no envelope will be none later; but where this route was stopped by force it may be on its
                // way still
                .onException(InvalidMessageException.class)
                .maximumRedeliveries(10)
                .redeliveryDelay(5_000)
                .asyncDelayedRedelivery()
                .handled(true)
                .to("direct:dead")
                .end()
                // the peer is away, its route failed, it is slow: none of that is the record's fault, and the batch
                // waits for it
                .onException(Throwable.class)
                .maximumRedeliveries(-1)
                .redeliveryDelay(100)
                .useExponentialBackOff()
                .backOffMultiplier(2)
                .maximumRedeliveryDelay(5_000)
                .asyncDelayedRedelivery()
                .retryAttemptedLogLevel(LoggingLevel.WARN)
                .end()
                .process(TopicToPeers::address)
                .toF(
                        "lightning:sendcustommsg?node=#node&delivery=acknowledged&deliveryTimeout=%d",
                        deliveryTimeout.toMillis());

        from("direct:dead")
                .routeId("dead-letters")
                .errorHandler(defaultErrorHandler()
                        .maximumRedeliveries(-1)
                        .redeliveryDelay(1_000)
                        .asyncDelayedRedelivery())
                .setHeader("lightningReason", exceptionMessage())
                .setHeader("lightningOffset")
                .message(TopicToPeers::offset)
                .to(topics.uri(topics.dead(), ""));
    }

    private static boolean isForGood(Exchange exchange) {
        var refused = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, RefusedException.class);
        return !refused.isRetryable();
    }

    private static String offset(Message record) {
        return record.getHeader(KafkaConstants.PARTITION) + ":" + record.getHeader(KafkaConstants.OFFSET);
    }

    /** Kafka keeps headers that start with Camel to itself: the key says whom a record is for. Content-Type and traceparent go along. */
    private static void address(Exchange exchange) {
        Message record = exchange.getMessage();
        if (record.getBody() == null) {
            throw new RefusedException("The record has no value", false);
        }
        String key = record.getHeader(KafkaConstants.KEY, String.class);
        if (key == null) {
            throw new RefusedException("The record has no key: it is the node id of the peer that it is for", false);
        }
        try {
            record.setHeader(LightningConstants.PEER_ID, new NodeId(key).hex());
        } catch (InvalidMessageException notOne) {
            throw new RefusedException("The key of the record: " + notOne.getMessage(), false);
        }
    }
}
