// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.noise.Initiator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.proxy.ProxyConnectionEvent;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** Dials: act one out as soon as the way to the peer is open, act two in, act three out. */
final class InitiatorHandler extends HandshakeHandler {

    private final PeerContext context;
    private final NodeId remote;
    private final boolean proxied;
    private final SecureRandom random;
    private @Nullable Initiator initiator;

    InitiatorHandler(PeerContext context, NodeId remote, boolean proxied, SecureRandom random, Authenticated outcome) {
        super(context, outcome);
        this.context = context;
        this.remote = remote;
        this.proxied = proxied;
        this.random = random;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        begin();
        if (!proxied) {
            dial(ctx);
        }
        ctx.fireChannelActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof ProxyConnectionEvent) {
            dial(ctx);
        }
        super.userEventTriggered(ctx, event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        InetSocketAddress proxy = context.settings().proxy();
        if (cause instanceof ProxyConnectException && proxy != null) {
            fail(ctx, refusedByProxy(proxy, String.valueOf(cause.getMessage()), cause));
        } else {
            super.exceptionCaught(ctx, cause);
        }
    }

    /** @param words as Netty puts it: protocol, addresses, and last what matters, each after a comma */
    private static LightningException refusedByProxy(InetSocketAddress proxy, String words, Throwable cause) {
        String what = words.substring(words.lastIndexOf(", ") + 1).trim();
        return new LightningException(
                "the proxy " + PeerManager.hostAndPort(proxy) + " did not connect us: " + what, cause);
    }

    private void dial(ChannelHandlerContext ctx) {
        compute(ctx, this::actOne, actOne -> write(ctx, actOne));
    }

    private byte[] actOne() {
        var created = new Initiator(context.key(), remote, random);
        initiator = created;
        return created.actOne();
    }

    @Override
    int expected() {
        return ACT_TWO;
    }

    @Override
    void act(ChannelHandlerContext ctx, byte[] actTwo) {
        Initiator started = initiator;
        if (started == null) {
            fail(ctx, new LightningException("it spoke before the handshake began"));
            return;
        }
        compute(ctx, () -> started.actTwo(actTwo), completed -> {
            write(ctx, completed.actThree());
            complete(ctx, completed);
        });
    }

    @Override
    String closedEarly() {
        return "it hung up during the handshake: most likely its node id is not " + remote
                + ", or it does not want us, or it is no Lightning node";
    }
}
