// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.rune.RuneCheck;
import io.github.camellightning.node.rune.Runes;
import org.jspecify.annotations.Nullable;

/** What can be set on a {@link PeerNode}, as text where a configuration file has text. */
public abstract sealed class PeerOptions permits PeerNode {

    private static final int DEFAULT_IO_THREADS =
            Math.min(4, Runtime.getRuntime().availableProcessors());

    private @Nullable String privateKey;
    private @Nullable String keyFile;
    private @Nullable String listen;
    private String peers = "";
    private @Nullable String network;
    private @Nullable String proxy;
    private String allowPeers = "";
    private PeerNode.WhenFull whenOutboundFull = PeerNode.WhenFull.FAIL;
    private boolean peerStorage;
    private int ioThreads = DEFAULT_IO_THREADS;
    private @Nullable String runeFile;
    private @Nullable RuneCheck runeCheck;
    private PeerLimits limits = new PeerLimits();
    private CommandoLimits commandoLimits = new CommandoLimits();

    PeerOptions() {}

    /**
     * A file with this node's secret key, 64 hex digits. Made, with mode 0600, where it does not exist; refused where others can read it
     * or another node uses it. Without it and without {@code privateKey} the node has a new key, and so a new id, with each start.
     */
    public void setKeyFile(@Nullable String keyFile) {
        this.keyFile = keyFile;
    }

    final @Nullable String keyFile() {
        return keyFile;
    }

    /**
     * This node's secret key, 64 hex digits; better in a file. There is no getter, and nothing prints it. Frameworks that print their
     * configuration know it by its name for something to mask.
     */
    public void setPrivateKey(@Nullable String privateKey) {
        this.privateKey = privateKey;
    }

    final @Nullable String privateKey() {
        return privateKey;
    }

    /** {@code host:port}, {@code [IPv6]:port}, or {@code :port} for all addresses; port 0 takes a free one. Without it: no listening. */
    public void setListen(@Nullable String listen) {
        this.listen = listen;
    }

    public @Nullable String getListen() {
        return listen;
    }

    /** Whom to keep connected: {@code <node id>@<host>:<port>}, separated by commas. */
    public void setPeers(String peers) {
        this.peers = peers;
    }

    public String getPeers() {
        return peers;
    }

    /** The chain to name in {@code init}: bitcoin, testnet, testnet4, signet or regtest. Without it any peer will do. */
    public void setNetwork(@Nullable String network) {
        this.network = network;
    }

    public @Nullable String getNetwork() {
        return network;
    }

    /** A SOCKS5 proxy for all that is dialled, {@code host:port}; Tor's makes {@code .onion} addresses work. */
    public void setProxy(@Nullable String proxy) {
        this.proxy = proxy;
    }

    public @Nullable String getProxy() {
        return proxy;
    }

    /** Node ids of those who may connect, separated by commas, besides {@code peers}. Empty: everybody, within the limits. */
    public void setAllowPeers(String allowPeers) {
        this.allowPeers = allowPeers;
    }

    public String getAllowPeers() {
        return allowPeers;
    }

    /** What a send does while a peer's queue is full. Default: FAIL. */
    public void setWhenOutboundFull(PeerNode.WhenFull whenOutboundFull) {
        this.whenOutboundFull = whenOutboundFull;
    }

    public PeerNode.WhenFull getWhenOutboundFull() {
        return whenOutboundFull;
    }

    /** Whether peer storage messages, types 7 and 9, may be sent. Default: false. */
    public void setPeerStorage(boolean peerStorage) {
        this.peerStorage = peerStorage;
    }

    public boolean isPeerStorage() {
        return peerStorage;
    }

    /** Threads for all connections together. Default: one a processor, 4 at the most. */
    public void setIoThreads(int ioThreads) {
        if (ioThreads < 1) {
            throw new IllegalArgumentException("Invalid option ioThreads=" + ioThreads + ": it must be at least 1");
        }
        this.ioThreads = ioThreads;
    }

    public int getIoThreads() {
        return ioThreads;
    }

    /**
     * A file with the secret of the runes under which this node answers methods for its peers, 32 to 110 hex digits. Made, with mode 0600, where it does not
     * exist; refused where others can read it. Who wants to make runes of it uses {@link Runes} with the same file, or the command line.
     */
    public void setRuneFile(@Nullable String runeFile) {
        this.runeFile = runeFile;
    }

    public @Nullable String getRuneFile() {
        return runeFile;
    }

    /** Who says what peers may do, in place of {@code runeFile}. */
    public void setRuneCheck(@Nullable RuneCheck runeCheck) {
        this.runeCheck = runeCheck;
    }

    final @Nullable RuneCheck runeCheck() {
        return runeCheck;
    }

    /** The bounds on what peers can make this node do. */
    public void setLimits(PeerLimits limits) {
        this.limits = limits;
    }

    public PeerLimits getLimits() {
        return limits;
    }

    /** The bounds on the methods that this node answers for peers. */
    public void setCommandoLimits(CommandoLimits commandoLimits) {
        this.commandoLimits = commandoLimits;
    }

    public CommandoLimits getCommandoLimits() {
        return commandoLimits;
    }

    /** @throws InvalidMessageException where an option's text is not of its form, naming the option */
    final PeerSettings settings() {
        return new PeerSettings(
                listen == null ? null : OptionText.listen(listen),
                OptionText.peers(peers),
                network == null ? null : OptionText.network(network),
                proxy == null ? null : OptionText.proxy(proxy),
                OptionText.allowPeers(allowPeers),
                whenOutboundFull,
                peerStorage,
                ioThreads,
                limits.copy(),
                commandoLimits.settings());
    }
}
