// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.ResultBuffer;
import io.github.camellightning.node.jsonrpc.MessageScanner;
import io.github.camellightning.node.jsonrpc.MessageScanner.Member;
import io.github.camellightning.node.jsonrpc.ProtocolException;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes outcomes of calls out of the members of messages, in whichever order these come. */
final class ReplyAssembler implements MessageScanner.Handler {

    /** The plugin may have done it before. */
    private static final int PLUGIN_TERMINATED = -4;

    private static final int LONGEST_ID = 4 * 1024;
    private static final int LONGEST_OTHER = 1024 * 1024;
    private static final int LONGEST_ERROR_TEXT = 16 * 1024;

    private final Calls calls;
    private final RpcSettings settings;
    private final Consumer<Call> answered;
    private final Runnable told;
    private final @Nullable Consumer<RpcNotification> notified;

    /** Of the message that is being read. */
    private final Map<Member, ResultBuffer> members = new EnumMap<>(Member.class);

    private @Nullable ResultBuffer current;

    /**
     * @param answered before the outcome of a call that is waited for is told
     * @param told after that, and after anything else was
     * @param notified of what is no reply; null where that is to be dropped
     */
    ReplyAssembler(
            Calls calls,
            RpcSettings settings,
            Consumer<Call> answered,
            Runnable told,
            @Nullable Consumer<RpcNotification> notified) {
        this.calls = calls;
        this.settings = settings;
        this.answered = answered;
        this.told = told;
        this.notified = notified;
    }

    @Override
    public void member(Member member) {
        current = switch (member) {
            case ID, METHOD -> small(LONGEST_ID);
            case ERROR, PARAMS -> small(LONGEST_OTHER);
            case RESULT -> result();
            case OTHER -> null;
        };
        if (current != null) {
            members.put(member, current);
        }
    }

    /** Of a call that has ended nothing is kept. */
    private ResultBuffer result() {
        ResultBuffer id = members.get(Member.ID);
        Call call = id == null ? null : find(id);
        if (id != null && call == null) {
            return small(0);
        }
        return new ResultBuffer(
                settings.spoolThreshold(),
                call == null ? settings.maxResponseSize() : call.maxResponseSize(),
                settings.spoolDirectory());
    }

    private ResultBuffer small(int limit) {
        return new ResultBuffer(limit, limit, settings.spoolDirectory());
    }

    @Override
    public void value(byte[] bytes, int offset, int length) {
        if (current != null) {
            current.append(bytes, offset, length);
        }
    }

    /** Gives back what is kept of a message that will not end. */
    void discard() {
        members.values().forEach(ResultBuffer::discard);
        members.clear();
    }

    @Override
    public void end() throws ProtocolException {
        current = null;
        ResultBuffer id = members.get(Member.ID);
        if (id != null) {
            reply(id);
            told.run();
        } else if (members.containsKey(Member.METHOD)) {
            notification();
            told.run();
        } else {
            throw new ProtocolException("a message has neither an id nor a method");
        }
        members.clear();
    }

    private void reply(ResultBuffer id) throws ProtocolException {
        if (text(id).equals("null")) {
            // its words quote what it read, and with that perhaps a rune
            throw new ProtocolException(
                    "it could not understand a request, and answers nothing more on this connection");
        }
        Call call = find(id);
        if (call == null) {
            discard();
            return;
        }
        answered.accept(call);
        ResultBuffer result = members.get(Member.RESULT);
        ResultBuffer error = members.get(Member.ERROR);
        if (error != null && (result == null || !text(error).equals("null"))) {
            LightningException failure = remoteError(call, error);
            discard();
            calls.fail(call, failure);
        } else if (result != null) {
            succeed(call, result);
        } else {
            throw new ProtocolException("a reply has neither a result nor an error");
        }
    }

    private void succeed(Call call, ResultBuffer result) {
        IOException failure = result.failure();
        boolean tooLarge = result.size() > call.maxResponseSize();
        if (tooLarge || result.isTooLarge()) {
            result.discard();
            calls.fail(
                    call,
                    new LightningException("lightningd carried out " + call.method() + ", but its result of "
                            + result.size() + " bytes is larger than maxResponseSize="
                            + (tooLarge ? call.maxResponseSize() : settings.maxResponseSize())));
        } else if (failure != null) {
            calls.fail(
                    call,
                    new LightningException(
                            "lightningd carried out " + call.method() + ", but its result of " + result.size()
                                    + " bytes could not be kept in spoolDirectory=" + settings.spoolDirectory() + ": "
                                    + failure.getMessage(),
                            failure));
        } else {
            calls.succeed(call, result.result());
        }
    }

    private static LightningException remoteError(Call call, ResultBuffer error) {
        if (error.isTooLarge()) {
            return new LightningException("lightningd answered " + call.method() + " with an error of " + error.size()
                    + " bytes, which is more than an error may have");
        }
        JsonNode json;
        try {
            json = Json.read(error.result().stream());
        } catch (LightningException e) {
            return new LightningException(
                    "lightningd answered " + call.method() + " with an error that cannot be read", e);
        }
        JsonNode data = json.get("data");
        int code = json.path("code").asInt();
        String message = json.path("message").asText();
        String words = call.secrets().masked(message.substring(0, Math.min(message.length(), LONGEST_ERROR_TEXT)));
        if (code == PLUGIN_TERMINATED) {
            return new OutcomeUnknownException("Whether lightningd carried out " + call.method()
                    + " is unknown, the plugin that serves it ended (code " + code + "): " + words);
        }
        return new RemoteErrorException(
                code, words, data == null ? null : call.secrets().masked(data.toString()));
    }

    private void notification() throws ProtocolException {
        ResultBuffer method = members.get(Member.METHOD);
        ResultBuffer params = members.get(Member.PARAMS);
        if (notified == null || method == null || params == null || params.isTooLarge()) {
            return;
        }
        RpcNotification notification;
        try {
            notification = new RpcNotification(
                    Json.read(method.result().stream()).asText(), Json.read(params.result().stream()));
        } catch (LightningException e) {
            throw new ProtocolException("a notification cannot be read");
        }
        notified.accept(notification);
    }

    /** The call with that very id, if it has not ended. Ids are plain text, so their JSON is the text in quotes. */
    private @Nullable Call find(ResultBuffer id) {
        String json = text(id);
        int end = json.length() - 1;
        int digits = json.lastIndexOf('#') + 1;
        if (digits == 0 || end - digits < 1 || end - digits > 18) {
            return null;
        }
        long sequence = 0;
        for (int i = digits; i < end; i++) {
            int digit = json.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return null;
            }
            sequence = 10 * sequence + digit;
        }
        Call call = calls.find(sequence);
        return call != null && json.length() == call.id().length() + 2 && json.startsWith(call.id(), 1) ? call : null;
    }

    private static String text(ResultBuffer buffer) {
        return buffer.isSpooled() ? "" : buffer.result().text();
    }
}
