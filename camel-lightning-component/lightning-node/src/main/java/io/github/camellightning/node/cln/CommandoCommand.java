// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Commando by the daemon's own command, where replies cannot come to us: it hangs when the peer goes, is ended by a reply whose result is an array,
 * and turns a scalar into an empty object.
 */
final class CommandoCommand {

    private final Attachment attachment;

    CommandoCommand(Attachment attachment) {
        this.attachment = attachment;
    }

    /** Its deadline counts from the call on: of parts of the reply we hear nothing. */
    CompletionStage<JsonResult> call(NodeId peer, MethodCall call, @Nullable String rune) {
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        params.put("peer_id", peer.hex()).put("method", call.method());
        params.set("params", call.params());
        if (rune != null) {
            params.put("rune", rune);
        }
        if (call.filter() != null) {
            params.set("filter", call.filter());
        }
        return attachment
                .call(new MethodCall("commando", params, null, call.deadline(), call.maxResponseSize()))
                .thenApply(result -> limited(result, peer, call));
    }

    private static JsonResult limited(JsonResult result, NodeId peer, MethodCall call) {
        if (result.size() <= call.maxResponseSize()) {
            return result;
        }
        long size = result.size();
        result.close();
        throw new LightningException("Peer " + peer + " carried out " + call.method() + ", but its result of " + size
                + " bytes is larger than maxResponseSize=" + call.maxResponseSize());
    }

    static InvalidMessageException refused() {
        return new InvalidMessageException("commando is refused with the options plugin=false and"
                + " commandoFallback=false: without a plugin there is only lightningd's own commando command, which a peer"
                + " that answers with an array brings down together with the node; plugin=true needs it not, and"
                + " commandoFallback=true takes the risk");
    }
}
