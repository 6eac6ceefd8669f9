// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.testkit.onion.OnionMessage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The message types that lightningd handles itself (BOLT 1, 2, 4 and 7): {@code sendcustommsg} refuses them. */
final class WireTypes {

    static final int WARNING = 1;
    static final int PEER_STORAGE = 7;
    static final int PING = 18;
    static final int PONG = 19;

    /** What is too short to have a type is taken for one that is odd. */
    static final int NONE = -1;

    private static final Map<Integer, String> INTERNAL = Map.ofEntries(
            Map.entry(0, "PROTOCOL_BATCH_ELEMENT"),
            Map.entry(WARNING, "WARNING"),
            Map.entry(2, "STFU"),
            Map.entry(16, "INIT"),
            Map.entry(17, "ERROR"),
            Map.entry(PING, "PING"),
            Map.entry(PONG, "PONG"),
            Map.entry(32, "OPEN_CHANNEL"),
            Map.entry(33, "ACCEPT_CHANNEL"),
            Map.entry(34, "FUNDING_CREATED"),
            Map.entry(35, "FUNDING_SIGNED"),
            Map.entry(36, "CHANNEL_READY"),
            Map.entry(38, "SHUTDOWN"),
            Map.entry(39, "CLOSING_SIGNED"),
            Map.entry(40, "CLOSING_COMPLETE"),
            Map.entry(41, "CLOSING_SIG"),
            Map.entry(64, "OPEN_CHANNEL2"),
            Map.entry(65, "ACCEPT_CHANNEL2"),
            Map.entry(66, "TX_ADD_INPUT"),
            Map.entry(67, "TX_ADD_OUTPUT"),
            Map.entry(68, "TX_REMOVE_INPUT"),
            Map.entry(69, "TX_REMOVE_OUTPUT"),
            Map.entry(70, "TX_COMPLETE"),
            Map.entry(71, "TX_SIGNATURES"),
            Map.entry(72, "TX_INIT_RBF"),
            Map.entry(73, "TX_ACK_RBF"),
            Map.entry(74, "TX_ABORT"),
            Map.entry(77, "SPLICE_LOCKED"),
            Map.entry(80, "SPLICE"),
            Map.entry(81, "SPLICE_ACK"),
            Map.entry(127, "START_BATCH"),
            Map.entry(128, "UPDATE_ADD_HTLC"),
            Map.entry(130, "UPDATE_FULFILL_HTLC"),
            Map.entry(131, "UPDATE_FAIL_HTLC"),
            Map.entry(132, "COMMITMENT_SIGNED"),
            Map.entry(133, "REVOKE_AND_ACK"),
            Map.entry(134, "UPDATE_FEE"),
            Map.entry(135, "UPDATE_FAIL_MALFORMED_HTLC"),
            Map.entry(136, "CHANNEL_REESTABLISH"),
            Map.entry(137, "UPDATE_BLOCKHEIGHT"),
            Map.entry(256, "CHANNEL_ANNOUNCEMENT"),
            Map.entry(257, "NODE_ANNOUNCEMENT"),
            Map.entry(258, "CHANNEL_UPDATE"),
            Map.entry(259, "ANNOUNCEMENT_SIGNATURES"),
            Map.entry(261, "QUERY_SHORT_CHANNEL_IDS"),
            Map.entry(262, "REPLY_SHORT_CHANNEL_IDS_END"),
            Map.entry(263, "QUERY_CHANNEL_RANGE"),
            Map.entry(264, "REPLY_CHANNEL_RANGE"),
            Map.entry(265, "GOSSIP_TIMESTAMP_FILTER"),
            Map.entry(OnionMessage.TYPE, "ONION_MESSAGE"));

    private WireTypes() {}

    static int of(byte[] message) {
        return message.length < 2 ? NONE : (message[0] & 0xff) << 8 | message[1] & 0xff;
    }

    /** As lightningd calls it; null where plugins handle it. */
    static @Nullable String internalName(int type) {
        var name = INTERNAL.get(type);
        return name == null ? null : "WIRE_" + name;
    }
}
