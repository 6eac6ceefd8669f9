// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.ReceivedMessage;
import io.github.camellightning.testkit.lightningd.Daemon.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node that behaves as lightningd does: JSON-RPC on a real Unix socket, real plugin executables, peers among the nodes
 * of its {@link SimulatedNetwork}, channels with them, payments and onion messages. May be used from any thread.
 */
public final class SimulatedLightningd {

    /** A method of the node's JSON-RPC interface that a test brings. */
    public interface Method {
        /**
         * On the node's own thread: while it works the node does nothing else.
         *
         * @return the result
         * @throws RpcException the error that is answered instead
         */
        JsonNode call(JsonNode params) throws RpcException;
    }

    private static final long CONNECT_SECONDS = 10;

    private final Identity identity;
    private final SimulatedNetwork network;
    private final Daemon.Kept kept = Daemon.Kept.create();
    private final ReceivedMessages received = new ReceivedMessages();
    private final OwnMethods methods = new OwnMethods();
    private volatile @Nullable Daemon daemon;
    private volatile @Nullable CountDownLatch hanging;

    SimulatedLightningd(Identity identity, SimulatedNetwork network) {
        this.identity = identity;
        this.network = network;
    }

    /** Its alias. */
    public String name() {
        return identity.name();
    }

    public NodeId nodeId() {
        return identity.nodeId();
    }

    /** What {@code --lightning-dir} is to a real node: the folder of the network's folder. */
    public Path dir() {
        return identity.dir();
    }

    /** The folder of the socket, where plugins run. */
    public Path networkDir() {
        return identity.networkDir();
    }

    /** The Unix socket of JSON-RPC. */
    public Path rpcFile() {
        return identity.networkDir().resolve("lightning-rpc");
    }

    /** What other nodes of the network dial. */
    public PeerAddress address() {
        return new PeerAddress(identity.nodeId(), "127.0.0.1", identity.port());
    }

    /** Starts again what was stopped or crashed: with the same id and folder, without plugins and peers. */
    public void start() {
        if (daemon != null) {
            throw new IllegalStateException("The node " + name() + " runs");
        }
        var starting = new Daemon(identity, kept, network, received::keep);
        try {
            starting.loop().call(() -> {
                methods.addTo(starting.commands());
                try {
                    starting.start();
                } catch (IOException notStarted) {
                    throw new UncheckedIOException(notStarted);
                }
                return true;
            });
        } catch (IllegalStateException notStarted) {
            starting.loop().close();
            throw notStarted;
        }
        daemon = starting;
    }

    public boolean isRunning() {
        var running = daemon;
        return running != null && !running.ended().isDone();
    }

    /** As {@code lightning-cli stop} does, and waits for the end: plugins that hear of it get their time. */
    public void stop() {
        end(Daemon::shutDown);
    }

    /** As {@code kill -9} does: nobody is told, sockets close, plugins find their pipes closed. */
    public void crash() {
        end(Daemon::die);
    }

    private void end(Consumer<Daemon> how) {
        resume();
        var running = daemon;
        if (running != null) {
            running.loop().execute(() -> how.accept(running));
            EventLoop.await(running.ended());
            running.loop().close();
            daemon = null;
        }
    }

    /** From now on it answers nobody, and reads nothing, until {@link #resume}. */
    public void hang() {
        hanging = running().loop().hang();
    }

    public void resume() {
        var latch = hanging;
        if (latch != null) {
            latch.countDown();
        }
    }

    /** Connects to another node of the network and waits until both are. */
    public void connectTo(SimulatedLightningd other) {
        var connected = new CompletableFuture<PeerLink>();
        var address = other.address();
        var running = running();
        running.loop().execute(() -> {
            var link = running.peers().get(other.nodeId());
            if (link != null) {
                connected.complete(link);
                return;
            }
            running.peers()
                    .dial(
                            address.nodeId(),
                            address.host(),
                            address.port(),
                            connected::complete,
                            reason -> connected.completeExceptionally(new IllegalStateException(reason)));
        });
        EventLoop.await(connected.orTimeout(CONNECT_SECONDS, TimeUnit.SECONDS));
    }

    /**
     * Opens a public channel to another node of the network, which all nodes know then. It connects where it has not yet. All of the money is on this side,
     * and it keeps 1% of the capacity, and what its transactions cost, as real nodes do. On the chain six blocks are found.
     *
     * @return the short channel id, {@code 1x1x0} or the like
     */
    public String openChannel(SimulatedLightningd other, long capacitySat) {
        connectTo(other);
        return network.chain()
                .open(nodeId(), other.nodeId(), Math.multiplyExact(capacitySat, 1_000L))
                .id()
                .toString();
    }

