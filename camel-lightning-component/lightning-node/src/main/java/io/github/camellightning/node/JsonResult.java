// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * What a command gave back: the bytes of the reply's {@code result} as they came. All of them are here already, a large result in a file
 * without a name, so that reading slowly holds up nobody. To be closed; nothing can be read afterwards, and what was read stays.
 */
public final class JsonResult implements AutoCloseable {

    private final Content content;

    JsonResult(Content content) {
        this.content = content;
    }

    /** @param json UTF-8; not copied: leave the array alone */
    public static JsonResult of(byte[] json) {
        return new JsonResult(Content.of(json));
    }

    /** For who gives a result. */
    public static JsonResult of(JsonNode json) {
        return of(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes themselves; closed with the result. */
    public Content content() {
        return content;
    }

    /** In bytes. */
    public long size() {
        return content.size();
    }

    /** Whether reading it reads a file. */
    public boolean isInFile() {
        return content instanceof Content.InFile;
    }

    /** From the first byte, each time anew; closing it closes no more than itself. Any JSON value, in UTF-8. */
    public InputStream stream() {
        return content.stream();
    }

    /**
     * As JSON; a number keeps all its digits.
     *
     * @throws LightningException where a plugin's result is not JSON
     */
    public JsonNode json() {
        return Json.read(stream());
    }

    /**
     * As one text.
     *
     * @throws LightningException where it is larger than a text can be, or its file cannot be read
     */
    public String text() {
        if (size() > Integer.MAX_VALUE - 8) {
            throw new LightningException("A result of " + size() + " bytes is too large for one text: read its stream");
        }
        try (InputStream in = stream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new LightningException("A spooled result cannot be read: " + e.getMessage(), e);
        }
    }

    /** Idempotent. */
    @Override
    public void close() {
        content.close();
    }

    @Override
    public String toString() {
        return "JsonResult[" + size() + " bytes]";
    }
}
