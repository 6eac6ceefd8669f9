// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.TypeRanges;
import io.github.camellightning.node.delivery.DeliverySettings;
import io.github.camellightning.node.delivery.DeliverySettings.Room;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the options of an endpoint come to for acknowledged delivery. */
final class EnvelopeOptions {

    private EnvelopeOptions() {}

    /** @throws IllegalArgumentException naming the option, its value and the rule */
    static DeliverySettings toSend(LightningEndpoint endpoint, Destination destination) {
        DeliveryConfiguration options = endpoint.getEnvelopes();
        Options.requireAtLeast(1, "deliveryTimeout", options.getDeliveryTimeout());
        Options.requireAtLeast(0, "timeToLive", options.getTimeToLive());
        return ofType("messageType", destination.type());
    }

    /** @throws IllegalArgumentException naming the option, its value and the rule */
    static DeliverySettings toReceive(LightningEndpoint endpoint) {
        ReceiveConfiguration receive = endpoint.getReceive();
        Intake.of(endpoint);
        Options.requireAtLeast(1, "maxEnvelopeSize", endpoint.getEnvelopes().getMaxEnvelopeSize());
        requirePlain("acceptEven=true", receive.isAcceptEven());
        requirePlain("replyType=" + receive.getReplyType(), receive.getReplyType() != null);
        requirePlain("releaseOn=receipt", receive.getReleaseOn() != ReleaseOn.COMPLETION);
        requirePlain("whenFull=drop", receive.getWhenFull() != WhenFull.HOLD);
        DeliverySettings settings = ofType("messageTypes", type(receive.getMessageTypes()));
        return settings.withRoom(
                new Room(receive.getMaxInFlightPerPeer(), settings.perPeer().bytes()),
                new Room(receive.getMaxInFlight(), settings.inAll().bytes()),
                endpoint.getEnvelopes().getMaxEnvelopeSize());
    }

    private static void requirePlain(String option, boolean given) {
        if (given) {
            throw new IllegalArgumentException(
                    "Option " + option + " is for delivery=plain: with delivery=acknowledged a"
                            + " message is done when its route is, and its sender is told so");
        }
    }

    private static @Nullable Integer type(@Nullable String messageTypes) {
        if (messageTypes == null) {
            return null;
        }
        List<TypeRanges.Range> ranges =
                Options.parse("messageTypes", messageTypes, TypeRanges::parse).ranges();
        if (ranges.size() != 1 || ranges.get(0).first() != ranges.get(0).last()) {
            throw new IllegalArgumentException("Option messageTypes is '" + messageTypes
                    + "': with delivery=acknowledged it is the one type of the envelopes");
        }
        return ranges.get(0).first();
    }

    private static DeliverySettings ofType(String option, @Nullable Integer type) {
        return type == null
                ? DeliverySettings.DEFAULT
                : Options.parse(option, type.toString(), text -> DeliverySettings.DEFAULT.withType(type));
    }

    /** Null where it is none: tracing must not keep a message from being sent. */
    static @Nullable String traceparent(@Nullable String header) {
        return header != null && header.matches("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}") ? header : null;
    }
}