    /** What this node has in its channels. */
    public long balanceMsat() {
        return network.chain().channelsOf(nodeId()).stream()
                .mapToLong(channel -> channel.balanceMsat(nodeId()))
                .sum();
    }

    /** As the command {@code disconnect} does, here; the other end notices when it has read what is on its way. */
    public void disconnectFrom(SimulatedLightningd other) {
        var running = running();
        running.loop().call(() -> {
            var link = running.peers().get(other.nodeId());
            if (link != null) {
                running.peers().disconnected(link);
            }
            return true;
        });
    }

    public boolean isConnectedTo(SimulatedLightningd other) {
        return peers().contains(other.nodeId());
    }

    public List<NodeId> peers() {
        var running = running();
        return running.loop().call(() -> running.peers().connected());
    }

    /** Sends a message to a connected peer. */
    public void send(SimulatedLightningd to, int type, byte[] payload) {
        send(
                to,
                ByteBuffer.allocate(2 + payload.length)
                        .putShort((short) type)
                        .put(payload)
                        .array());
    }

    /** Sends bytes to a connected peer, whatever they are. */
    public void send(SimulatedLightningd to, byte[] message) {
        var running = running();
        running.loop().call(() -> {
            var link = running.peers().get(to.nodeId());
            if (link == null) {
                throw new IllegalStateException(name() + " is not connected to " + to.name());
            }
            link.write(message);
            return true;
        });
    }

    /** In bytes on the wire: what was sent to a connected peer that has not read it. */
    public long queuedFor(SimulatedLightningd peer) {
        var running = running();
        return running.loop().call(() -> {
            var link = running.peers().get(peer.nodeId());
            return link == null ? 0 : link.queued();
        });
    }

    /** The custom messages that came in, the last 10,000: those that a plugin's hook got, or would have got. */
    public List<ReceivedMessage> received() {
        return received.all();
    }

    /** Starts a plugin as {@code plugin start} does and waits until it runs. */
    public void startPlugin(Path executable) {
        var started = new CompletableFuture<Boolean>();
        var running = running();
        running.loop().execute(() -> running.plugins().start(executable, null, Map.of(), problem -> {
            if (problem == null) {
                started.complete(true);
            } else {
                started.completeExceptionally(new IllegalStateException(executable + ": " + problem));
            }
        }));
        EventLoop.await(started);
    }

    /** The process ids of its plugins, by the name of their executable. */
    public Map<String, Long> pluginPids() {
        var running = running();
        return running.loop().call(() -> {
            var pids = new TreeMap<String, Long>();
            running.plugins().all().forEach(plugin -> pids.put(plugin.shortName(), plugin.pid()));
            return pids;
        });
    }

    /** Adds a method to the JSON-RPC interface, or replaces one, for this run and the next ones. */
    public void answer(String name, String usage, Method method) {
        methods.add(name, usage, method);
        var running = running();
        running.loop().call(() -> {
            methods.addTo(running.commands());
            return true;
        });
    }

    /** Sends a notification to the plugins that subscribed to it; what it is about goes into a member of its name. */
    public void notify(String topic, ObjectNode about) {
        var running = running();
        running.loop().execute(() -> running.plugins().tellAll(topic, about));
    }

    /**
     * Calls a hook, as an event would that this node does not simulate: {@code openchannel} and the like.
     *
     * @return the answer that decided, or {@code {"result":"continue"}} where none did
     */
    public CompletableFuture<JsonNode> callHook(String name, ObjectNode payload) {
        var kind = HookKind.named(name)
                .orElseThrow(() -> new IllegalArgumentException("lightningd has no hook '" + name + "'"));
        var answered = new CompletableFuture<JsonNode>();
        var running = running();
        running.loop().execute(() -> running.hooks()
                .call(
                        kind,
                        "",
                        payload,
                        answer -> answered.complete(
                                answer == null ? Json.object().put("result", "continue") : answer.toJson())));
        return answered;
    }

    /** What would have brought this node down, and was not taken. */
    public List<WouldHaveCrashed> crashes() {
        return network.crashes().stream()
                .filter(crash -> crash.node().equals(name()))
                .toList();
    }

    @Nullable
    Daemon daemon() {
        return isRunning() ? daemon : null;
    }

    private Daemon running() {
        var running = daemon();
        if (running == null) {
            throw new IllegalStateException("The node " + name() + " does not run");
        }
        return running;
    }

    @Override
    public String toString() {
        return name() + " " + nodeId();
    }
}
