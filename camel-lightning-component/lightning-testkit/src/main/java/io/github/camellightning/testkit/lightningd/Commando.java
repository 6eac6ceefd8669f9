// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.NodeId;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The plugin commando, which every lightningd starts.
 *
 * <p>In each of its messages behind the type: a number of 8 bytes, then a part of the JSON, up to 65,000 bytes.
 */
final class Commando {

    private static final int HEADER = 10;
    private static final int PART = 65_000;

    private final CommandoServer server;
    private final CommandoClient client;

    Commando(Daemon daemon, Commands commands) {
        this.server = new CommandoServer(daemon);
        this.client = new CommandoClient(daemon, commands);
    }

    /** Takes what is commando's; {@code done} once the peer's next message may come. */
    void received(NodeId peer, int type, byte[] message, Runnable done) {
        if (!MessageTypes.isCommando(type) || message.length < HEADER) {
            done.run();
            return;
        }
        long number = ByteBuffer.wrap(message).getLong(2);
        byte[] part = Arrays.copyOfRange(message, HEADER, message.length);
        switch (type) {
            case MessageTypes.COMMANDO_REQUEST_MORE -> {
                server.begun(peer, number, part);
                done.run();
            }
            case MessageTypes.COMMANDO_REQUEST_LAST -> server.requested(peer, number, part, done);
            default -> {
                client.replied(peer, number, part, type == MessageTypes.COMMANDO_REPLY_LAST);
                done.run();
            }
        }
    }

    static void sendRequest(Daemon daemon, NodeId peer, long number, byte[] json) {
        send(daemon, peer, number, json, MessageTypes.COMMANDO_REQUEST_MORE, MessageTypes.COMMANDO_REQUEST_LAST);
    }

    static void sendReply(Daemon daemon, NodeId peer, long number, byte[] json) {
        send(daemon, peer, number, json, MessageTypes.COMMANDO_REPLY_MORE, MessageTypes.COMMANDO_REPLY_LAST);
    }

    private static void send(Daemon daemon, NodeId peer, long number, byte[] json, int more, int last) {
        for (int from = 0; from < json.length; from += PART) {
            int to = Math.min(json.length, from + PART);
            var link = daemon.peers().get(peer);
            if (link != null) {
                link.write(ByteBuffer.allocate(HEADER + to - from)
                        .putShort((short) (to == json.length ? last : more))
                        .putLong(number)
                        .put(json, from, to - from)
                        .array());
            }
        }
    }

    /**
     * The first value of a text; what follows it only has to look like JSON.
     *
     * @throws IllegalArgumentException where it is none
     */
    static Token parse(byte[] json) {
        var structure = new Structure();
        boolean sound = structure.scan(json, json.length);
        Integer end = structure.end();
        if (!sound || end == null) {
            throw new IllegalArgumentException("no JSON");
        }
        return TokenParser.parse(Arrays.copyOf(json, end));
    }
}
