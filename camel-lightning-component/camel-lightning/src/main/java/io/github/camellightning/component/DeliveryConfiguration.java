// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.jspecify.annotations.Nullable;

/** The options of acknowledged delivery, at both ends. */
@UriParams
public class DeliveryConfiguration {

    @UriParam(
            label = "common",
            defaultValue = "plain",
            enums = "plain,acknowledged",
            description =
                    "What the sender's exchange waits for: that the message was sent, or that the receiver's route has"
                            + " handled it, for which both ends say acknowledged. Bodies may then have any size.")
    private DeliveryMode delivery = DeliveryMode.PLAIN;

    @UriParam(
            label = "producer",
            defaultValue = "60s",
            javaType = "java.time.Duration",
            description =
                    "With delivery=acknowledged, how long to wait for the receiver to have more of a body than before, at"
                            + " last to have handled it. Whether it was is unknown then, save where nothing was sent.")
    private long deliveryTimeout = 60_000;

    @UriParam(
            label = "producer",
            description =
                    "With delivery=acknowledged, what tells this envelope from all others, in the simple language, like"
                            + " ${header.orderId}: the same each time the same thing is sent. Where absent it is the header"
                            + " CamelLightningEnvelopeId, else made of what Kafka, JMS or a file say of the message, else of"
                            + " the exchange.")
    private @Nullable String envelopeId;

    @UriParam(
            label = "producer",
            javaType = "java.time.Duration",
            description =
                    "With delivery=acknowledged, after which time an envelope is of no use: it is neither sent nor handled"
                            + " any more. Never where absent.")
    private long timeToLive;

    @UriParam(
            label = "common",
            description =
                    "With delivery=acknowledged, whether the envelopes of a peer go one after the other: the next is sent"
                            + " (or its route started) when the one before is done.")
    private boolean ordered;

    @UriParam(
            label = "consumer",
            description =
                    "With delivery=acknowledged, where is kept which envelopes were handled, so that one that is sent again"
                            + " is acknowledged and not handled again. Where absent, the last 100000 in memory.")
    private @Nullable IdempotentRepository idempotentRepository;

    @UriParam(
            label = "consumer",
            defaultValue = "4294967296",
            description = "With delivery=acknowledged, how many bytes an envelope may have; a larger one is refused.")
    private long maxEnvelopeSize = 4L << 30;

    public DeliveryMode getDelivery() {
        return delivery;
    }

    public void setDelivery(DeliveryMode delivery) {
        this.delivery = delivery;
    }

    public long getDeliveryTimeout() {
        return deliveryTimeout;
    }

    public void setDeliveryTimeout(long deliveryTimeout) {
        this.deliveryTimeout = deliveryTimeout;
    }

    public @Nullable String getEnvelopeId() {
        return envelopeId;
    }

    public void setEnvelopeId(@Nullable String envelopeId) {
        this.envelopeId = envelopeId;
    }

    public long getTimeToLive() {
        return timeToLive;
    }

    public void setTimeToLive(long timeToLive) {
        this.timeToLive = timeToLive;
    }

    public boolean isOrdered() {
        return ordered;
    }

    public void setOrdered(boolean ordered) {
        this.ordered = ordered;
    }

    public @Nullable IdempotentRepository getIdempotentRepository() {
        return idempotentRepository;
    }

    public void setIdempotentRepository(@Nullable IdempotentRepository idempotentRepository) {
        this.idempotentRepository = idempotentRepository;
    }

    public long getMaxEnvelopeSize() {
        return maxEnvelopeSize;
    }

    public void setMaxEnvelopeSize(long maxEnvelopeSize) {
        this.maxEnvelopeSize = maxEnvelopeSize;
    }

    boolean isAcknowledged() {
        return delivery == DeliveryMode.ACKNOWLEDGED;
    }
}
