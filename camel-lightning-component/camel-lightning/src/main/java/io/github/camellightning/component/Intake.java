// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.TypeRanges;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer takes in, and how much of it at a time.
 *
 * @param maxHold nanoseconds
 * @param replyType the type of answers; null: nobody is answered
 */
record Intake(
        MessageFilter filter,
        ReleaseOn releaseOn,
        long maxHold,
        int maxInFlightPerPeer,
        int maxInFlight,
        WhenFull whenFull,
        @Nullable Integer replyType) {

    /** @throws IllegalArgumentException naming the option, its value and the rule */
    static Intake of(LightningEndpoint endpoint) {
        ReceiveConfiguration options = endpoint.getReceive();
        Options.requireAtLeast(1, "maxHold", options.getMaxHold());
        Options.requireAtLeast(0, "unhealthyAfter", options.getUnhealthyAfter());
        Options.requireAtLeast(1, "maxInFlightPerPeer", options.getMaxInFlightPerPeer());
        Options.requireAtLeast(1, "maxInFlight", options.getMaxInFlight());
        Options.requireAtLeast(1, "concurrentConsumers", options.getConcurrentConsumers());
        return new Intake(
                new MessageFilter(
                        types(options), peers(options, endpoint.getComponent().nodeIds()), options.isAcceptEven()),
                options.getReleaseOn(),
                TimeUnit.MILLISECONDS.toNanos(options.getMaxHold()),
                options.getMaxInFlightPerPeer(),
                options.getMaxInFlight(),
                options.getWhenFull(),
                Options.parseOptional("replyType", options.getReplyType(), Options::sendableType));
    }

    private static TypeRanges types(ReceiveConfiguration options) {
        String text = options.getMessageTypes();
        if (text == null) {
            return TypeRanges.DEFAULT;
        }
        TypeRanges types = Options.parse("messageTypes", text, TypeRanges::parse);
        boolean onlyEven = types.ranges().stream()
                .allMatch(range -> range.first() == range.last() && MessageTypes.isEven(range.first()));
        if (onlyEven && !options.isAcceptEven()) {
            throw new IllegalArgumentException("Option messageTypes is '" + text
                    + "': these types are even, and only acceptEven=true receives even types");
        }
        return types;
    }

    private static Set<NodeId> peers(ReceiveConfiguration options, NodeIds nodeIds) {
        String text = options.getPeers();
        return text == null
                ? Set.of()
                : Arrays.stream(text.split(",", -1))
                        .map(peer -> Options.parse("peers", peer.trim(), nodeIds::parse))
                        .collect(Collectors.toUnmodifiableSet());
    }

    boolean releasesOnCompletion() {
        return releaseOn == ReleaseOn.COMPLETION;
    }

    boolean drops() {
        return whenFull == WhenFull.DROP;
    }
}
