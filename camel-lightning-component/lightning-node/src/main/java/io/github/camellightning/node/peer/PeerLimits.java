// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

/**
 * What bounds a {@link PeerNode}: a port that faces the internet holds against each of these being tried.
 *
 * <p>Set before the node starts; every value is at least 1; times are in milliseconds.
 */
public final class PeerLimits {

    int maxConnections = 1_024;
    int maxUnlistedConnections = 256;
    int maxConnectionsPerAddress = 8;
    int maxPendingHandshakes = 64;
    int handshakesPerSecond = 200;
    int handshakesPerAddressPerSecond = 5;
    int handshakesPerAddressBurst = 20;
    long connectTimeoutMillis = 10_000;
    long actTimeoutMillis = 5_000;
    long initTimeoutMillis = 10_000;
    long setupTimeoutMillis = 15_000;
    long frameTimeoutMillis = 30_000;
    int inboundMessages = 256;
    long inboundBytes = 4_194_304;
    long inboundStallMillis = 20_000;
    long inboundStallPingMillis = 5_000;
    long outboundBytes = 4_194_304;
    int outboundWaiting = 1_024;
    long outboundStallMillis = 30_000;
    long pongOutboundBytes = 65_536;
    int pongsPerSecond = 2;
    int pongBurst = 20;
    long pingAfterMillis = 60_000;
    long deadAfterMillis = 180_000;
    long redialMinMillis = 1_000;
    long redialMaxMillis = 300_000;
    long redialResetMillis = 60_000;
    long simultaneousMillis = 10_000;
    long logIntervalMillis = 60_000;
    long stopTimeoutMillis = 2_000;

    PeerLimits copy() {
        var copy = new PeerLimits();
        copy.maxConnections = maxConnections;
        copy.maxUnlistedConnections = maxUnlistedConnections;
        copy.maxConnectionsPerAddress = maxConnectionsPerAddress;
        copy.maxPendingHandshakes = maxPendingHandshakes;
        copy.handshakesPerSecond = handshakesPerSecond;
        copy.handshakesPerAddressPerSecond = handshakesPerAddressPerSecond;
        copy.handshakesPerAddressBurst = handshakesPerAddressBurst;
        copy.connectTimeoutMillis = connectTimeoutMillis;
        copy.actTimeoutMillis = actTimeoutMillis;
        copy.initTimeoutMillis = initTimeoutMillis;
        copy.setupTimeoutMillis = setupTimeoutMillis;
        copy.frameTimeoutMillis = frameTimeoutMillis;
        copy.inboundMessages = inboundMessages;
        copy.inboundBytes = inboundBytes;
        copy.inboundStallMillis = inboundStallMillis;
        copy.inboundStallPingMillis = inboundStallPingMillis;
        copy.outboundBytes = outboundBytes;
        copy.outboundWaiting = outboundWaiting;
        copy.outboundStallMillis = outboundStallMillis;
        copy.pongOutboundBytes = pongOutboundBytes;
        copy.pongsPerSecond = pongsPerSecond;
        copy.pongBurst = pongBurst;
        copy.pingAfterMillis = pingAfterMillis;
        copy.deadAfterMillis = deadAfterMillis;
        copy.redialMinMillis = redialMinMillis;
        copy.redialMaxMillis = redialMaxMillis;
        copy.redialResetMillis = redialResetMillis;
        copy.simultaneousMillis = simultaneousMillis;
        copy.logIntervalMillis = logIntervalMillis;
        copy.stopTimeoutMillis = stopTimeoutMillis;
        return copy;
    }

    /** Connections in all, both directions; places are kept for configured peers. Default: 1,024. */
    public void setMaxConnections(int maxConnections) {
        this.maxConnections = atLeastOne("maxConnections", maxConnections);
    }

    public int getMaxConnections() {
        return maxConnections;
    }

    /** Inbound connections of peers that are neither allow-listed nor configured. Default: 256. */
    public void setMaxUnlistedConnections(int maxUnlistedConnections) {
        this.maxUnlistedConnections = atLeastOne("maxUnlistedConnections", maxUnlistedConnections);
    }

    public int getMaxUnlistedConnections() {
        return maxUnlistedConnections;
    }

    /** Inbound connections from one IP address. Default: 8. */
    public void setMaxConnectionsPerAddress(int maxConnectionsPerAddress) {
        this.maxConnectionsPerAddress = atLeastOne("maxConnectionsPerAddress", maxConnectionsPerAddress);
    }

    public int getMaxConnectionsPerAddress() {
        return maxConnectionsPerAddress;
    }

