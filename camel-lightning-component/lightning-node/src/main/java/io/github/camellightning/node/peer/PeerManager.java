// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MessageDispatcher;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.Peer;
import io.github.camellightning.node.Peer.Direction;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.PeerEvent;
import io.github.camellightning.node.TimeoutException;
import io.github.camellightning.node.commando.CommandoClient;
import io.github.camellightning.node.commando.CommandoServer;
import io.github.camellightning.node.commando.CommandoSettings;
import io.github.camellightning.node.commando.ServedMethods;
import io.github.camellightning.node.noise.NodeKey;
import io.github.camellightning.node.rune.RuneCheck;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A {@link PeerNode} while it is up: its threads, its listening socket, its connections and those it keeps dialling. */
final class PeerManager implements PeerSetup.House {

    /** High enough that a batch of small messages never has to wait for the one before. */
    static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 * 1024, 256 * 1024);

    private static final Duration COMMANDO_DEADLINE = Duration.ofSeconds(60);
    private static final String HANDSHAKE = "handshake";

    private final CommandoClient commando;
    private final @Nullable CommandoServer server;
    private final PeerContext context;
    private final PeerSettings settings;
    private final PeerCounters counters;
    private final SecureRandom random = new SecureRandom();
    private final HandshakeWorker worker;
    private final EventLoopGroup loops;
    /** Runs what peer events go to, in order. */
    private final EventLoop telling;

    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Admission admission;
    private final Dialer dialer;
    private final PeerConnections connections;
    /** All of them, those that are not peers yet or give way to another too. */
    private final Set<PeerConnection> open = ConcurrentHashMap.newKeySet();

    private final Inboxes inboxes;
    private final Map<NodeId, CompletableFuture<Void>> dialling = new ConcurrentHashMap<>();
    private final Map<NodeId, Redial> redials;
    private volatile boolean stopping;
    private volatile @Nullable InetSocketAddress listenAddress;

    PeerManager(
            NodeKey key,
            PeerSettings settings,
            MessageDispatcher dispatcher,
            @Nullable RuneCheck runes,
            ServedMethods methods,
            PeerCounters counters,
            PeerLog log,
            Consumer<PeerEvent> events) {
        this.worker = HandshakeWorker.forPending(settings.limits().getMaxPendingHandshakes());
        this.settings = settings;
        this.counters = counters;
        this.commando = new CommandoClient(CommandoSettings.withDeadline(COMMANDO_DEADLINE), this::sendFrame);
        this.loops = loops(settings.ioThreads());
        this.inboxes = new Inboxes(dispatcher, settings.limits());
        this.admission = new Admission(settings.limits(), settings.peers().size(), System::nanoTime);
        this.dialer = new Dialer(settings, loops);
        this.telling = loops.next();
        this.connections = new PeerConnections(settings.limits(), event -> telling.execute(() -> events.accept(event)));
        this.server = runes == null
                ? null
                : new CommandoServer(settings.commando(), new PeerReplies(connections, log), methods, runes);
        this.context = new PeerContext(key, settings, dispatcher, commando, server, log, worker, Workspace.perThread());
        this.redials = settings.peers().stream()
                .collect(Collectors.toMap(
                        PeerAddress::nodeId,
                        address -> new Redial(
                                address, this::connect, telling, settings.limits(), log, counters.reconnects),
                        (first, second) -> first));
    }

    /** Of a class that Netty 4.1 has too, which other libraries of an application may bring in place of ours. */
    @SuppressWarnings("deprecation")
    private static EventLoopGroup loops(int threads) {
        return new NioEventLoopGroup(threads, new DefaultThreadFactory("lightning-io", true));
    }

    /** Listens, where it is to, and begins to dial the configured peers. */
    CompletionStage<Void> start() {
        InetSocketAddress listen = settings.listen();
        if (listen == null) {
            redials.values().forEach(Redial::start);
            return CompletableFuture.completedFuture(null);
        }
        var listening = new CompletableFuture<Void>();
        ChannelFuture binding = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, 128)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accept(channel);
                    }
                })
                .bind(listen);
        binding.addListener(bound -> {
            if (bound.isSuccess()) {
                channels.add(binding.channel());
                listenAddress = (InetSocketAddress) binding.channel().localAddress();
                redials.values().forEach(Redial::start);
                listening.complete(null);
            } else {
                listening.completeExceptionally(new LightningException(
                        "Cannot listen on " + listen + " (option listen): "
                                + bound.cause().getMessage(),
                        bound.cause()));
            }
        });
        return listening;
    }

    private void accept(SocketChannel channel) {
        InetAddress from = channel.remoteAddress().getAddress();
        String refusal = stopping ? "this node stops" : admission.admit(from);
        if (refusal != null) {
            counters.refused.increment();
            context.log()
                    .warn(
                            from.getHostAddress(),
                            "connection refused by a limit, which can be raised if this is no attack: ",
                            refusal);
            channel.close();
            return;
        }
        channels.add(channel);
        channel.closeFuture().addListener(closed -> admission.closed(from));
        var setup = new PeerSetup(context, this, channel, Direction.INBOUND, hostAndPort(channel.remoteAddress()));
        setup.outcome().whenComplete((connected, failure) -> admission.settled());
        channel.pipeline().addLast(HANDSHAKE, new ResponderHandler(context, random, setup));
    }

    /** Completes when the peer is connected, by this dial or another way. */
    CompletionStage<Void> connect(PeerAddress address) {
        NodeId peer = address.nodeId();
        if (connections.find(peer) != null) {
            return CompletableFuture.completedFuture(null);
        }
        var mine = new CompletableFuture<Void>();
        CompletableFuture<Void> underway = dialling.putIfAbsent(peer, mine);
        if (underway != null) {
            return underway.copy();
        }
        mine.whenComplete((connected, failure) -> dialling.remove(peer, mine));
        if (stopping) {
            mine.completeExceptionally(stops(peer));
            return mine;
        }
        dialer.dial(address, (channel, proxied) -> handshake(channel, proxied, address, mine))
                .whenComplete((channel, failure) -> {
                    if (failure != null) {
                        mine.completeExceptionally(Failures.unwrapped(failure));
                    }
                });
        return mine.copy();
    }

    private void handshake(Channel channel, boolean proxied, PeerAddress address, CompletableFuture<Void> connected) {
        channels.add(channel);
        if (!settings.isConfigured(address.nodeId())) {
            admission.dialled();
            channel.closeFuture().addListener(closed -> admission.dialledClosed());
        }
        var setup = new PeerSetup(context, this, channel, Direction.OUTBOUND, hostAndPort(address));
        setup.outcome().whenComplete((established, failure) -> {
            if (failure == null) {
                connected.complete(null);
            } else {
                connected.completeExceptionally(failure);
            }
        });
        channel.pipeline().addLast(HANDSHAKE, new InitiatorHandler(context, address.nodeId(), proxied, random, setup));
    }

    private static NotConnectedException stops(NodeId peer) {
        return new NotConnectedException("Cannot connect to " + peer + ": this node stops");
    }

    private static String hostAndPort(PeerAddress address) {
        String text = address.toString();
        return text.substring(text.indexOf('@') + 1);
    }

    static String hostAndPort(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    @Override
    public boolean mayStay(NodeId peer, Channel channel) {
        if (settings.isListed(peer)) {
            return true;
        }
        boolean room = admission.admitUnlisted();
        if (room) {
            channel.closeFuture().addListener(closed -> admission.unlistedLeft());
        }
        return room;
    }

    @Override
    public Inbox inbox(NodeId peer) {
        return inboxes.open(peer);
    }

    @Override
    public void opened(PeerConnection connection) {
        open.add(connection);
        if (stopping) {
            connection.close("this node stops");
        }
    }

    @Override
    public void established(PeerConnection connection) {
        context.log()
                .info(connection.remote().hex(), "connected, ", connection.direction() + " " + connection.address());
        if (connections.established(connection)) {
            // parts of requests and replies may be lost with the connection that goes
            commandoDisconnected(connection.remote(), PeerConnections.REPLACED);
            // or a request on the new one would be taken for one of the old one's, to which no reply goes
            connection.readAfter(CompletableFuture.runAsync(() -> {}, telling));
        }
    }

    @Override
    public void closed(PeerConnection connection, String reason) {
        inboxes.close(connection.remote());
        if (connections.closed(connection, reason)) {
            commandoDisconnected(connection.remote(), reason);
            disconnected(connection, reason);
        }
        // last: a stop waits for what is told before
        open.remove(connection);
    }

    private void commandoDisconnected(NodeId peer, String reason) {
        commando.disconnected(peer, reason);
        if (server != null) {
            server.disconnected(peer);
        }
    }

    private void disconnected(PeerConnection connection, String reason) {
        NodeId peer = connection.remote();
        if (!connection.aborted()) {
            context.log().info(peer.hex(), "disconnected: ", reason);
        }
        Redial redial = redials.get(peer);
        if (redial != null && !stopping) {
            redial.disconnected(System.nanoTime() - connection.createdAt());
        }
    }

    /** For an error message: what is known of a peer that has no connection. */
    String whyNotConnected(NodeId peer) {
        Redial redial = redials.get(peer);
        String failure = redial == null ? null : redial.lastFailure();
        return "Peer " + peer + " is not connected" + (failure == null ? "" : ": " + failure);
    }

    private CompletionStage<Void> sendFrame(NodeId peer, CustomMessage frame, BooleanSupplier wanted) {
        PeerConnection connection = connection(peer);
        return wanted.getAsBoolean()
                ? connection.outbox().send(frame)
                : CompletableFuture.failedFuture(new TimeoutException("Nobody waits for it any more"));
    }

    /** @throws NotConnectedException saying why not, as far as that is known */
    PeerConnection connection(NodeId peer) {
        PeerConnection connection = connections.find(peer);
        if (connection == null) {
            throw new NotConnectedException(whyNotConnected(peer));
        }
        return connection;
    }

    @Override
    public PeerCounters counters() {
        return counters;
    }

    CommandoClient commando() {
        return commando;
    }

    PeerConnections connections() {
        return connections;
    }

    /** Of how many peers something is kept. */
    int rememberedPeers() {
        return inboxes.size();
    }

    List<Peer> peers() {
        return connections.all().stream()
                .map(connection -> new Peer(
                        connection.remote(), true, connection.address(), connection.direction(), connection.features()))
                .toList();
    }

    @Nullable
    InetSocketAddress listenAddress() {
        return listenAddress;
    }

    CompletionStage<Void> stop() {
        stopping = true;
        commando.close();
        if (server != null) {
            server.close();
        }
        redials.values().forEach(Redial::stop);
        dialling.forEach((peer, dial) -> dial.completeExceptionally(stops(peer)));
        channels.stream().filter(channel -> !(channel instanceof SocketChannel)).forEach(Channel::close);
        channels.stream().filter(PeerManager::isInHandshake).forEach(Channel::close);
        open.forEach(connection -> connection.close("this node stops"));
        long millis = settings.limits().getStopTimeoutMillis();
        var forced = GlobalEventExecutor.INSTANCE.schedule(() -> channels.close(), millis, TimeUnit.MILLISECONDS);
        var stopped = new CompletableFuture<Void>();
        channels.newCloseFuture().addListener(closed -> {
            forced.cancel(false);
            allGone().thenRun(() -> {
                worker.stop();
                dialer.stop();
                loops.shutdownGracefully(0, millis, TimeUnit.MILLISECONDS)
                        .addListener(terminated -> stopped.complete(null));
            });
        });
        return stopped;
    }

    private static boolean isInHandshake(Channel channel) {
        return channel.pipeline().get(HANDSHAKE) != null;
    }

    /** Their channels are closed, but their event loops may still have to tell of it, on the event loop that tells. */
    private CompletableFuture<Void> allGone() {
        return CompletableFuture.allOf(open.stream().map(PeerConnection::gone).toArray(CompletableFuture<?>[]::new));
    }
}
