// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.PeerAddress;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.proxy.Socks5ProxyHandler;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Opens TCP connections to peers: straight, trying each address of a host name in turn, or through a SOCKS5 proxy, which then resolves
 * the name itself, as Tor must.
 */
final class Dialer {

    /** Makes the pipeline of a new channel, on its event loop. */
    @FunctionalInterface
    interface Pipeline {
        /** @param proxied whether a proxy's handler comes first */
        void make(Channel channel, boolean proxied);
    }

    private final PeerSettings settings;
    private final Bootstrap bootstrap;
    private final ExecutorService resolver;

    Dialer(PeerSettings settings, EventLoopGroup loops) {
        this.settings = settings;
        this.bootstrap = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, PeerManager.WATER_MARK)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        Math.min(settings.limits().getConnectTimeoutMillis(), Integer.MAX_VALUE));
        this.resolver = Executors.newSingleThreadExecutor(task -> {
            var thread = new Thread(task, "lightning-resolver");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** @return the channel, connected; its handshake has begun */
    CompletionStage<Channel> dial(PeerAddress peer, Pipeline pipeline) {
        InetSocketAddress proxy = settings.proxy();
        InetAddress literal = NetUtil.createInetAddressFromIpAddressString(peer.host());
        if (proxy != null) {
            var target = literal == null
                    ? InetSocketAddress.createUnresolved(peer.host(), peer.port())
                    : new InetSocketAddress(literal, peer.port());
            return connect(peer, target, proxy, pipeline);
        }
        if (literal != null) {
            return connect(peer, new InetSocketAddress(literal, peer.port()), null, pipeline);
        }
        if (peer.host().toLowerCase(Locale.ROOT).endsWith(".onion")) {
            return CompletableFuture.failedFuture(new NotConnectedException("Cannot dial " + peer
                    + ": a Tor address needs the option proxy, for example proxy=127.0.0.1:9050"));
        }
        return resolve(peer).thenCompose(addresses -> tryInTurn(peer, addresses.iterator(), pipeline, null));
    }

    void stop() {
        resolver.shutdownNow();
    }

    private CompletionStage<List<InetAddress>> resolve(PeerAddress peer) {
        try {
            return CompletableFuture.supplyAsync(() -> lookUp(peer), resolver);
        } catch (RejectedExecutionException stopped) {
            return CompletableFuture.failedFuture(
                    new NotConnectedException("Cannot dial " + peer + ": this node stops"));
        }
    }

    private static List<InetAddress> lookUp(PeerAddress peer) {
        try {
            return Arrays.asList(InetAddress.getAllByName(peer.host()));
        } catch (UnknownHostException unknown) {
            throw new NotConnectedException("Cannot dial " + peer + ": no such host");
        }
    }

    private CompletionStage<Channel> tryInTurn(
            PeerAddress peer, Iterator<InetAddress> addresses, Pipeline pipeline, @Nullable Throwable last) {
        if (!addresses.hasNext()) {
            return CompletableFuture.failedFuture(
                    last == null ? new NotConnectedException("Cannot dial " + peer + ": no address") : last);
        }
        return connect(peer, new InetSocketAddress(addresses.next(), peer.port()), null, pipeline)
                .handle((channel, failure) -> failure == null
                        ? CompletableFuture.completedFuture(channel)
                        : tryInTurn(peer, addresses, pipeline, failure))
                .thenCompose(next -> next);
    }

    private CompletionStage<Channel> connect(
            PeerAddress peer, InetSocketAddress address, @Nullable InetSocketAddress proxy, Pipeline pipeline) {
        Bootstrap dialing = bootstrap.clone().handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                if (proxy != null) {
                    var socks = new Socks5ProxyHandler(proxy);
                    socks.setConnectTimeoutMillis(settings.limits().getConnectTimeoutMillis());
                    channel.pipeline().addLast(socks);
                }
                pipeline.make(channel, proxy != null);
            }
        });
        if (proxy != null) {
            dialing.resolver(NoopAddressResolverGroup.INSTANCE);
        }
        var connected = new CompletableFuture<Channel>();
        ChannelFuture connecting = dialing.connect(address);
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                connected.complete(connecting.channel());
            } else {
                connected.completeExceptionally(unreachable(peer, proxy, done.cause()));
            }
        });
        return connected;
    }

    private static LightningException unreachable(
            PeerAddress peer, @Nullable InetSocketAddress proxy, Throwable cause) {
        String by = proxy == null ? "" : "proxy " + PeerManager.hostAndPort(proxy) + ": ";
        return new NotConnectedException("Cannot reach " + peer + ": " + by + cause.getMessage(), cause);
    }
}
