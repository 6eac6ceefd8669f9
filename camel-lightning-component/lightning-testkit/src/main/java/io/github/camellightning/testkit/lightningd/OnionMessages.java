// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.wire.TlvStream;
import io.github.camellightning.node.wire.WireException;
import io.github.camellightning.node.wire.WireReader;
import io.github.camellightning.testkit.onion.Curve;
import io.github.camellightning.testkit.onion.OnionMessage;
import io.github.camellightning.testkit.onion.ShortChannelId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Onion messages: those that are for this node go to a hook, the others to the next node. */
final class OnionMessages {

    private static final long MILLIS_FOR_ONE = 250;
    private static final long BURST = 4;
    private static final long REPLY_PATH = 2;
    private static final Map<Long, String> OFFERS =
            Map.of(64L, "invoice_request", 66L, "invoice", 68L, "invoice_error");

    /** How much more a peer may send, in time. */
    private static final class Allowance {
        private long millis = BURST * MILLIS_FOR_ONE;
        private long last = System.nanoTime();
        private boolean warned;

        private boolean take() {
            long now = System.nanoTime();
            millis = Math.min(BURST * MILLIS_FOR_ONE, millis + (now - last) / 1_000_000);
            last = now;
            if (millis < MILLIS_FOR_ONE) {
                return false;
            }
            millis -= MILLIS_FOR_ONE;
            return true;
        }
    }

    private final Daemon daemon;
    private final Map<NodeId, Allowance> allowances = new HashMap<>();

    OnionMessages(Daemon daemon) {
        this.daemon = daemon;
    }

    void received(PeerLink link, byte[] message) {
        var allowance = allowances.computeIfAbsent(link.peerId(), peer -> new Allowance());
        if (!allowance.take()) {
            if (!allowance.warned) {
                allowance.warned = true;
                link.write(Peers.warning("Ratelimited onion_message: exceeded one per " + MILLIS_FOR_ONE + "msec"));
            }
            return;
        }
        var reader = new WireReader(message);
        reader.u16();
        try {
            byte[] pathKey = reader.bytes(Curve.POINT_LENGTH);
            byte[] onion = reader.bytes(reader.u16());
            if (Curve.isPoint(pathKey)) {
                var problem = handle(pathKey, onion);
                daemon.log(problem == null ? "handled an onion message" : problem);
                return;
            }
        } catch (WireException malformed) {
            daemon.log("malformed onion message: " + malformed.getMessage());
        }
        link.write(Peers.warning("Bad onion_message"));
    }

    /** Returns what is wrong, in lightningd's words; null where the message went on or arrived. */
    @Nullable
    String handle(byte[] pathKey, byte[] onion) {
        var message = OnionMessage.read(daemon.nodeSecret(), pathKey, onion);
        if (message instanceof OnionMessage.Unreadable unreadable) {
            return unreadable.reason();
        }
        if (message instanceof OnionMessage.Onward onward) {
            return passOn(onward);
        }
        arrived((OnionMessage.Arrived) message);
        return null;
    }

    private @Nullable String passOn(OnionMessage.Onward onward) {
        byte[] nodeId = onward.nodeId();
        NodeId next;
        if (nodeId != null) {
            next = NodeId.of(nodeId);
        } else {
            var id = onward.channel();
            var channel = id == null ? null : daemon.chain().channel(id);
            if (channel == null || !channel.joins(daemon.nodeId())) {
                return "onion msg: unknown next scid " + id;
            }
            next = channel.other(daemon.nodeId());
        }
        var link = daemon.peers().get(next);
        if (link == null) {
            return "onion msg: unknown next peer " + next;
        }
        link.write(onward.message());
        return null;
    }

    private void arrived(OnionMessage.Arrived arrived) {
        var params = Json.object();
        var described = params.putObject("onion_message");
        byte[] secret = arrived.pathSecret();
        if (secret != null) {
            described.put("pathsecret", Hex.encode(secret));
        }
        try {
            describe(arrived.tlvs(), described);
        } catch (WireException malformed) {
            daemon.log("malformed reply_path: " + malformed.getMessage());
            return;
        }
        var kind = secret == null ? HookKind.ONION_MESSAGE_RECV : HookKind.ONION_MESSAGE_RECV_SECRET;
        daemon.hooks().call(kind, "", params, unused -> {});
    }

    private static void describe(TlvStream tlvs, ObjectNode described) {
        tlvs.value(REPLY_PATH).ifPresent(path -> replyPath(path, described.putObject("reply_blindedpath")));
        for (long type : new long[] {64, 66, 68}) {
            tlvs.value(type).ifPresent(value -> described.put(OFFERS.get(type), Hex.encode(value)));
        }
        var unknown = described.putArray("unknown_fields");
        for (long type : tlvs.types()) {
            if (!OnionMessage.KNOWN.contains(type)) {
                unknown.addObject()
                        .put("number", type)
                        .put("value", Hex.encode(tlvs.value(type).orElseThrow()));
            }
        }
    }

    private static void replyPath(byte[] path, ObjectNode described) {
        var reader = new WireReader(path);
        int first = reader.u8();
        if (first < 2) {
            described
                    .put(
                            "first_scid",
                            ShortChannelId.of(reader.bytes(ShortChannelId.LENGTH))
                                    .toString())
                    .put("first_scid_dir", first);
        } else {
            described.put(
                    "first_node_id",
                    Hex.encode(new byte[] {(byte) first}) + Hex.encode(reader.bytes(Curve.POINT_LENGTH - 1)));
        }
        described.put("first_path_key", Hex.encode(reader.bytes(Curve.POINT_LENGTH)));
        var hops = described.putArray("hops");
        for (int count = reader.u8(); count > 0; count--) {
            hops.addObject()
                    .put("blinded_node_id", Hex.encode(reader.bytes(Curve.POINT_LENGTH)))
                    .put("encrypted_recipient_data", Hex.encode(reader.bytes(reader.u16())));
        }
    }
}
