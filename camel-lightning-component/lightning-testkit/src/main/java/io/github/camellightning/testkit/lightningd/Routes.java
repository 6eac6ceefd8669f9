// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.node.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the cheapest way of a payment over public channels, from its end: what a node passes on decides what it has to get.
 *
 * @param localChannels whether it is known what the own channels hold; else each may hold all of its capacity
 * @param sourceFree whether the source takes no fee from itself
 * @param avoided directions of channels, {@code 112x1x0/1}
 */
record Routes(Daemon daemon, boolean localChannels, boolean sourceFree, Set<String> avoided) {

    /** One channel of the way, with what goes into its first node and what comes out at its second. */
    record Step(Channel channel, NodeId from, NodeId to, long amountIn, long amountOut, long cltvIn, long cltvOut) {

        String direction() {
            return channel.id() + "/" + channel.direction(from);
        }
    }

    private record Reached(
            NodeId node,
            long amount,
            long cltv,
            @Nullable Step step,
            @Nullable Reached further) {}

    /** Null where there is none. */
    @Nullable
    List<Step> find(NodeId source, NodeId destination, long amountMsat, long finalCltv) {
        var best = new HashMap<NodeId, Long>();
        var open = new PriorityQueue<Reached>(
                Comparator.comparingLong(Reached::amount).thenComparingLong(Reached::cltv));
        open.add(new Reached(destination, amountMsat, finalCltv, null, null));
        for (var reached = open.poll(); reached != null; reached = open.poll()) {
            if (reached.node().equals(source)) {
                return steps(reached);
            }
            if (best.putIfAbsent(reached.node(), reached.amount()) == null) {
                reachFurther(source, reached, open, best);
            }
        }
        return null;
    }

    private void reachFurther(NodeId source, Reached reached, PriorityQueue<Reached> open, Map<NodeId, Long> best) {
        for (var channel : daemon.chain().channelsOf(reached.node())) {
            var from = channel.other(reached.node());
            boolean free = sourceFree && from.equals(source);
            var step = new Step(
                    channel,
                    from,
                    reached.node(),
                    reached.amount() + (free ? 0 : Channel.feeMsat(reached.amount())),
                    reached.amount(),
                    reached.cltv() + (free ? 0 : Channel.CLTV_DELTA),
                    reached.cltv());
            if (!best.containsKey(from)
                    && reached.amount() <= mostMsat(channel, from)
                    && !avoided.contains(step.direction())) {
                open.add(new Reached(from, step.amountIn(), step.cltvIn(), step, reached));
            }
        }
    }

    private long mostMsat(Channel channel, NodeId from) {
        boolean known = localChannels && channel.joins(daemon.nodeId());
        return known ? channel.spendableMsat(from) : channel.maximumMsat();
    }

    private static List<Step> steps(Reached source) {
        var steps = new ArrayList<Step>();
        for (var reached = source; reached != null && reached.step() != null; reached = reached.further()) {
            steps.add(reached.step());
        }
        return steps;
    }
}