    /** Inbound connections that have not finished the handshake and init. Default: 64. */
    public void setMaxPendingHandshakes(int maxPendingHandshakes) {
        this.maxPendingHandshakes = atLeastOne("maxPendingHandshakes", maxPendingHandshakes);
    }

    public int getMaxPendingHandshakes() {
        return maxPendingHandshakes;
    }

    /** Inbound handshakes begun a second, from everywhere. Default: 200. */
    public void setHandshakesPerSecond(int handshakesPerSecond) {
        this.handshakesPerSecond = atLeastOne("handshakesPerSecond", handshakesPerSecond);
    }

    public int getHandshakesPerSecond() {
        return handshakesPerSecond;
    }

    /** Inbound handshakes begun a second from one IPv4 address or one IPv6 /64. Default: 5. */
    public void setHandshakesPerAddressPerSecond(int handshakesPerAddressPerSecond) {
        this.handshakesPerAddressPerSecond = atLeastOne("handshakesPerAddressPerSecond", handshakesPerAddressPerSecond);
    }

    public int getHandshakesPerAddressPerSecond() {
        return handshakesPerAddressPerSecond;
    }

    /** How many of those may come at once. Default: 20. */
    public void setHandshakesPerAddressBurst(int handshakesPerAddressBurst) {
        this.handshakesPerAddressBurst = atLeastOne("handshakesPerAddressBurst", handshakesPerAddressBurst);
    }

    public int getHandshakesPerAddressBurst() {
        return handshakesPerAddressBurst;
    }

    /** For TCP to connect, proxy included. Default: 10,000 ms. */
    public void setConnectTimeoutMillis(long connectTimeoutMillis) {
        this.connectTimeoutMillis = atLeastOne("connectTimeoutMillis", connectTimeoutMillis);
    }

    public long getConnectTimeoutMillis() {
        return connectTimeoutMillis;
    }

    /** For each act of the handshake. Default: 5,000 ms. */
    public void setActTimeoutMillis(long actTimeoutMillis) {
        this.actTimeoutMillis = atLeastOne("actTimeoutMillis", actTimeoutMillis);
    }

    public long getActTimeoutMillis() {
        return actTimeoutMillis;
    }

    /** For the peer's init. Default: 10,000 ms. */
    public void setInitTimeoutMillis(long initTimeoutMillis) {
        this.initTimeoutMillis = atLeastOne("initTimeoutMillis", initTimeoutMillis);
    }

    public long getInitTimeoutMillis() {
        return initTimeoutMillis;
    }

    /** For the handshake and init together. Default: 15,000 ms. */
    public void setSetupTimeoutMillis(long setupTimeoutMillis) {
        this.setupTimeoutMillis = atLeastOne("setupTimeoutMillis", setupTimeoutMillis);
    }

    public long getSetupTimeoutMillis() {
        return setupTimeoutMillis;
    }

    /** From the first byte of a frame to its last. Default: 30,000 ms. */
    public void setFrameTimeoutMillis(long frameTimeoutMillis) {
        this.frameTimeoutMillis = atLeastOne("frameTimeoutMillis", frameTimeoutMillis);
    }

    public long getFrameTimeoutMillis() {
        return frameTimeoutMillis;
    }

    /** Messages of one peer that wait for listeners before reading stops. Default: 256. */
    public void setInboundMessages(int inboundMessages) {
        this.inboundMessages = atLeastOne("inboundMessages", inboundMessages);
    }

    public int getInboundMessages() {
        return inboundMessages;
    }

    /** Bytes of such messages. Default: 4 MiB. */
    public void setInboundBytes(long inboundBytes) {
        this.inboundBytes = atLeastOne("inboundBytes", inboundBytes);
    }

    public long getInboundBytes() {
        return inboundBytes;
    }

    /** How long reading may stay stopped before the peer is disconnected. Default: 20,000 ms. */
    public void setInboundStallMillis(long inboundStallMillis) {
        this.inboundStallMillis = atLeastOne("inboundStallMillis", inboundStallMillis);
    }

    public long getInboundStallMillis() {
        return inboundStallMillis;
    }

    /** How often it gets a ping meanwhile, lest it thinks us dead. Default: 5,000 ms. */
    public void setInboundStallPingMillis(long inboundStallPingMillis) {
        this.inboundStallPingMillis = atLeastOne("inboundStallPingMillis", inboundStallPingMillis);
    }

    public long getInboundStallPingMillis() {
        return inboundStallPingMillis;
    }

    /** Bytes that wait to be written to one peer. Default: 4 MiB. */
    public void setOutboundBytes(long outboundBytes) {
        this.outboundBytes = atLeastOne("outboundBytes", outboundBytes);
    }

