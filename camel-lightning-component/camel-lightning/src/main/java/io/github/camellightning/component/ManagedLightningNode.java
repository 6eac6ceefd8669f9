// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.DaemonNode;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.Peer;
import io.github.camellightning.node.PeerAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularDataSupport;
import javax.management.openmbean.TabularType;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;

/** A node of a context under JMX. */
@ManagedResource(description = "Managed Lightning node")
public final class ManagedLightningNode {

    private static final long PATIENCE_SECONDS = 30;
    private static final String[] COLUMNS = {"peerId", "direction", "address"};

    private final NodeWatch watch;

    ManagedLightningNode(NodeWatch watch) {
        this.watch = watch;
    }

    @ManagedAttribute(description = "Name of the node among those of the context")
    public String getName() {
        return watch.name();
    }

    @ManagedAttribute(description = "Kind of the node")
    public String getKind() {
        return watch.node().getClass().getSimpleName();
    }

    @ManagedAttribute(description = "Id of the node, 66 hex digits; empty where it must be up to know it")
    public String getNodeId() {
        try {
            return watch.node().nodeId().hex();
        } catch (NotConnectedException down) {
            return "";
        }
    }

    @ManagedAttribute(description = "State of the node: STOPPED, STARTING, UP or DOWN")
    public String getStatus() {
        return watch.node().state().status().name();
    }

    @ManagedAttribute(description = "Why the node is in that state")
    public String getReason() {
        String failure = watch.startFailure();
        return failure == null ? watch.node().state().reason() : failure;
    }

    @ManagedAttribute(description = "Since when the node is in that state, in milliseconds since 1970")
    public long getSince() {
        return watch.node().state().since().toEpochMilli();
    }

    @ManagedAttribute(
            description = "Whether the daemon has the node as its plugin; false for a node that has no daemon")
    public boolean isPluginRegistered() {
        return watch.node() instanceof DaemonNode daemon && daemon.isRegistered();
    }

    @ManagedAttribute(description = "Peers that are connected, as of the last time that somebody wanted to know")
    public int getConnectedPeers() {
        return watch.peers().count();
    }

    @ManagedAttribute(
            description =
                    "Peers that the node is to keep or producers name, whether connected or not: node ids, separated by commas")
    public String getWantedPeers() {
        return String.join(
                ",", watch.wantedPeers().stream().map(NodeId::hex).sorted().toList());
    }

    @ManagedAttribute(
            description = "How often the daemon, or a peer of the node's configuration, was lost and came back")
    public long getReconnects() {
        return watch.node().counts().reconnects();
    }

    @ManagedAttribute(description = "Messages received that a consumer wanted")
    public long getReceived() {
        return watch.node().counts().received();
    }

    @ManagedAttribute(description = "Messages received that no consumer wanted")
    public long getUnclaimed() {
        return watch.node().counts().unclaimed();
    }

    @ManagedAttribute(description = "Connections that a limit or the allow-list refused")
    public long getRefusedConnections() {
        return watch.node().counts().refusedConnections();
    }

    @ManagedOperation(description = "The peers that are connected")
    public TabularData peers() throws OpenDataException {
        var row = new CompositeType(
                "peer",
                "A peer that is connected",
                COLUMNS,
                new String[] {"Node id", "Who dialled", "Host and port"},
                new OpenType<?>[] {SimpleType.STRING, SimpleType.STRING, SimpleType.STRING});
        var table = new TabularDataSupport(
                new TabularType("peers", "The peers that are connected", row, new String[] {COLUMNS[0]}));
        for (Peer peer : connected()) {
            String direction = peer.direction() == null ? "" : peer.direction().name();
            String address = peer.address() == null ? "" : peer.address();
            table.put(new CompositeDataSupport(
                    row, COLUMNS, new Object[] {peer.nodeId().hex(), direction, address}));
        }
        return table;
    }

    @ManagedOperation(
            description = "Connects to a peer: <node id>@<host>:<port>, or the id of one whose address the node knows")
    public void connectPeer(String peer) {
        await(() -> peer.contains("@")
                ? watch.node().connect(PeerAddress.parse(peer))
                : watch.node().connect(new NodeId(peer)));
    }

    @ManagedOperation(description = "Closes the connection with a peer; one that the node is to keep is dialled again")
    public void disconnectPeer(String peerId) {
        await(() -> watch.node().disconnect(new NodeId(peerId)));
    }

    private List<Peer> connected() {
        try {
            return watch.peers().connected();
        } catch (LightningException silent) {
            throw foreign(silent);
        }
    }

    private static void await(Supplier<CompletionStage<Void>> operation) {
        try {
            operation.get().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : Sender.unwrap(failed.getCause());
            throw foreign(cause);
        } catch (LightningException refused) {
            throw foreign(refused);
        } catch (TimeoutException late) {
            throw new IllegalStateException("Not done within " + PATIENCE_SECONDS + " s");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted");
        }
    }

    /** What is thrown crosses to a remote console, which need not know our classes. */
    private static IllegalStateException foreign(Throwable ours) {
        return new IllegalStateException(String.valueOf(ours.getMessage()));
    }
}
