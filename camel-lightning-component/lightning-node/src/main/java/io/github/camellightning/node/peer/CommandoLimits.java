// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.commando.CommandoServerSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What bounds the methods that a {@link PeerNode} answers for its peers under runes.
 *
 * <p>Set before the node starts; every number is at least 1; times are in milliseconds.
 */
public final class CommandoLimits {

    private long unfinishedMillis = 30_000;
    private long maxRequestBytes = 64L << 20;
    private int inFlightPerPeer = 8;
    private int inFlight = 256;
    private int waitingPerPeer = 256;
    private int badRunesPerMinute = 5;
    private long repeatMillis = 300_000;
    private int maxRepeats = 1_000;
    private int replyWindow = 256 << 10;
    private int spoolThreshold = 64 << 10;
    private String spoolDirectory = System.getProperty("java.io.tmpdir");

    /** How long a request may take to arrive; then it is dropped. Default: 30,000 ms. */
    public void setUnfinishedMillis(long unfinishedMillis) {
        this.unfinishedMillis = PeerLimits.atLeastOne("unfinishedMillis", unfinishedMillis);
    }

    public long getUnfinishedMillis() {
        return unfinishedMillis;
    }

    /** Of all requests that are arriving or wait; what exceeds it is not taken. Default: 64 MiB. */
    public void setMaxRequestBytes(long maxRequestBytes) {
        this.maxRequestBytes = PeerLimits.atLeastOne("maxRequestBytes", maxRequestBytes);
    }

    public long getMaxRequestBytes() {
        return maxRequestBytes;
    }

    /** Calls of one peer that run, until their reply is written; others wait. Default: 8. */
    public void setInFlightPerPeer(int inFlightPerPeer) {
        this.inFlightPerPeer = PeerLimits.atLeastOne("inFlightPerPeer", inFlightPerPeer);
    }

    public int getInFlightPerPeer() {
        return inFlightPerPeer;
    }

    /** The same, of all peers. Default: 256. */
    public void setInFlight(int inFlight) {
        this.inFlight = PeerLimits.atLeastOne("inFlight", inFlight);
    }

    public int getInFlight() {
        return inFlight;
    }

    /** Calls of one peer that wait; more are refused. Default: 256. */
    public void setWaitingPerPeer(int waitingPerPeer) {
        this.waitingPerPeer = PeerLimits.atLeastOne("waitingPerPeer", waitingPerPeer);
    }

    public int getWaitingPerPeer() {
        return waitingPerPeer;
    }

    /** Calls with a rune that is none of this node's; so many of one peer, and it is disconnected. Default: 5. */
    public void setBadRunesPerMinute(int badRunesPerMinute) {
        this.badRunesPerMinute = PeerLimits.atLeastOne("badRunesPerMinute", badRunesPerMinute);
    }

    public int getBadRunesPerMinute() {
        return badRunesPerMinute;
    }

    /** How long a request that comes again is not run again. Default: 300,000 ms. */
    public void setRepeatMillis(long repeatMillis) {
        this.repeatMillis = PeerLimits.atLeastOne("repeatMillis", repeatMillis);
    }

    public long getRepeatMillis() {
        return repeatMillis;
    }

    /** How many requests without a reply are remembered for that, of all peers, and an eighth of them of one. Default: 1,000. */
    public void setMaxRepeats(int maxRepeats) {
        this.maxRepeats = PeerLimits.atLeastOne("maxRepeats", maxRepeats);
    }

    public int getMaxRepeats() {
        return maxRepeats;
    }

    /** Bytes of replies to one peer that wait to be written. Default: 256 KiB. */
    public void setReplyWindow(int replyWindow) {
        this.replyWindow = PeerLimits.atLeastOne("replyWindow", replyWindow);
    }

    public int getReplyWindow() {
        return replyWindow;
    }

    /** Bytes of a filtered result that memory holds; a larger one goes to a file. Default: 64 KiB. */
    public void setSpoolThreshold(int spoolThreshold) {
        this.spoolThreshold = PeerLimits.atLeastOne("spoolThreshold", spoolThreshold);
    }

    public int getSpoolThreshold() {
        return spoolThreshold;
    }

    /** For results that memory does not hold. Default: the system's directory for temporary files. */
    public void setSpoolDirectory(String spoolDirectory) {
        this.spoolDirectory = spoolDirectory;
    }

    public String getSpoolDirectory() {
        return spoolDirectory;
    }

    CommandoServerSettings settings() {
        return new CommandoServerSettings(
                Duration.ofMillis(unfinishedMillis),
                maxRequestBytes,
                inFlightPerPeer,
                inFlight,
                waitingPerPeer,
                badRunesPerMinute,
                Duration.ofMillis(repeatMillis),
                maxRepeats,
                replyWindow,
                spoolThreshold,
                Path.of(spoolDirectory));
    }
}
