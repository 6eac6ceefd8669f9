// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Commando by the daemon's own command, where replies cannot come to us: it hangs when the peer goes, is ended by a reply whose result is an array,
 * and turns a scalar into an empty object.
 */
final class CommandoCommand {

    static final String NAME = "commando";

    private final DaemonClient client;

    CommandoCommand(DaemonClient client) {
        this.client = client;
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
        return client.call(new MethodCall(NAME, params, null, call.deadline(), call.maxResponseSize()));
    }

    static InvalidMessageException refused() {
        return new InvalidMessageException(
                "lightningd's own commando command is refused: a peer that answers it with an"
                        + " array brings the node down. With the option plugin=true commando works without that command;"
                        + " commandoFallback=true takes the risk");
    }
}
