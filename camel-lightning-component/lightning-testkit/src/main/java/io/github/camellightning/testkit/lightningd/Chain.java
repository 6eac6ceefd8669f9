// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.testkit.onion.ShortChannelId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The blocks that all nodes of a network know, which are none until channels are opened, and those channels, which all are public. */
final class Chain {

    /** So many after the funding transaction's own block is a channel announced to others. */
    private static final int CONFIRMATIONS = 5;

    private final List<Channel> channels = new CopyOnWriteArrayList<>();
    private volatile int height;

    int height() {
        return height;
    }

    synchronized Channel open(NodeId opener, NodeId accepter, long capacityMsat) {
        var channel = new Channel(new ShortChannelId(height + 1, 1, 0), opener, accepter, capacityMsat);
        channels.add(channel);
        height += 1 + CONFIRMATIONS;
        return channel;
    }

    List<Channel> channels() {
        return List.copyOf(channels);
    }

    List<Channel> channelsOf(NodeId node) {
        return channels.stream().filter(channel -> channel.joins(node)).toList();
    }

    boolean hasNode(NodeId node) {
        return channels.stream().anyMatch(channel -> channel.joins(node));
    }

    @Nullable
    Channel channel(ShortChannelId id) {
        return channels.stream()
                .filter(channel -> channel.id().equals(id))
                .findAny()
                .orElse(null);
    }
}
