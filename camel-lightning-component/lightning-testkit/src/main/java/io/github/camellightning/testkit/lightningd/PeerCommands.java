// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.NodeId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@code connect}, {@code disconnect}, {@code listpeers}, {@code ping} and {@code sendcustommsg}. */
final class PeerCommands {

    private static final int NO_ADDRESS = 400;
    private static final int ALL_ADDRESSES_FAILED = 401;
    private static final int REGTEST_PORT = 19846;
    private static final int LARGEST_PING = 65_529;
    private static final int LARGEST_U16 = 65_535;
    /** Lengths are 16 bits on their way to the process that talks to peers. */
    private static final int LENGTH_MODULUS = 65_536;

    private static final String FIRST_WITH_EVEN_TYPES = "v23.11";

    private static final String SENT = "Message sent to connectd for delivery";

    private final Daemon daemon;
    private final Peers peers;

    PeerCommands(Daemon daemon, Commands commands) {
        this.daemon = daemon;
        this.peers = daemon.peers();
        commands.add("connect", "id [host] [port]", this::connect);
        commands.add("disconnect", "id [force]", this::disconnect);
        commands.add("listpeers", "[id] [level]", this::listPeers);
        commands.add("ping", "id [len] [pongbytes]", this::ping);
        commands.add("sendcustommsg", "node_id msg", this::sendCustomMsg);
    }

    private void connect(Call call, Token given) throws RpcException {
        var params = Params.of(given, "id [host] [port]");
        var idAndMore = params.require("id");
        var parts = idAndMore.text().split("@", 2);
        var id = Params.nodeId("id", idAndMore, parts[0]);
        var host = params.text("host");
        int port = port(params);
        if (parts.length == 2) {
            if (host != null) {
                throw RpcException.invalidParams("Can't specify host as both xxx@yyy and separate argument");
            }
            int colon = parts[1].lastIndexOf(':');
            host = colon < 0 ? parts[1] : parts[1].substring(0, colon);
            port = colon < 0 ? port : portOf(parts[1].substring(colon + 1));
        }
        if (host == null && port != 0) {
            throw RpcException.invalidParams("Can't specify port without host");
        }
        call.actNow();
        connect(call, id, host, port == 0 ? REGTEST_PORT : port);
    }

    private static int port(Params params) throws RpcException {
        var given = params.get("port");
        if (given == null) {
            return 0;
        }
        try {
            int port = Integer.parseUnsignedInt(given.text());
            if (port == 0) {
                throw RpcException.badParameter("port", "should be non-zero", given);
            }
            if (port > 0 && port <= LARGEST_U16) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            throw RpcException.badParameter("port", "should be a 16-bit integer", given);
        }
        throw RpcException.badParameter("port", "should be a 16-bit integer", given);
    }

