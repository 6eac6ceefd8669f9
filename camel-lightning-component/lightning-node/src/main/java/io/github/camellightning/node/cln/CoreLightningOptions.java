// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.cln.plugin.ManifestDeadline;
import io.github.camellightning.node.cln.plugin.Stdio;
import io.github.camellightning.node.cln.rpc.RpcSettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What can be set on a {@link CoreLightningNode}, as text where a configuration file has text. */
public abstract sealed class CoreLightningOptions permits CoreLightningNode {

    private static final List<String> NETWORKS = List.of("bitcoin", "testnet", "testnet4", "signet", "regtest");

    private @Nullable String lightningDir;
    private String network = "bitcoin";
    private @Nullable String rpcFile;
    private @Nullable String relayDirectory;
    private @Nullable String relay;
    private boolean stdio;
    private @Nullable ManifestDeadline manifestDeadline;
    private boolean plugin = true;
    private boolean checkPeer = true;
    private boolean throttle = true;
    private boolean peerStorage;
    private boolean commandoFallback;
    private long requestTimeoutMillis = 60_000;
    private int maxInFlight = RpcSettings.DEFAULT_MAX_IN_FLIGHT;
    private String clientName = RpcSettings.DEFAULT_CLIENT_NAME;

    CoreLightningOptions() {}

    /** lightningd's folder. Default: {@code ~/.lightning}. */
    public void setLightningDir(@Nullable String lightningDir) {
        this.lightningDir = path("lightningDir", lightningDir);
    }

    public @Nullable String getLightningDir() {
        return lightningDir;
    }

    /** Which network's node in that folder: bitcoin, testnet, testnet4, signet or regtest. Default: bitcoin. */
    public void setNetwork(String network) {
        if (NETWORKS.stream().noneMatch(network::equalsIgnoreCase)) {
            throw new IllegalArgumentException(
                    "Option network is '" + network + "': it must be one of " + String.join(", ", NETWORKS));
        }
        this.network = network;
    }

    public String getNetwork() {
        return network;
    }

    /** lightningd's Unix socket, in place of {@code <lightningDir>/<network>/lightning-rpc}. */
    public void setRpcFile(@Nullable String rpcFile) {
        this.rpcFile = path("rpcFile", rpcFile);
    }

    public @Nullable String getRpcFile() {
        return rpcFile;
    }

    /** Whether who listens on the socket must be this process's user or root, so that nobody else gets what is meant for the node. Default: true. */
    public void setCheckPeer(boolean checkPeer) {
        this.checkPeer = checkPeer;
    }

    public boolean isCheckPeer() {
        return checkPeer;
    }

    /** A folder that lightningd sees too, for the relay's script and socket. Default: the folder for temporary files. */
    public void setRelayDirectory(@Nullable String relayDirectory) {
        this.relayDirectory = path("relayDirectory", relayDirectory);
    }

    public @Nullable String getRelayDirectory() {
        return relayDirectory;
    }

    /**
     * A relay that is installed beforehand: its path as lightningd sees it. Plugins for what comes later use copies of it with {@code -2}, {@code -3} and so on at
     * the end. Its sockets are in {@code relayDirectory}, else in its own folder. Default: none, one is made.
     */
    public void setRelay(@Nullable String relay) {
        this.relay = path("relay", relay);
    }

    public @Nullable String getRelay() {
        return relay;
    }

    /**
     * Whether this process was started by lightningd, as a plugin that its configuration names. Where the daemon is it tells itself, and {@code lightningDir},
     * {@code network} and {@code rpcFile} mean nothing. The node is to be started within 45 seconds, or lightningd is told that this is no plugin. From then on {@code System.out} is {@code System.err}. Default: false.
     */
    public void setStdio(boolean stdio) {
        this.stdio = stdio;
        if (stdio) {
            // before anything else prints
            Stdio.keepOutClean();
            if (manifestDeadline == null) {
                manifestDeadline = ManifestDeadline.begin();
            }
        }
    }

    public boolean isStdio() {
        return stdio;
    }

    /** Whether to be a plugin of the node: without it nothing is received, only sent. Default: true. */
    public void setPlugin(boolean plugin) {
        this.plugin = plugin;
    }

