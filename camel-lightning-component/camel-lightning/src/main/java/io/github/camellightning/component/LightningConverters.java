// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.TypeRanges;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.apache.camel.Converter;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Between text, bytes and the values of the seam, and between JSON and all that can be written as JSON. */
@Converter(generateLoader = true)
public final class LightningConverters {

    private LightningConverters() {}

    @Converter
    public static NodeId toNodeId(String hex) {
        return new NodeId(hex);
    }

    /** Of the compressed public key, 33 bytes. */
    @Converter
    public static NodeId toNodeId(byte[] compressed) {
        return NodeId.of(compressed);
    }

    @Converter
    public static String toString(NodeId id) {
        return id.hex();
    }

    @Converter
    public static byte[] toBytes(NodeId id) {
        return id.bytes();
    }

    @Converter
    public static TypeRanges toTypeRanges(String ranges) {
        return TypeRanges.parse(ranges);
    }

    /** Camel's own converter of enums does not say which there are. */
    @Converter
    public static PeerHealth toPeerHealth(String peers) {
        return Arrays.stream(PeerHealth.values())
                .filter(each -> each.name().equalsIgnoreCase(peers.trim()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "Option healthCheckPeers is '" + peers + "': it must be one of any, all, none"));
    }

    /** The bytes of a message that was received, as that message: its type is in the header. */
    @Converter
    public static CustomMessage toCustomMessage(byte[] payload, @Nullable Exchange exchange) {
        Object type = exchange == null ? null : exchange.getMessage().getHeader(LightningConstants.MESSAGE_TYPE);
        if (type == null) {
            throw new InvalidMessageException("No message type: the header " + LightningConstants.MESSAGE_TYPE
                    + " makes a message of bytes, as a received one has it");
        }
        return new CustomMessage(MessageTypes.parse(type.toString()), payload);
    }

    /** The payload, without the type. */
    @Converter
    public static byte[] toBytes(CustomMessage message) {
        return message.payload();
    }

    /** The payload, without the type. */
    @Converter
    public static InputStream toInputStream(CustomMessage message) {
        return new ByteArrayInputStream(message.payload());
    }

    /** The payload as text, in UTF-8. */
    @Converter
    public static String toString(CustomMessage message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }

    @Converter
    public static JsonNode toJson(String json) {
        return Json.read(json);
    }

    /** Of UTF-8. */
    @Converter
    public static JsonNode toJson(byte[] json) {
        return Json.read(new String(json, StandardCharsets.UTF_8));
    }

    /** Of UTF-8. */
    @Converter
    public static JsonNode toJson(InputStream json) {
        return Json.read(json);
    }

    @Converter
    public static JsonNode toJson(Map<?, ?> object) {
        return Json.tree(object);
    }

    @Converter
    public static JsonNode toJson(Collection<?> array) {
        return Json.tree(array);
    }

    @Converter
    public static String toString(JsonNode json) {
        return json.toString();
    }

    /** In UTF-8. */
    @Converter
    public static byte[] toBytes(JsonNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** In UTF-8. */
    @Converter
    public static InputStream toInputStream(JsonNode json) {
        return new ByteArrayInputStream(toBytes(json));
    }

    /** A Map of what is no object has it as its member {@code result}, as with outputType=Map. */
    @Converter
    public static Map<?, ?> toMap(JsonNode json) {
        return (Map<?, ?>) JsonBody.map(json);
    }
}
