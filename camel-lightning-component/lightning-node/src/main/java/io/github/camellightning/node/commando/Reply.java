// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.RemoteErrorException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The text of a reply, given out in parts. For one thread at a time. */
final class Reply {

    private static final int INTERNAL_ERROR = -32_603;

    private final ServedCall call;
    private final InputStream text;
    private final @Nullable JsonResult result;
    private final long size;
    private long taken;

    private Reply(ServedCall call, InputStream text, long size, @Nullable JsonResult result) {
        this.call = call;
        this.text = text;
        this.size = size;
        this.result = result;
    }

    /** @param wrapped whether the result is no object, and becomes the member of one */
    static Reply ofResult(ServedCall call, JsonResult result, boolean wrapped) {
        byte[] before = bytes(envelope(call) + (wrapped ? "\"result\":{\"result\":" : "\"result\":"));
        byte[] behind = bytes(wrapped ? "}}" : "}");
        var text = new SequenceInputStream(Collections.enumeration(
                List.of(new ByteArrayInputStream(before), result.stream(), new ByteArrayInputStream(behind))));
        return new Reply(call, text, before.length + result.size() + behind.length, result);
    }

    /** To a request that was not run: without an id, as lightningd does it. */
    static Reply ofRefusal(ServedCall call, Refusal refusal) {
        ObjectNode error = JsonNodeFactory.instance
                .objectNode()
                .put("code", refusal.code())
                .put("message", refusal.words());
        return ofText(call, "{\"error\":" + error + "}");
    }

    static Reply ofError(ServedCall call, int code, String words, @Nullable JsonNode data) {
        ObjectNode error =
                JsonNodeFactory.instance.objectNode().put("code", code).put("message", words);
        if (data != null) {
            error.set("data", data);
        }
        return ofText(call, envelope(call) + "\"error\":" + error + "}");
    }

    static Reply ofError(ServedCall call, RemoteErrorException told) {
        String data = told.data();
        return ofError(call, told.code(), String.valueOf(told.getMessage()), data == null ? null : json(data));
    }

    static Reply ofInternalError(ServedCall call) {
        return ofError(call, INTERNAL_ERROR, "Internal error", null);
    }

    private static JsonNode json(String data) {
        try {
            return Json.read(data);
        } catch (LightningException plainText) {
            return TextNode.valueOf(data);
        }
    }

    private static Reply ofText(ServedCall call, String text) {
        byte[] bytes = bytes(text);
        return new Reply(call, new ByteArrayInputStream(bytes), bytes.length, null);
    }

    private static String envelope(ServedCall call) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + call.id() + ",";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    ServedCall call() {
        return call;
    }

    /** Whether to read a part of it may take as long as a disk takes. */
    boolean isInFile() {
        return result != null && result.isInFile();
    }

    boolean isTaken() {
        return taken >= size;
    }

    /** The next part. Where the text cannot be read it is the last one, and the reply stays incomplete. */
    CustomMessage next() throws IOException {
        int length = (int) Math.min(Frames.MAX_JSON, size - taken);
        var payload = new byte[Frames.HEADER + length];
        int read = text.readNBytes(payload, Frames.HEADER, length);
        if (read < length) {
            throw new IOException("A result ended after " + (taken + read) + " of " + size + " bytes");
        }
        taken += length;
        return Frames.reply(call.number(), isTaken(), payload);
    }

    /** The last part of what cannot be completed: its peer finds that it is no JSON, which is better than to wait. */
    CustomMessage giveUp() {
        taken = size;
        return Frames.reply(call.number(), true, new byte[Frames.HEADER]);
    }

    void close() {
        if (result != null) {
            result.close();
        }
    }
}
