// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.Peer;
import io.github.camellightning.node.Peer.Direction;
import io.github.camellightning.node.PeerEvent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the daemon tells of its peers: its notifications {@code connect} and {@code disconnect}, and {@code listpeers}. */
final class PeerTopics {

    static final String CONNECT = "connect";
    static final String DISCONNECT = "disconnect";

    private static final Logger LOG = LoggerFactory.getLogger(MessagePlugin.class);

    private final List<Consumer<PeerEvent>> listeners = new CopyOnWriteArrayList<>();
    /** listpeers does not say who dialled. */
    private final Map<NodeId, Direction> directions = new ConcurrentHashMap<>();

    void add(Consumer<PeerEvent> listener) {
        listeners.add(listener);
    }

    void remove(Consumer<PeerEvent> listener) {
        listeners.remove(listener);
    }

    void notified(String topic, JsonNode params) {
        if (!topic.equals(CONNECT) && !topic.equals(DISCONNECT)) {
            return;
        }
        // some versions wrap what they tell into a member named like the topic
        JsonNode told = params.path(topic).isObject() ? params.path(topic) : params;
        NodeId peer;
        try {
            peer = new NodeId(told.path("id").asText());
        } catch (InvalidMessageException malformed) {
            LOG.warn(
                    "lightningd told of a {} without a node id, which is passed over. Report it with the version of lightningd",
                    topic);
            return;
        }
        if (topic.equals(CONNECT)) {
            Direction direction = told.path("direction").asText().equals("in") ? Direction.INBOUND : Direction.OUTBOUND;
            directions.put(peer, direction);
            tell(new PeerEvent.Connected(peer, direction, address(told.path("address"))));
        } else {
            directions.remove(peer);
            tell(new PeerEvent.Disconnected(peer, "lightningd says so"));
        }
    }

    private void tell(PeerEvent event) {
        for (Consumer<PeerEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (Throwable failure) {
                // an error too: it must not reach the thread that reads from lightningd
                LOG.warn(
                        "A listener failed on {}, the others are told of it. Mend the listener: {}",
                        event,
                        failure.toString());
            }
        }
    }

    List<Peer> peers(JsonNode listpeers) {
        List<Peer> peers = StreamSupport.stream(listpeers.path("peers").spliterator(), false)
                .map(this::peer)
                .toList();
        // of some that left while nobody listened nothing was told
        directions.keySet().retainAll(peers.stream().map(Peer::nodeId).collect(Collectors.toSet()));
        return peers;
    }

    private Peer peer(JsonNode entry) {
        var id = new NodeId(entry.path("id").asText());
        boolean connected = entry.path("connected").asBoolean();
        String address = entry.path("netaddr").path(0).asText();
        return new Peer(
                id,
                connected,
                address.isEmpty() ? null : address,
                connected ? directionOf(id) : null,
                entry.path("features").asText());
    }

    private @Nullable Direction directionOf(NodeId peer) {
        return directions.get(peer);
    }

    private static String address(JsonNode address) {
        String host = address.path("address").asText(address.path("socket").asText());
        return address.has("port")
                ? (host.contains(":") ? "[" + host + "]" : host) + ":"
                        + address.path("port").asInt()
                : host;
    }
}