    private static int portOf(String text) throws RpcException {
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException notANumber) {
            throw RpcException.invalidParams("malformed host @part");
        }
    }

    private void connect(Call call, NodeId id, @Nullable String host, int port) throws RpcException {
        var connected = peers.get(id);
        if (connected != null) {
            call.succeed(described(connected));
            return;
        }
        if (host == null) {
            throw new RpcException(NO_ADDRESS, "Unable to connect, no address known for peer");
        }
        var address = host + ":" + port;
        peers.dial(
                id,
                host,
                port,
                link -> call.succeed(described(link)),
                reason -> call.fail(new RpcException(
                        ALL_ADDRESSES_FAILED, "All addresses failed: " + address + ": " + reason + ". ")));
    }

    private static ObjectNode described(PeerLink link) {
        var result = Json.object()
                .put("id", link.peerId().hex())
                .put("features", Peers.FEATURES)
                .put("direction", Peers.direction(link));
        result.set("address", Peers.address(link));
        return result;
    }

    private void disconnect(Call call, Token given) throws RpcException {
        var params = Params.of(given, "id [force]");
        var id = params.require("id");
        NodeId peerId;
        try {
            peerId = Params.nodeId("id", id, id.text());
        } catch (RpcException notANodeId) {
            throw RpcException.badParameter("id", "invalid peer id", id);
        }
        var link = peers.get(peerId);
        if (link == null) {
            throw RpcException.invalidParams("Unknown peer '" + id.text() + "'");
        }
        params.bool("force", false);
        call.actNow();
        peers.disconnected(link);
        call.succeed(Json.object());
    }

    private void listPeers(Call call, Token given) throws RpcException {
        var id = Params.of(given, "[id] [level]").nodeId("id");
        call.actNow();
        var result = Json.object();
        var list = result.putArray("peers");
        for (var link : peers.all()) {
            if (id == null || id.equals(link.peerId())) {
                var peer = list.addObject();
                peer.put("id", link.peerId().hex())
                        .put("connected", true)
                        .put(
                                "num_channels",
                                daemon.chain().channelsOf(link.peerId()).stream()
                                        .filter(channel -> channel.joins(daemon.nodeId()))
                                        .count());
                peer.putArray("netaddr").add(link.host() + ":" + link.port());
                peer.put("features", Peers.FEATURES);
            }
        }
        call.succeed(result);
    }

    private void ping(Call call, Token given) throws RpcException {
        var params = Params.of(given, "id [len] [pongbytes]");
        var idToken = params.require("id");
        var id = Params.nodeId("id", idToken, idToken.text());
        int length = params.number("len", 128);
        int pongBytes = params.number("pongbytes", 128);
        if (length < 0 || length > LARGEST_PING) {
            throw RpcException.invalidParams(Integer.toUnsignedString(length) + " would result in oversize ping");
        }
        if (pongBytes < 0 || pongBytes > LARGEST_U16) {
            throw RpcException.invalidParams("pongbytes " + Integer.toUnsignedString(pongBytes) + " > 65535");
        }
        var link = peers.get(id);
        if (link == null) {
            throw RpcException.lightningd("Peer not connected");
        }
        call.actNow();
        peers.ping(link, call, length, pongBytes);
    }

    private void sendCustomMsg(Call call, Token given) throws RpcException {
        var params = Params.of(given, "node_id msg");
        var idToken = params.require("node_id");
        var id = Params.nodeId("node_id", idToken, idToken.text());
        var msg = params.require("msg");
        byte[] message = Hex.decode(msg.text());
        int type = message == null ? WireTypes.NONE : WireTypes.of(message);
        var internal = WireTypes.internalName(type);
        if (internal != null) {
            throw RpcException.invalidRequest("Cannot send messages of type " + type + " (" + internal
                    + "). It is not possible to send messages that have a type managed internally since that might"
                    + " cause issues with the internal state tracking.");
        }
        if (type % 2 == 0 && daemon.settings().version().compareTo(FIRST_WITH_EVEN_TYPES) < 0) {
            throw RpcException.invalidRequest("Cannot send even-typed " + type + " custom message. Currently custom"
                    + " messages are limited to odd-numbered message types, as even-numbered types might result in"
                    + " disconnections.");
        }
        var link = peers.get(id);
        if (link == null) {
            throw RpcException.invalidRequest("No such peer: " + id);
        }
        call.actNow();
        call.succeed(Json.object().put("status", SENT));
        if (message == null) {
            crash(msg, "is not an even number of hex digits");
        } else if (message.length % LENGTH_MODULUS == 0) {
            crash(msg, message.length == 0 ? "is empty" : "has " + message.length + " bytes, a multiple of 65536");
        } else {
            link.write(truncated(message));
        }
    }

    private void crash(Token msg, String fault) {
        var quoted = msg.quoted();
        var shown = quoted.length() > 80 ? quoted.substring(0, 80) + "..." : quoted;
        daemon.wouldHaveCrashed("the msg " + shown + " of a sendcustommsg " + fault
                + "; lightningd says that it was sent, hands it to connectd, and both die");
    }

    private static byte[] truncated(byte[] message) {
        int length = message.length % LENGTH_MODULUS;
        return length == message.length ? message : Arrays.copyOf(message, length);
    }
}