    public boolean isPlugin() {
        return plugin;
    }

    /**
     * Whether to send no more to a peer than a Core Lightning peer reads, 900,000 bytes a second after 1 MB at once: the daemon keeps what a peer
     * does not read in its memory, without bound. Default: true.
     */
    public void setThrottle(boolean throttle) {
        this.throttle = throttle;
    }

    public boolean isThrottle() {
        return throttle;
    }

    /** Whether peer storage messages, types 7 and 9, may be sent. Default: false. */
    public void setPeerStorage(boolean peerStorage) {
        this.peerStorage = peerStorage;
    }

    public boolean isPeerStorage() {
        return peerStorage;
    }

    /**
     * Whether commando may use lightningd's own {@code commando} command where there is no plugin to receive the replies ({@link #setPlugin}). A risk: a peer
     * whose result is an array ends lightningd, on purpose or not; that command has no timeout, so that a call whose peer goes away stays with the daemon
     * for good; and a result that is neither object nor array arrives as an empty object. Default: false.
     */
    public void setCommandoFallback(boolean commandoFallback) {
        this.commandoFallback = commandoFallback;
    }

    public boolean isCommandoFallback() {
        return commandoFallback;
    }

    /** How long lightningd may take to answer a request, and a peer to go on with a commando. Default: 60,000 ms. */
    public void setRequestTimeoutMillis(long requestTimeoutMillis) {
        if (requestTimeoutMillis < 1) {
            throw new IllegalArgumentException(
                    "Invalid option requestTimeoutMillis=" + requestTimeoutMillis + ": it must be at least 1");
        }
        this.requestTimeoutMillis = requestTimeoutMillis;
    }

    public long getRequestTimeoutMillis() {
        return requestTimeoutMillis;
    }

    /** How many requests may wait for lightningd's replies; more wait, in order, for one of these to be answered. Default: 256. */
    public void setMaxInFlight(int maxInFlight) {
        this.maxInFlight = RpcSettings.requireMaxInFlight(maxInFlight);
    }

    public int getMaxInFlight() {
        return maxInFlight;
    }

    /**
     * Who asks, as lightningd's log says it: requests have ids like {@code camel:getinfo#7}. 1 to 64 letters, digits, points, dashes or underscores. Default: camel.
     */
    public void setClientName(String clientName) {
        this.clientName = RpcSettings.requireClientName(clientName);
    }

    public String getClientName() {
        return clientName;
    }

    private static @Nullable String path(String option, @Nullable String value) {
        try {
            return value == null ? null : Path.of(value).toString();
        } catch (InvalidPathException unusable) {
            throw new IllegalArgumentException(
                    "Option " + option + " is '" + Escaped.of(value, 200) + "': it must be a path", unusable);
        }
    }

    /** @throws LightningException where lightningd has been told that this process is no plugin of it */
    final void requireInTime() {
        ManifestDeadline deadline = manifestDeadline;
        if (deadline != null && !deadline.meet()) {
            throw new LightningException("Invalid option stdio=true: the node was not started within "
                    + ManifestDeadline.PATIENCE + ", and lightningd ends where a plugin keeps it waiting");
        }
    }

    /** Whether anything is received, from peers or the daemon. */
    final boolean isReceiving() {
        return plugin || stdio;
    }

    final Duration requestTimeout() {
        return Duration.ofMillis(requestTimeoutMillis);
    }

    final Path socket() {
        String file = rpcFile;
        if (file != null) {
            return Path.of(file).toAbsolutePath();
        }
        String directory = lightningDir;
        Path base = directory == null ? Path.of(System.getProperty("user.home"), ".lightning") : Path.of(directory);
        return base.toAbsolutePath().resolve(network.toLowerCase(Locale.ROOT)).resolve("lightning-rpc");
    }

    final @Nullable Path installedRelay() {
        String file = relay;
        return file == null ? null : Path.of(file).toAbsolutePath();
    }

    final @Nullable Path relayParent() {
        String directory = relayDirectory;
        return directory == null ? null : Path.of(directory).toAbsolutePath();
    }
}
