// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.rune.Rune;
import io.github.camellightning.testkit.lightningd.Token.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Commando's serving side: commands of peers under runes, one of a peer at a time. */
final class CommandoServer {

    private static final int REMOTE = 19_536;
    private static final int NOT_AUTHORISED = 19_537;

    private static final int LARGEST_REQUEST = 1 << 20;
    private static final int UNFINISHED = 16;

    /** @param contents null: too much came */
    private record Unfinished(long number, @Nullable ByteArrayOutputStream contents) {}

    private final Daemon daemon;
    private final LinkedHashMap<NodeId, Unfinished> unfinished = new LinkedHashMap<>();

    CommandoServer(Daemon daemon) {
        this.daemon = daemon;
    }

    void begun(NodeId peer, long number, byte[] part) {
        collect(peer, number, part);
    }

    /** A peer has one unfinished request, and the node few: the older one is dropped. */
    private Unfinished collect(NodeId peer, long number, byte[] part) {
        var before = unfinished.get(peer);
        var contents = before == null || before.number() != number ? new ByteArrayOutputStream() : before.contents();
        if (contents != null && contents.size() + part.length > LARGEST_REQUEST) {
            contents = null;
        }
        if (contents != null) {
            contents.writeBytes(part);
        }
        var collected = new Unfinished(number, contents);
        if (before != null && before.number() != number) {
            unfinished.remove(peer);
        }
        unfinished.put(peer, collected);
        if (unfinished.size() > UNFINISHED) {
            unfinished.remove(unfinished.keySet().iterator().next());
        }
        return collected;
    }

    void requested(NodeId peer, long number, byte[] part, Runnable done) {
        var contents = collect(peer, number, part).contents();
        if (contents == null) {
            daemon.log(peer + ": ignoring oversize request");
            done.run();
            return;
        }
        unfinished.remove(peer);
        try {
            run(peer, contents.toByteArray(), reply -> {
                Commando.sendReply(daemon, peer, number, reply);
                done.run();
            });
        } catch (RpcException refused) {
            // as lightningd does, which escapes nothing here
            var error = "{\"error\":{\"code\":" + refused.code() + ",\"message\":\"" + refused.words() + "\"}}";
            Commando.sendReply(daemon, peer, number, error.getBytes(StandardCharsets.UTF_8));
            done.run();
        }
    }

    private void run(NodeId peer, byte[] json, Consumer<byte[]> answer) throws RpcException {
        Token request;
        try {
            request = Commando.parse(json);
        } catch (IllegalArgumentException notJson) {
            throw remote("Invalid JSON");
        }
        if (request.kind() != Kind.OBJECT) {
            throw remote("Not a JSON object");
        }
        var method = request.member("method");
        if (method == null) {
            throw remote("No method");
        }
        var params = request.member("params");
        if (params != null && params.kind() != Kind.OBJECT && params.kind() != Kind.ARRAY) {
            throw remote("Params must be object or array");
        }
        var id = request.member("id");
        if (id == null) {
            throw remote("missing id field");
        }
        var rune = request.member("rune");
        if (rune == null) {
            throw remote("Missing rune");
        }
        requireRune(rune);
        authorise(peer, rune, method, params);
        execute(request, method, params, id, answer);
    }

    private static void requireRune(Token rune) throws RpcException {
        try {
            Rune.parse(rune.text());
        } catch (InvalidMessageException unreadable) {
            throw remote("Invalid rune");
        }
    }

    private static RpcException remote(String message) {
        return new RpcException(REMOTE, message);
    }

    private void authorise(NodeId peer, Token rune, Token method, @Nullable Token params) throws RpcException {
        var question = "{\"id\":0,\"method\":\"checkrune\",\"params\":{\"nodeid\":\"" + peer + "\",\"rune\":"
                + rune.quoted() + ",\"method\":\"" + method.text() + "\""
                + (params == null ? "" : ",\"params\":" + params.quoted()) + "}}";
        var refusal = new RpcException[1];
        InternalClient.run(daemon.commands(), token(question), reply -> {
            var error = TokenParser.parse(reply).member("error");
            var message = error == null ? null : error.member("message");
            if (message != null) {
                refusal[0] = new RpcException(NOT_AUTHORISED, "Invalid rune: " + message.text());
            }
        });
        if (refusal[0] != null) {
            throw refusal[0];
        }
    }

    private void execute(Token request, Token method, @Nullable Token params, Token id, Consumer<byte[]> answer) {
        var filter = request.member("filter");
        var command = "{\"jsonrpc\":\"2.0\",\"id\":" + daemon.plugins().requestId(id.quoted(), "commando")
                + ",\"method\":\"" + method.text() + "\"" + ",\"params\":" + (params == null ? "{}" : params.quoted())
                + (filter == null ? "" : ",\"filter\":" + filter.quoted()) + "}";
        InternalClient.run(daemon.commands(), token(command), reply -> {
            var whole = TokenParser.parse(reply);
            var replied = whole.member("id");
            answer.accept(replied == null ? whole.bytes() : whole.with(replied, id.quoted()));
        });
    }

    private static Token token(String json) {
        return TokenParser.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
