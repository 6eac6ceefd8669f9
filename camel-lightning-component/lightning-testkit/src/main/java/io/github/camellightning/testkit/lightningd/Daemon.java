// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.noise.NodeKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a node, from its start to its stop or crash. */
final class Daemon {

    /** Who a node is. */
    record Identity(String name, NodeKey key, Path dir, int port, NodeSettings settings) {

        NodeId nodeId() {
            return key.nodeId();
        }

        Path networkDir() {
            return dir.resolve(settings.network());
        }
    }

    /** What a node keeps over its runs, in its database so to speak. */
    record Kept(Runes runes, Datastore datastore, Payments payments) {

        private static final int SECRET_LENGTH = 32;

        static Kept create() {
            return new Kept(new Runes(random(SECRET_LENGTH)), new Datastore(), new Payments());
        }
    }

    private static final String RPC_FILE = "lightning-rpc";

    private final Identity identity;
    private final SimulatedNetwork network;
    private final BiConsumer<NodeId, byte[]> received;
    private final Logger log;
    private final EventLoop loop;
    private final Commands commands = new Commands();
    private final Hooks hooks;
    private final Plugins plugins;
    private final Peers peers;
    private final Commando commando;
    private final Htlcs htlcs = new Htlcs(this);
    private final OnionMessages onionMessages = new OnionMessages(this);
    private final RpcServer rpc;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private boolean stopping;

    Daemon(Identity identity, Kept kept, SimulatedNetwork network, BiConsumer<NodeId, byte[]> received) {
        this.identity = identity;
        this.network = network;
        this.received = received;
        this.log = LoggerFactory.getLogger("lightningd." + identity.name());
        this.loop = new EventLoop("lightningd " + identity.name(), network::failed);
        this.hooks = new Hooks(this);
        this.plugins = new Plugins(this);
        this.peers = new Peers(this);
        this.rpc = new RpcServer(loop, commands, network::failed);
        new NodeCommands(this, commands);
        new PeerCommands(this, commands);
        new PluginCommands(this, commands);
        new RuneCommands(kept.runes(), commands, this);
        new DatastoreCommands(kept.datastore(), commands, this);
        this.commando = new Commando(this, commands);
        kept.payments().forgetWaiters();
        var sender = new PaymentSender(this, kept.payments());
        new OnionCommands(this, commands);
        new PaymentCommands(this, kept.payments(), sender, commands);
        new ChannelCommands(this, commands);
        new KeysendCommands(this, sender, commands);
    }

    void start() throws IOException {
        Files.createDirectories(identity.networkDir());
        rpc.listen(rpcFile());
    }

    Path rpcFile() {
        return identity.networkDir().resolve(RPC_FILE);
    }

    Path dir() {
        return identity.dir();
    }

    Path networkDir() {
        return identity.networkDir();
    }

    String name() {
        return identity.name();
    }

    NodeId nodeId() {
        return identity.nodeId();
    }

    int port() {
        return identity.port();
    }

    NodeSettings settings() {
        return identity.settings();
    }

    SimulatedNetwork network() {
        return network;
    }

    EventLoop loop() {
        return loop;
    }

    Commands commands() {
        return commands;
    }

    Hooks hooks() {
        return hooks;
    }

    Plugins plugins() {
        return plugins;
    }

    Peers peers() {
        return peers;
    }

    Commando commando() {
        return commando;
    }

    Htlcs htlcs() {
        return htlcs;
    }

    OnionMessages onionMessages() {
        return onionMessages;
    }

    Chain chain() {
        return network.chain();
    }

    byte[] nodeSecret() {
        return identity.key().secret();
    }

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /** The {@code configuration} of a plugin's {@code init}. */
    ObjectNode configuration() {
        var configuration = Json.object()
                .put("lightning-dir", networkDir().toString())
                .put("rpc-file", RPC_FILE)
                .put("startup", false)
                .put("network", settings().network());
        configuration.set(
                "feature_set",
                NodeCommands.features()
                        .put("bolt12_offer", "")
                        .put("bolt12_invreq", "")
                        .put("bolt12_invoice", "020000")
                        .put("channel_type", "08800000800000"));
        return configuration;
    }

    /** A custom message that is not refused. */
    void arrived(NodeId from, byte[] message) {
        received.accept(from, message);
    }

    void log(String line) {
        log.debug("{}", line);
    }

    void wouldHaveCrashed(String what) {
        network.crashed(new WouldHaveCrashed(identity.name(), what));
    }

    void wouldHaveCrashedPayers(String what) {
        network.crashed(WouldHaveCrashed.payersOf(identity.name(), what));
    }

    /** As the command {@code stop} does: plugins first, then whoever waits for an answer, who gets none. */
    void shutDown() {
        if (stopping) {
            return;
        }
        stopping = true;
        stopListening();
        peers.disconnectAll();
        plugins.shutDown(settings().shutdownPatience(), this::end);
    }

    /** As {@code kill -9} does. The plugins are not told; they find their pipes closed. */
    void die() {
        stopping = true;
        stopListening();
        peers.disconnectAll();
        plugins.abandon();
        end();
    }

    private void stopListening() {
        try {
            rpc.stopListening();
        } catch (IOException notClosed) {
            network.failed(notClosed);
        }
    }

    private void end() {
        rpc.closeConnections();
        loop.finish();
        ended.complete(null);
    }

    CompletableFuture<Void> ended() {
        return ended;
    }
}
