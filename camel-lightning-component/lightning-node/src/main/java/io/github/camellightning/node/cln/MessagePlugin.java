// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageDispatcher;
import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.ReceivedMessage;
import io.github.camellightning.node.commando.CommandoClient;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hook {@code custommsg}: what peers send. Whatever becomes of a message, the answer is {@code continue}: any other aborts lightningd.
 */
final class MessagePlugin {

    static final String CUSTOMMSG = "custommsg";

    private static final Logger LOG = LoggerFactory.getLogger(MessagePlugin.class);
    private static final JsonNode CONTINUE =
            JsonNodeFactory.instance.objectNode().put("result", "continue");
    private static final int MAX_REMEMBERED_IDS = 10_000;

    private final MessageDispatcher dispatcher;
    private final HookQueue queue;
    private final CommandoClient commando;
    private final DaemonCounters counters;
    /** To make sure of a point of the curve takes longer than all the rest of a message. */
    private final Map<String, NodeId> ids = new ConcurrentHashMap<>();

    MessagePlugin(MessageDispatcher dispatcher, HookQueue queue, CommandoClient commando, DaemonCounters counters) {
        this.dispatcher = dispatcher;
        this.queue = queue;
        this.commando = commando;
        this.counters = counters;
    }

    CompletionStage<JsonNode> hook(JsonNode params) {
        try {
            return queue(params).handle((handled, failure) -> CONTINUE);
        } catch (RuntimeException malformed) {
            LOG.warn(
                    "A custommsg call of lightningd could not be read, the message is lost. Report it with the version of lightningd: {}",
                    malformed.toString());
            return CompletableFuture.completedFuture(CONTINUE);
        }
    }

    /** For one that came too late. */
    CompletionStage<JsonNode> passOver() {
        counters.unclaimed.increment();
        return CompletableFuture.completedFuture(CONTINUE);
    }

    /** -1 where it cannot be read. */
    static int typeOf(JsonNode params) {
        String payload = params.path("payload").asText();
        try {
            return payload.length() < 4 ? -1 : HexFormat.fromHexDigits(payload, 0, 4);
        } catch (IllegalArgumentException malformed) {
            return -1;
        }
    }

    private CompletionStage<Void> queue(JsonNode params) {
        byte[] message = HexFormat.of().parseHex(params.path("payload").asText());
        NodeId peer = nodeId(params.path("peer_id").asText());
        int type = (message[0] & 0xff) << 8 | message[1] & 0xff;
        boolean reply = MessageTypes.isCommandoReply(type);
        boolean wanted = dispatcher.wants(peer, type);
        if (!wanted && !reply) {
            counters.unclaimed.increment();
            return CompletableFuture.completedFuture(null);
        }
        var content = new CustomMessage(type, Arrays.copyOfRange(message, 2, message.length));
        // not behind messages that are held: whoever holds one may wait for this reply
        CompletionStage<Void> room = reply ? commando.received(peer, content) : CompletableFuture.completedFuture(null);
        if (!wanted) {
            return room;
        }
        var received = new ReceivedMessage(peer, content, Instant.now());
        if (!dispatcher.dispatchPromptly(received)) {
            counters.received.increment();
            return room;
        }
        return queue.offer(received, counters.received::increment).thenCombine(room, (all, more) -> null);
    }

    private NodeId nodeId(String hex) {
        NodeId known = ids.get(hex);
        if (known != null) {
            return known;
        }
        if (ids.size() >= MAX_REMEMBERED_IDS) {
            ids.clear();
        }
        return ids.computeIfAbsent(hex, NodeId::new);
    }
}
