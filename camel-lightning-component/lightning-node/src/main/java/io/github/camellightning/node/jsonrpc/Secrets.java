// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.jsonrpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a request holds that nobody may read in an error: lightningd quotes a parameter that it does not like. */
public final class Secrets {

    private static final String MASK = "***";
    /** Shorter ones are no secrets, and masking them would take the words of errors apart. */
    private static final int SHORTEST = 4;

    private static final Set<String> NAMES = Set.of("rune", "passphrase", "hsmsecret", "codex32");
    private static final Map<String, Integer> POSITIONS = Map.ofEntries(
            Map.entry("checkrune", 0),
            Map.entry("createrune", 0),
            Map.entry("showrunes", 0),
            Map.entry("commando", 3),
            Map.entry("commando-rune", 0),
            Map.entry("commando-listrunes", 0),
            Map.entry("exposesecret", 0),
            Map.entry("recover", 0));
    private static final Secrets NONE = new Secrets(List.of());

    private final List<String> texts;

    private Secrets(List<String> texts) {
        this.texts = texts;
    }

    public static Secrets of(String method, JsonNode params) {
        return of(method, params, null);
    }

    /** @param rune that goes with the request, besides what its params hold */
    public static Secrets of(String method, JsonNode params, @Nullable String rune) {
        var texts = new ArrayList<String>(0);
        if (rune != null) {
            addTexts(TextNode.valueOf(rune), texts);
        }
        Integer position = POSITIONS.get(method);
        if (position != null && params.isArray()) {
            addTexts(params.path(position), texts);
        }
        search(params, texts);
        return texts.isEmpty() ? NONE : new Secrets(List.copyOf(texts));
    }

    private static void search(JsonNode node, List<String> texts) {
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            if (NAMES.contains(member.getKey())) {
                addTexts(member.getValue(), texts);
            }
        }
        for (JsonNode child : node) {
            if (child.isContainerNode()) {
                search(child, texts);
            }
        }
    }

    private static void addTexts(JsonNode node, List<String> texts) {
        if (node.isTextual() && node.textValue().length() >= SHORTEST) {
            texts.add(node.textValue());
            String json = node.toString();
            texts.add(json.substring(1, json.length() - 1));
        }
        node.forEach(child -> addTexts(child, texts));
    }

    public String masked(String text) {
        String masked = text;
        for (String secret : texts) {
            masked = masked.replace(secret, MASK);
        }
        return masked;
    }
}