    public long getOutboundBytes() {
        return outboundBytes;
    }

    /** Messages that may wait beyond those bytes where a full queue means waiting. Default: 1,024. */
    public void setOutboundWaiting(int outboundWaiting) {
        this.outboundWaiting = atLeastOne("outboundWaiting", outboundWaiting);
    }

    public int getOutboundWaiting() {
        return outboundWaiting;
    }

    /** How long a peer may take nothing of what waits before it is disconnected. Default: 30,000 ms. */
    public void setOutboundStallMillis(long outboundStallMillis) {
        this.outboundStallMillis = atLeastOne("outboundStallMillis", outboundStallMillis);
    }

    public long getOutboundStallMillis() {
        return outboundStallMillis;
    }

    /** Bytes waiting for a peer above which its pings and channel messages go unanswered. Default: 64 KiB. */
    public void setPongOutboundBytes(long pongOutboundBytes) {
        this.pongOutboundBytes = atLeastOne("pongOutboundBytes", pongOutboundBytes);
    }

    public long getPongOutboundBytes() {
        return pongOutboundBytes;
    }

    /** Warnings, and pongs longer than their pings, a second to one peer. Default: 2. */
    public void setPongsPerSecond(int pongsPerSecond) {
        this.pongsPerSecond = atLeastOne("pongsPerSecond", pongsPerSecond);
    }

    public int getPongsPerSecond() {
        return pongsPerSecond;
    }

    /** How many of those may go at once. Default: 20. */
    public void setPongBurst(int pongBurst) {
        this.pongBurst = atLeastOne("pongBurst", pongBurst);
    }

    public int getPongBurst() {
        return pongBurst;
    }

    /** Silence after which we ping. Default: 60,000 ms. */
    public void setPingAfterMillis(long pingAfterMillis) {
        this.pingAfterMillis = atLeastOne("pingAfterMillis", pingAfterMillis);
    }

    public long getPingAfterMillis() {
        return pingAfterMillis;
    }

    /** Silence after which the peer is taken for dead, unless it owes an answer to a commando. Default: 180,000 ms. */
    public void setDeadAfterMillis(long deadAfterMillis) {
        this.deadAfterMillis = atLeastOne("deadAfterMillis", deadAfterMillis);
    }

    public long getDeadAfterMillis() {
        return deadAfterMillis;
    }

    /** Before the first redial of a configured peer; doubled each time, give or take a half. Default: 1,000 ms. */
    public void setRedialMinMillis(long redialMinMillis) {
        this.redialMinMillis = atLeastOne("redialMinMillis", redialMinMillis);
    }

    public long getRedialMinMillis() {
        return redialMinMillis;
    }

    /** What the doubling ends at. Default: 300,000 ms. */
    public void setRedialMaxMillis(long redialMaxMillis) {
        this.redialMaxMillis = atLeastOne("redialMaxMillis", redialMaxMillis);
    }

    public long getRedialMaxMillis() {
        return redialMaxMillis;
    }

    /** A connection that lasted this long starts the doubling anew. Default: 60,000 ms. */
    public void setRedialResetMillis(long redialResetMillis) {
        this.redialResetMillis = atLeastOne("redialResetMillis", redialResetMillis);
    }

    public long getRedialResetMillis() {
        return redialResetMillis;
    }

    /** Two connections in opposite directions, both younger: the one dialled by the smaller node id stays. Default: 10,000 ms. */
    public void setSimultaneousMillis(long simultaneousMillis) {
        this.simultaneousMillis = atLeastOne("simultaneousMillis", simultaneousMillis);
    }

    public long getSimultaneousMillis() {
        return simultaneousMillis;
    }

    /** One log line for each peer and reason in this time. Default: 60,000 ms. */
    public void setLogIntervalMillis(long logIntervalMillis) {
        this.logIntervalMillis = atLeastOne("logIntervalMillis", logIntervalMillis);
    }

    public long getLogIntervalMillis() {
        return logIntervalMillis;
    }

    /** How long a stop waits for what is queued to be written. Default: 2,000 ms. */
    public void setStopTimeoutMillis(long stopTimeoutMillis) {
        this.stopTimeoutMillis = atLeastOne("stopTimeoutMillis", stopTimeoutMillis);
    }

    public long getStopTimeoutMillis() {
        return stopTimeoutMillis;
    }

    static int atLeastOne(String name, int value) {
        atLeastOne(name, (long) value);
        return value;
    }

    static long atLeastOne(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("Invalid limit " + name + "=" + value + ": it must be at least 1");
        }
        return value;
    }
}
