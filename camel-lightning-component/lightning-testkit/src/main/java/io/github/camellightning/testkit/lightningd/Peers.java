// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.testkit.onion.OnionMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The peers of a node. Whoever disconnects is forgotten, also one with a channel, of whom a real node keeps the address. */
final class Peers {

    static final String FEATURES = "800898880a8a59a1";

    private static final int STORED_LENGTH = 57;
    private static final int CHANNEL_ID_LENGTH = 32;
    /** From here on a ping wants no answer (BOLT 1). */
    private static final int FIRST_WITHOUT_PONG = 65_532;

    private final Daemon daemon;
    private final Map<NodeId, PeerLink> peers = new LinkedHashMap<>();
    private final byte[] backup;

    Peers(Daemon daemon) {
        this.daemon = daemon;
        this.backup = Daemon.random(STORED_LENGTH);
    }

    Collection<PeerLink> all() {
        return List.copyOf(peers.values());
    }

    @Nullable
    PeerLink get(NodeId id) {
        return peers.get(id);
    }

    /** Dials a node of the same network; told of the link, or why there is none. */
    void dial(NodeId id, String host, int port, Consumer<PeerLink> connected, Consumer<String> failed) {
        var target = daemon.network().listening(host, port);
        if (target == null) {
            failed.accept("Connection establishment: Connection refused");
        } else if (!target.nodeId().equals(id)) {
            failed.accept("Cryptographic handshake: peer closed connection (wrong key?)");
        } else {
            var dialled = new PeerLink(daemon, id, false, host, port);
            target.loop().execute(() -> target.peers().accept(dialled, connected));
        }
    }

    private void accept(PeerLink dialled, Consumer<PeerLink> connected) {
        var dialler = dialled.daemon();
        var accepted = new PeerLink(
                daemon, dialler.nodeId(), true, "127.0.0.1", daemon.network().ephemeralPort());
        accepted.joinedTo(dialled);
        dialler.loop().execute(() -> {
            dialled.joinedTo(accepted);
            dialler.peers().add(dialled, () -> connected.accept(dialled));
        });
        add(accepted, () -> {});
    }

    private void add(PeerLink link, Runnable connected) {
        var before = peers.get(link.peerId());
        if (before != null) {
            disconnected(before);
        }
        peers.put(link.peerId(), link);
        daemon.hooks().call(HookKind.PEER_CONNECTED, "", described(link), answer -> {
            if (answer == null) {
                daemon.plugins().tellAll("connect", connection(link));
                handBackup(link);
                connected.run();
                daemon.htlcs().connected(link.peerId());
            } else {
                reject(link, answer);
            }
        });
    }

    private static ObjectNode described(PeerLink link) {
        var payload = Json.object();
        payload.putObject("peer")
                .put("id", link.peerId().hex())
                .put("direction", direction(link))
                .put("addr", link.host() + ":" + link.port())
                .put("features", FEATURES);
        return payload;
    }

    private static ObjectNode connection(PeerLink link) {
        var connection = Json.object().put("id", link.peerId().hex()).put("direction", direction(link));
        connection.set("address", address(link));
        return connection;
    }

    static String direction(PeerLink link) {
        return link.isIncoming() ? "in" : "out";
    }

    static ObjectNode address(PeerLink link) {
        return Json.object().put("type", "ipv4").put("address", link.host()).put("port", link.port());
    }

    private void handBackup(PeerLink link) {
        if (daemon.settings().peerStorage()) {
            link.write(ByteBuffer.allocate(4 + STORED_LENGTH)
                    .putShort((short) WireTypes.PEER_STORAGE)
                    .putShort((short) STORED_LENGTH)
                    .put(backup)
                    .array());
        }
    }

    private void reject(PeerLink link, Token answer) {
        var words = answer.member("error_message");
        if (words != null) {
            link.write(warning(words.text()));
        }
        disconnected(link);
    }

    /** This end is closed, from here or from there. */
    void disconnected(PeerLink link) {
        link.close();
        if (peers.remove(link.peerId(), link)) {
            daemon.plugins()
                    .tellAll("disconnect", Json.object().put("id", link.peerId().hex()));
        }
    }

    void disconnectAll() {
        all().forEach(PeerLink::close);
        peers.clear();
    }

    /** What the link's other end wrote. */
    void received(PeerLink link, byte[] message) {
        int type = WireTypes.of(message);
        if (type == WireTypes.PING) {
            answerPing(link, message);
        } else if (type == WireTypes.PONG) {
            pong(link, message);
        } else if (type == OnionMessage.TYPE) {
            daemon.onionMessages().received(link, message);
        } else if (WireTypes.internalName(type) == null) {
            customMessage(link, type, message);
        } else {
            daemon.log("Received " + WireTypes.internalName(type) + " from " + link.peerId());
        }
    }

    private void customMessage(PeerLink link, int type, byte[] message) {
        if ((type & 1) == 0 && !daemon.plugins().accepts(type)) {
            link.write(warning("Invalid unknown even msg " + Hex.encode(message)));
            disconnected(link);
            return;
        }
        daemon.arrived(link.peerId(), message);
        var payload = Hex.encode(message);
        var peerId = link.peerId().hex();
        daemon.plugins()
                .tellAll("custommsg", Json.object().put("peer_id", peerId).put("payload", payload));
        link.waitForHook();
        daemon.commando().received(link.peerId(), type, message, () -> daemon.hooks()
                .call(
                        HookKind.CUSTOMMSG,
                        Long.toUnsignedString(type),
                        Json.object().put("payload", payload).put("peer_id", peerId),
                        unused -> customMessageDone(link.peerId())));
    }

    /** Whoever is connected under that id now is read from, be it a newer connection. */
    private void customMessageDone(NodeId peerId) {
        var link = peers.get(peerId);
        if (link != null) {
            link.wake();
        }
    }

    static byte[] warning(String words) {
        byte[] text = words.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + CHANNEL_ID_LENGTH + 2 + text.length)
                .putShort((short) WireTypes.WARNING)
                .position(2 + CHANNEL_ID_LENGTH)
                .putShort((short) text.length)
                .put(text)
                .array();
    }

    void ping(PeerLink link, Call call, int length, int pongBytes) {
        link.write(ByteBuffer.allocate(6 + length)
                .putShort((short) WireTypes.PING)
                .putShort((short) pongBytes)
                .putShort((short) length)
                .array());
        if (pongBytes >= FIRST_WITHOUT_PONG) {
            call.succeed(Json.object().put("totlen", 0));
        } else {
            link.pings().addLast(call);
        }
    }

    private static void answerPing(PeerLink link, byte[] ping) {
        int wanted = ByteBuffer.wrap(ping).getShort(2) & 0xffff;
        if (wanted < FIRST_WITHOUT_PONG) {
            link.write(ByteBuffer.allocate(4 + wanted)
                    .putShort((short) WireTypes.PONG)
                    .putShort((short) wanted)
                    .array());
        }
    }

    private static void pong(PeerLink link, byte[] pong) {
        var call = link.pings().pollFirst();
        if (call != null) {
            call.succeed(Json.object().put("totlen", pong.length));
        }
    }

    List<NodeId> connected() {
        return new ArrayList<>(peers.keySet());
    }
}
