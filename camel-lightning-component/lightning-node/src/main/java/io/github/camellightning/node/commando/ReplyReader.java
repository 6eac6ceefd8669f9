// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.ResultBuffer;
import io.github.camellightning.node.jsonrpc.MessageScanner;
import io.github.camellightning.node.jsonrpc.MessageScanner.Member;
import io.github.camellightning.node.jsonrpc.ProtocolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Makes the outcome of a call out of the parts of its reply, keeping no more of them than that. For one thread at a time. */
final class ReplyReader implements MessageScanner.Handler {

    /** What a call comes to. */
    sealed interface Outcome {
        record Success(JsonResult result) implements Outcome {}

        record Failure(LightningException failure) implements Outcome {}
    }

    private static final int LARGEST_ERROR = 1 << 20;
    /** Of a reply, beyond its result. */
    private static final int LARGEST_ENVELOPE = 2 << 20;

    private static final int DEEPEST = 10_000;
    /** To quote from: more than the quotation, lest a secret within it is cut and so not seen. */
    private static final int HEAD_BYTES = 16 << 10;

    private static final int QUOTED = 200;
    private static final int LONGEST_ERROR_TEXT = 1_000;

    private final CommandoCall call;
    private final CommandoSettings settings;
    private final MessageScanner scanner = new MessageScanner(this, DEEPEST);

    private long size;
    private byte[] head = new byte[0];
    private @Nullable ResultBuffer result;
    private @Nullable ResultBuffer error;
    private @Nullable ResultBuffer current;
    private boolean ended;

    ReplyReader(CommandoCall call, CommandoSettings settings) {
        this.call = call;
        this.settings = settings;
    }

    /** @return what the call comes to; null while more is to come */
    @Nullable
    Outcome part(byte[] bytes, int from, boolean last) {
        size += bytes.length - from;
        keepHead(bytes, from);
        try {
            scanner.feed(bytes, from, bytes.length);
        } catch (ProtocolException e) {
            // what follows a reply is nobody's business
            if (!ended) {
                return failure("is not a JSON object: " + e.getMessage() + quotation());
            }
        }
        if (result != null && result.isTooLarge() || size > call.maxResponseSize() + LARGEST_ENVELOPE) {
            return new Outcome.Failure(
                    new LightningException("The reply to " + call + " has a result of more than maxResponseSize="
                            + call.maxResponseSize() + " bytes, and is not kept"));
        }
        IOException notKept = result == null ? null : result.failure();
        if (notKept != null) {
            return new Outcome.Failure(new LightningException(
                    "The reply to " + call + " could not be kept in " + settings.spoolDirectory() + ": "
                            + notKept.getMessage(),
                    notKept));
        }
        return last ? outcome() : null;
    }

    private void keepHead(byte[] bytes, int from) {
        int kept = Math.min(HEAD_BYTES - head.length, bytes.length - from);
        if (kept > 0) {
            int before = head.length;
            head = Arrays.copyOf(head, before + kept);
            System.arraycopy(bytes, from, head, before, kept);
        }
    }

    @Override
    public void member(Member member) {
        if (ended) {
            current = null;
            return;
        }
        current = switch (member) {
            case RESULT -> result = buffer(call.maxResponseSize());
            case ERROR -> error = buffer(LARGEST_ERROR);
            case ID, METHOD, PARAMS, OTHER -> null;
        };
    }

    private ResultBuffer buffer(long limit) {
        return new ResultBuffer(settings.spoolThreshold(), limit, settings.spoolDirectory());
    }

    @Override
    public void value(byte[] bytes, int offset, int length) {
        if (current != null) {
            current.append(bytes, offset, length);
        }
    }

    @Override
    public void end() {
        ended = true;
        current = null;
    }

    private Outcome outcome() {
        if (!ended) {
            return failure("is not a JSON object: it ends too early" + quotation());
        }
        ResultBuffer failed = error;
        if (failed != null && (result == null || !isNull(failed))) {
            return new Outcome.Failure(remoteError(failed));
        }
        ResultBuffer kept = result;
        if (kept == null) {
            return failure("has neither a result nor an error" + quotation());
        }
        result = null;
        return new Outcome.Success(kept.result());
    }

    private static boolean isNull(ResultBuffer value) {
        return value.size() == "null".length() && value.result().text().equals("null");
    }

    private LightningException remoteError(ResultBuffer failed) {
        if (failed.isTooLarge() || failed.failure() != null) {
            return new LightningException(
                    "The reply to " + call + " is an error of " + failed.size() + " bytes, which is more than is kept");
        }
        JsonNode json;
        try {
            json = Json.read(failed.result().stream());
        } catch (LightningException e) {
            return new LightningException("The reply to " + call + " is an error that is not JSON" + quotation());
        }
        JsonNode words = json.isObject() ? json.path("message") : json;
        JsonNode data = json.get("data");
        return new RemoteErrorException(
                json.path("code").asInt(),
                escaped(words.isValueNode() ? words.asText() : words.toString(), LONGEST_ERROR_TEXT),
                data == null ? null : call.secrets().masked(data.toString()));
    }

    private Outcome failure(String what) {
        return new Outcome.Failure(new LightningException("The reply to " + call + " " + what));
    }

    private String quotation() {
        return head.length == 0
                ? " (it is empty)"
                : " (it begins with: " + escaped(new String(head, StandardCharsets.UTF_8), QUOTED) + ")";
    }

    /** Masked before anything is cut off. */
    private String escaped(String text, int limit) {
        return Escaped.of(call.secrets().masked(text), limit);
    }

    /** Gives back what it keeps. */
    void discard() {
        head = new byte[0];
        for (ResultBuffer buffer : new ResultBuffer[] {result, error}) {
            if (buffer != null) {
                buffer.discard();
            }
        }
        result = null;
        error = null;
        current = null;
    }
}
