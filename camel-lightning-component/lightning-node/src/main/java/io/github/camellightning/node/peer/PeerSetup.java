// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.Peer.Direction;
import io.github.camellightning.node.noise.Completed;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A connection on its way from TCP to a peer: handshake, who it is and whether it may stay, {@code init}; all within a time. */
final class PeerSetup implements HandshakeHandler.Authenticated, PeerConnection.Observer {

    /** Where a peer arrives. */
    interface House extends PeerConnection.Observer {

        /** Asked of those who dialled us. A true may have taken a place, which the channel's close gives back. */
        boolean mayStay(NodeId peer, Channel channel);

        /** For the connection that comes next. */
        Inbox inbox(NodeId peer);

        /** However it ends, it is told to {@link #closed}. */
        void opened(PeerConnection connection);

        PeerCounters counters();
    }

    private final PeerContext context;
    private final House house;
    private final Channel channel;
    private final Direction direction;
    private final String address;
    private final CompletableFuture<Void> outcome = new CompletableFuture<>();

    PeerSetup(PeerContext context, House house, Channel channel, Direction direction, String address) {
        this.context = context;
        this.house = house;
        this.channel = channel;
        this.direction = direction;
        this.address = address;
    }

    /** Completes when the peer is one, or fails when it never will be. */
    CompletableFuture<Void> outcome() {
        return outcome;
    }

    @Override
    public void begun() {
        long millis = context.limits().getSetupTimeoutMillis();
        var deadline = channel.eventLoop()
                .schedule(
                        () -> giveUp("no init exchanged within " + millis + " ms of connecting"),
                        millis,
                        TimeUnit.MILLISECONDS);
        outcome.whenComplete((established, failure) -> deadline.cancel(false));
    }

    @Override
    public void authenticated(ChannelHandlerContext ctx, Completed completed) {
        NodeId peer = completed.remote();
        if (peer.equals(context.self())) {
            refuse(peer, "it is this node itself, or has its key: each node needs one of its own");
        } else if (direction == Direction.INBOUND && !context.settings().mayConnect(peer)) {
            refuse(peer, "not in allowPeers");
        } else if (direction == Direction.INBOUND && !house.mayStay(peer, channel)) {
            refuse(peer, "a limit is met: maxUnlistedConnections");
        } else {
            var connection = new PeerConnection(
                    context, channel, completed, direction, address, house.inbox(peer), house.counters(), this);
            house.opened(connection);
            connection.open();
        }
    }

    private void refuse(NodeId peer, String reason) {
        house.counters().refused.increment();
        context.log().warn(peer.hex(), "connection refused: ", reason);
        fail(peer.hex(), reason);
    }

    @Override
    public void failed(ChannelHandlerContext ctx, LightningException why) {
        giveUp(String.valueOf(why.getMessage()));
    }

    /** Whoever dialled is told why; of a stranger that failed an operator reads, before the stranger does. */
    private void giveUp(String reason) {
        if (!outcome.isDone() && direction == Direction.INBOUND) {
            // without the port, which is another each time
            context.log()
                    .warn(
                            address.substring(0, address.lastIndexOf(':')),
                            "handshake failed (only of interest for a peer of yours): ",
                            reason);
        }
        fail(address, reason);
    }

    private void fail(String whom, String reason) {
        if (outcome.completeExceptionally(new NotConnectedException("Cannot connect to " + whom + ": " + reason))) {
            channel.close();
        }
    }

    @Override
    public void established(PeerConnection connection) {
        house.established(connection);
        outcome.complete(null);
    }

    @Override
    public void closed(PeerConnection connection, String reason) {
        fail(connection.remote().hex(), reason);
        house.closed(connection, reason);
    }
}
