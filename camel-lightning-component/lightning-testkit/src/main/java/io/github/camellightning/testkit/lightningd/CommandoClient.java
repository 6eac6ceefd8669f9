// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.TextNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.testkit.lightningd.Token.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The command {@code commando}, which waits for ever for a peer that does not answer. */
final class CommandoClient {

    private static final int ERROR = 19_535;
    private static final int LARGEST_REPLY = 500 << 20;

    private static final String USAGE = "peer_id method [params] [rune] [filter]";

    private record Waiting(Call call, NodeId peer, ByteArrayOutputStream contents) {}

    private final Daemon daemon;
    private final Map<Long, Waiting> waiting = new HashMap<>();

    CommandoClient(Daemon daemon, Commands commands) {
        this.daemon = daemon;
        commands.add("commando", USAGE, this::commando);
    }

    private void commando(Call call, Token given) throws RpcException {
        var params = Params.of(given, USAGE);
        var peerToken = params.require("peer_id");
        var peer = Params.nodeId("peer_id", peerToken, peerToken.text());
        call.actNow();
        if (daemon.peers().get(peer) == null) {
            throw RpcException.invalidRequest("No such peer: " + peer);
        }
        long number = ByteBuffer.wrap(Daemon.random(8)).getLong();
        var id = daemon.plugins().requestId(call.id(), "commando");
        var arguments = params.text("params");
        var rune = params.text("rune");
        var filter = params.text("filter");
        var json = "{\"method\":\"" + params.require("method").text() + "\",\"id\":" + id + ",\"params\":"
                + (arguments == null ? "{}" : arguments)
                + (rune == null ? "" : ",\"rune\":\"" + rune + "\"")
                + (filter == null ? "" : ",\"filter\":" + filter) + "}";
        waiting.put(number, new Waiting(call, peer, new ByteArrayOutputStream()));
        Commando.sendRequest(daemon, peer, number, json.getBytes(StandardCharsets.UTF_8));
    }

    void replied(NodeId peer, long number, byte[] part, boolean last) {
        var call = waiting.get(number);
        if (call == null || !call.peer().equals(peer)) {
            return;
        }
        if (call.contents().size() + part.length > LARGEST_REPLY) {
            waiting.remove(number);
            call.call().fail(new RpcException(ERROR, "Reply was oversize"));
            return;
        }
        call.contents().writeBytes(part);
        if (last) {
            waiting.remove(number);
            finish(call.call(), call.contents().toByteArray());
        }
    }

    private void finish(Call call, byte[] contents) {
        Token reply;
        try {
            reply = Commando.parse(contents);
        } catch (IllegalArgumentException notJson) {
            reply = null;
        }
        if (reply == null || reply.kind() != Kind.OBJECT) {
            call.fail(new RpcException(
                    ERROR, "Reply was unparsable: '" + new String(contents, StandardCharsets.UTF_8) + "'"));
            return;
        }
        var error = reply.member("error");
        var result = reply.member("result");
        if (error != null) {
            call.raw(answer(call, "error", passedOn(error)));
        } else if (result == null) {
            call.fail(new RpcException(ERROR, "Reply had no result"));
        } else if (result.kind() == Kind.ARRAY && !result.children().isEmpty()) {
            daemon.wouldHaveCrashed("a commando of it was answered with an array, " + shortened(result.quoted())
                    + ": its plugin commando writes broken JSON, is killed for it, and takes lightningd along");
            call.fail(
                    new RpcException(RpcException.PLUGIN_TERMINATED, "Plugin terminated before replying to RPC call."));
        } else if (call.isFiltered()) {
            call.succeed(result.kind() == Kind.OBJECT ? result.toJson() : Json.object());
        } else {
            call.raw(answer(call, "result", result.kind() == Kind.OBJECT ? result.quoted() : "{}"));
        }
    }

    /** With the escapes of its message escaped once more. */
    private static String passedOn(Token error) {
        var code = error.member("code");
        var message = error.member("message");
        var data = error.member("data");
        if (code == null || message == null) {
            return "{\"code\":" + ERROR + ",\"message\":\""
                    + (code == null ? "Error had no code" : "Error had no message") + "\"}";
        }
        return "{\"code\":" + code.quoted() + ",\"message\":" + Json.text(TextNode.valueOf(message.text()))
                + (data == null ? "" : ",\"data\":" + data.quoted()) + "}";
    }

    private static byte[] answer(Call call, String member, String value) {
        return ("{\"jsonrpc\":\"2.0\",\"id\":" + call.id() + ",\"" + member + "\":" + value + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }
}
