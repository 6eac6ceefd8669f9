// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.Peer;
import io.github.camellightning.node.PeerEvent;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelEvent;

/** A peer of a node of this context came or went. Every event notifier of the context gets it. */
public abstract sealed class LightningPeerEvent implements CamelEvent {

    private final CamelContext context;
    private final String nodeName;
    private final String peerId;
    private volatile long timestamp = System.currentTimeMillis();

    private LightningPeerEvent(CamelContext context, String nodeName, String peerId) {
        this.context = context;
        this.nodeName = nodeName;
        this.peerId = peerId;
    }

    static LightningPeerEvent of(CamelContext context, String nodeName, PeerEvent event) {
        if (event instanceof PeerEvent.Connected connected) {
            return new Connected(context, nodeName, connected);
        }
        return new Disconnected(context, nodeName, (PeerEvent.Disconnected) event);
    }

    /** From now on messages can be sent to it. */
    public static final class Connected extends LightningPeerEvent {

        private final Peer.Direction direction;
        private final String address;

        Connected(CamelContext context, String nodeName, PeerEvent.Connected event) {
            super(context, nodeName, event.peer().hex());
            this.direction = event.direction();
            this.address = event.address();
        }

        /** Who dialled. */
        public Peer.Direction getDirection() {
            return direction;
        }

        /** Host and port. */
        public String getAddress() {
            return address;
        }

        @Override
        public String toString() {
            return "Lightning peer " + getPeerId() + " connected to node " + getNodeName() + ", " + direction + " "
                    + address;
        }
    }

    /** It is gone. */
    public static final class Disconnected extends LightningPeerEvent {

        private final String reason;

        Disconnected(CamelContext context, String nodeName, PeerEvent.Disconnected event) {
            super(context, nodeName, event.peer().hex());
            this.reason = event.reason();
        }

        /** For operators; text that came from the peer is escaped. */
        public String getReason() {
            return reason;
        }

        @Override
        public String toString() {
            return "Lightning peer " + getPeerId() + " disconnected from node " + getNodeName() + ": " + reason;
        }
    }

    /** The name of the node's bean. */
    public String getNodeName() {
        return nodeName;
    }

    /** 66 hex digits. */
    public String getPeerId() {
        return peerId;
    }

    @Override
    public Type getType() {
        return Type.Custom;
    }

    @Override
    public CamelContext getSource() {
        return context;
    }

    @Override
    public long getTimestamp() {
        return timestamp;
    }

    @Override
    public void setTimestamp(long timestamp) {
        this.timestamp = timestamp;
    }
}
