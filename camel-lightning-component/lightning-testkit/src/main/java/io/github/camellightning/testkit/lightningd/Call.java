// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** One request of one client, from its arrival to its answer; it may outlive its connection, and then answers nobody. */
final class Call {

    /** Thrown where a command that is only checked would begin to act. */
    static final class Checked extends RuntimeException {
        private Checked() {
            super("checked", null, false, false);
        }
    }

    private final Client client;
    private final Token id;
    private final Token request;
    private final boolean notifications;
    private @Nullable JsonFilter filter;
    private @Nullable Reply reply;
    private boolean checkOnly;

    Call(Client client, Token id, Token request) {
        this.client = client;
        this.id = id;
        this.request = request;
        this.notifications = client.notifications();
    }

    /** As the client wrote it, with the quotes of a string. */
    String id() {
        return id.quoted();
    }

    Token idToken() {
        return id;
    }

    Token request() {
        return request;
    }

    Client client() {
        return client;
    }

    void filter(JsonFilter wanted) {
        filter = wanted;
    }

    boolean isFiltered() {
        return filter != null;
    }

    void checkOnly() {
        checkOnly = true;
    }

    boolean isCheckOnly() {
        return checkOnly;
    }

    /** Each command comes by here when its parameters are good, before it does anything. */
    void actNow() {
        if (checkOnly) {
            throw new Checked();
        }
    }

    void succeed(JsonNode result) {
        var wanted = result;
        if (filter != null && result instanceof ObjectNode object) {
            wanted = filter.apply(object);
        }
        answer("\"result\":", Json.bytes(wanted));
    }

    void fail(RpcException failure) {
        var error = Json.object().put("code", failure.code()).put("message", failure.words());
        var more = failure.more();
        if (more != null) {
            error.setAll(more);
        }
        answer("\"error\":", Json.bytes(error));
    }

    private void answer(String member, byte[] value) {
        var bytes = new ByteArrayOutputStream(value.length + 64);
        bytes.writeBytes(Json.ascii("{\"jsonrpc\":\"2.0\",\"id\":"));
        bytes.writeBytes(id.bytes());
        bytes.writeBytes(Json.ascii("," + member));
        bytes.writeBytes(value);
        bytes.write('}');
        raw(bytes.toByteArray());
    }

    /** A whole JSON-RPC reply, byte for byte. */
    void raw(byte[] message) {
        write(message).finish();
        client.flush();
    }

    /** Progress or a log line for a client that asked for such: from now on the replies to its other requests wait. */
    void tell(String method, byte[] params) {
        if (notifications) {
            var bytes = new ByteArrayOutputStream(params.length + 64);
            bytes.writeBytes(Json.ascii("{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":"));
            bytes.writeBytes(params);
            bytes.write('}');
            write(bytes.toByteArray());
            client.flush();
        }
    }

    private Reply write(byte[] message) {
        if (reply == null) {
            reply = client.begin();
        }
        reply.add(message);
        reply.add(Json.ascii("\n\n"));
        return reply;
    }
}
