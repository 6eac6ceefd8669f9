// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.peerrpc.PeerRpc;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;

/** A protocol of calls between a node and its peers, which routes share, under JMX. */
@ManagedResource(description = "Managed JSON-RPC with Lightning peers")
public final class ManagedPeerRpc {

    private final String nodeName;
    private final PeerRpc protocol;

    ManagedPeerRpc(String nodeName, PeerRpc protocol) {
        this.nodeName = nodeName;
        this.protocol = protocol;
    }

    @ManagedAttribute(description = "Name of the node")
    public String getNodeName() {
        return nodeName;
    }

    @ManagedAttribute(description = "Type of the messages")
    public int getMessageType() {
        return protocol.settings().type();
    }

    @ManagedAttribute(description = "Rules: JSON_RPC or LSPS0")
    public String getRules() {
        return protocol.settings().rules().name();
    }

    @ManagedAttribute(description = "Calls to peers that have not ended")
    public int getOpenCalls() {
        return protocol.openCalls();
    }

    @ManagedAttribute(description = "Calls of peers that are being served")
    public int getServedCalls() {
        return protocol.servedCalls();
    }

    @ManagedAttribute(description = "Replies of peers that nobody waited for")
    public long getUnknownReplies() {
        return protocol.unknownReplies();
    }

    @ManagedAttribute(description = "Messages of peers that are neither a request nor a reply")
    public long getInvalidMessages() {
        return protocol.invalidMessages();
    }
}
