// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.jspecify.annotations.Nullable;

/** The options of sending: to whom, with which type, how long; those of commando, jsonrpc and lsps0 as far as they say to whom. */
@UriParams
public class SendConfiguration {

    @UriParam(
            label = "producer",
            description =
                    "The peer to send to, 66 hex digits; with autoConnect its address may follow: an at sign, the host, a"
                            + " colon, the port. Wins over the header CamelLightningPeerId.")
    private @Nullable String peerId;

    @UriParam(
            label = "producer",
            description = "Whether to connect to a peer that is not connected, once for each message: at the address in"
                    + " peerId, else at one that the node knows.")
    private boolean autoConnect;

    @UriParam(
            label = "common",
            description = "The type of the messages to send, like 37913 or 0x9419. Wins over the header"
                    + " CamelLightningMessageType. Types below 1024 and those of commando are refused. With jsonrpc the"
                    + " type of its messages in both directions, which nothing else of the node may receive then.")
    private @Nullable String messageType;

    @UriParam(
            label = "common",
            defaultValue = "30s",
            javaType = "java.time.Duration",
            description =
                    "How long to wait until a message is sent. A message that the node still keeps back then is not sent;"
                            + " what became of another is unknown: it may have been sent in part.")
    private long sendTimeout = 30_000;

    @UriParam(
            label = "producer,advanced",
            description =
                    "Whether the thread of the caller waits until a message is sent, or with delivery=acknowledged"
                            + " handled, and a call answered: faster for a route that does one after the other, as no other thread"
                            + " goes on with it, and needed where that thread has a transaction. Never to be set where callers"
                            + " must not wait, such as the event loops of servers.")
    private boolean synchronous;

    public @Nullable String getPeerId() {
        return peerId;
    }

    public void setPeerId(@Nullable String peerId) {
        this.peerId = peerId;
    }

    public boolean isAutoConnect() {
        return autoConnect;
    }

    public void setAutoConnect(boolean autoConnect) {
        this.autoConnect = autoConnect;
    }

    public @Nullable String getMessageType() {
        return messageType;
    }

    public void setMessageType(@Nullable String messageType) {
        this.messageType = messageType;
    }

    public long getSendTimeout() {
        return sendTimeout;
    }

    public void setSendTimeout(long sendTimeout) {
        this.sendTimeout = sendTimeout;
    }

    public boolean isSynchronous() {
        return synchronous;
    }

    public void setSynchronous(boolean synchronous) {
        this.synchronous = synchronous;
    }
}
