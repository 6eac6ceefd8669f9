// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MessageDispatcher;
import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.ReceivedMessage;
import io.github.camellightning.node.cln.plugin.Manifest;
import io.github.camellightning.node.cln.plugin.PluginHandler;
import io.github.camellightning.node.commando.CommandoClient;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node as a plugin of its daemon: hears of custom messages and of peers. Whatever becomes of a message, the answer to {@code custommsg} is
 * {@code continue}: any other aborts lightningd.
 */
final class MessagePlugin implements PluginHandler {

    static final String CUSTOMMSG = "custommsg";

    private static final Logger LOG = LoggerFactory.getLogger(MessagePlugin.class);
    private static final JsonNode CONTINUE =
            JsonNodeFactory.instance.objectNode().put("result", "continue");
    private static final int MAX_REMEMBERED_IDS = 10_000;

    private final MessageDispatcher dispatcher;
    private final HookQueue queue;
    private final CommandoClient commando;
    private final PeerTopics topics;
    private final CompletableFuture<Void> initialised = new CompletableFuture<>();
    private final Consumer<String> ended;
    /** To make sure of a point of the curve takes longer than all the rest of a message. */
    private final Map<String, NodeId> ids = new ConcurrentHashMap<>();

    MessagePlugin(
            MessageDispatcher dispatcher,
            HookQueue queue,
            CommandoClient commando,
            PeerTopics topics,
            Consumer<String> ended) {
        this.dispatcher = dispatcher;
        this.queue = queue;
        this.commando = commando;
        this.topics = topics;
        this.ended = ended;
    }

    /** Completes when lightningd has taken us on, fails when it never will. */
    CompletableFuture<Void> whenInitialised() {
        return initialised;
    }

    @Override
    public Manifest manifest() {
        return new Manifest(
                // without filters: a listener that comes later would else miss its messages
                List.of(new Manifest.Hook(CUSTOMMSG, List.of())),
                Set.of(PeerTopics.CONNECT, PeerTopics.DISCONNECT, "shutdown"),
                EvenTypesPlugin.of(dispatcher.filters()));
    }

    @Override
    public void initialised(JsonNode configuration) {
        initialised.complete(null);
    }

    @Override
    public CompletionStage<JsonNode> hook(String name, JsonNode params) {
        try {
            return queue(params).handle((handled, failure) -> CONTINUE);
        } catch (RuntimeException malformed) {
            LOG.warn("A custommsg call of lightningd could not be read: {}", malformed.toString());
            return CompletableFuture.completedFuture(CONTINUE);
        }
    }

    private CompletionStage<Void> queue(JsonNode params) {
        byte[] message = HexFormat.of().parseHex(params.path("payload").asText());
        NodeId peer = nodeId(params.path("peer_id").asText());
        int type = (message[0] & 0xff) << 8 | message[1] & 0xff;
        boolean reply = MessageTypes.isCommandoReply(type);
        boolean wanted = dispatcher.wants(peer, type);
        if (!reply && !wanted) {
            return CompletableFuture.completedFuture(null);
        }
        var received = new CustomMessage(type, Arrays.copyOfRange(message, 2, message.length));
        // not behind messages that are held: whoever holds one may wait for this reply
        CompletionStage<Void> room =
                reply ? commando.received(peer, received) : CompletableFuture.completedFuture(null);
        return wanted
                ? queue.offer(new ReceivedMessage(peer, received, Instant.now()))
                        .thenCombine(room, (all, more) -> null)
                : room;
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

    @Override
    public void notification(String topic, JsonNode params) {
        if (topic.equals("shutdown")) {
            LOG.info("lightningd shuts down");
            return;
        }
        topics.notified(topic, params);
    }

    @Override
    public void ended(String reason) {
        initialised.completeExceptionally(new LightningException("lightningd did not take the plugin on: " + reason));
        ended.accept(reason);
    }
}
