// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.jspecify.annotations.Nullable;

/** The options of receiving: what, and how much of it at a time. */
@UriParams
public class ReceiveConfiguration {

    @UriParam(
            label = "consumer",
            description =
                    "Which types of messages to receive, like 0x8001,40000-40100. All where absent, save those which"
                            + " BOLTs reserve, those of commando, and those of jsonrpc and lsps0 on the same node.")
    private @Nullable String messageTypes;

    @UriParam(
            label = "consumer",
            description =
                    "From which peers to receive, or who may call, node ids separated by commas. All where absent.")
    private @Nullable String peers;

    @UriParam(
            label = "consumer",
            description =
                    "Whether to receive even types too. A peer that sends an even type which nobody accepts is warned and"
                            + " disconnected.")
    private boolean acceptEven;

    @UriParam(
            label = "consumer",
            description =
                    "The type of the answer, like 37913 or 0x9419. Makes exchanges InOut: the result of the route is sent"
                            + " to the sender with that type before the message counts as done; none is sent for a null result.")
    private @Nullable String replyType;

    @UriParam(
            label = "consumer",
            defaultValue = "completion",
            enums = "completion,receipt",
            description =
                    "When the node may go on to the next message of a peer: when the exchange is completed, or at once.")
    private ReleaseOn releaseOn = ReleaseOn.COMPLETION;

    @UriParam(
            label = "consumer",
            defaultValue = "5s",
            javaType = "java.time.Duration",
            description =
                    "With releaseOn=completion, how long a message may keep its peer from sending the next. That one is"
                            + " read then, yet starts only when the one before is done.")
    private long maxHold = 5_000;

    @UriParam(
            label = "consumer",
            defaultValue = "256",
            description = "How many messages of one peer may be in the route or wait for it.")
    private int maxInFlightPerPeer = 256;

    @UriParam(
            label = "consumer",
            defaultValue = "2048",
            description =
                    "How many messages may be in the route or wait for it. With full messages of 65533 bytes the default"
                            + " takes 134 MB.")
    private int maxInFlight = 2_048;

    @UriParam(
            label = "consumer",
            defaultValue = "hold",
            enums = "hold,drop",
            description =
                    "What to do with a message that exceeds maxInFlightPerPeer or maxInFlight: keep its peer from sending"
                            + " more until half of that is free, or drop it.")
    private WhenFull whenFull = WhenFull.HOLD;

    @UriParam(
            label = "consumer",
            defaultValue = "1m",
            javaType = "java.time.Duration",
            description =
                    "How long a message may be in the route or wait for it before the health check of the consumer is down."
                            + " 0: as long as it takes.")
    private long unhealthyAfter = 60_000;

    @UriParam(
            label = "consumer",
            defaultValue = "10",
            description =
                    "How many threads run the route. Each plain message of a peer waits for the one before, and so do"
                            + " envelopes with ordered=true; other envelopes, calls and different peers go in"
                            + " parallel.")
    private int concurrentConsumers = 10;

    public @Nullable String getMessageTypes() {
        return messageTypes;
    }

    public void setMessageTypes(@Nullable String messageTypes) {
        this.messageTypes = messageTypes;
    }

    public @Nullable String getPeers() {
        return peers;
    }

    public void setPeers(@Nullable String peers) {
        this.peers = peers;
    }

    public boolean isAcceptEven() {
        return acceptEven;
    }

    public void setAcceptEven(boolean acceptEven) {
        this.acceptEven = acceptEven;
    }

    public @Nullable String getReplyType() {
        return replyType;
    }

    public void setReplyType(@Nullable String replyType) {
        this.replyType = replyType;
    }

    public ReleaseOn getReleaseOn() {
        return releaseOn;
    }

    public void setReleaseOn(ReleaseOn releaseOn) {
        this.releaseOn = releaseOn;
    }

    public long getMaxHold() {
        return maxHold;
    }

    public void setMaxHold(long maxHold) {
        this.maxHold = maxHold;
    }

    public int getMaxInFlightPerPeer() {
        return maxInFlightPerPeer;
    }

    public void setMaxInFlightPerPeer(int maxInFlightPerPeer) {
        this.maxInFlightPerPeer = maxInFlightPerPeer;
    }

    public int getMaxInFlight() {
        return maxInFlight;
    }

    public void setMaxInFlight(int maxInFlight) {
        this.maxInFlight = maxInFlight;
    }

    public WhenFull getWhenFull() {
        return whenFull;
    }

    public void setWhenFull(WhenFull whenFull) {
        this.whenFull = whenFull;
    }

    public long getUnhealthyAfter() {
        return unhealthyAfter;
    }

    public void setUnhealthyAfter(long unhealthyAfter) {
        this.unhealthyAfter = unhealthyAfter;
    }

    public int getConcurrentConsumers() {
        return concurrentConsumers;
    }

    public void setConcurrentConsumers(int concurrentConsumers) {
        this.concurrentConsumers = concurrentConsumers;
    }
}
