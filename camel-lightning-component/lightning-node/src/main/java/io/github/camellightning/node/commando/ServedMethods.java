// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.CommandoListener;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.ServedMethod;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The methods that a node answers for its peers, each by one listener. They outlive the node's runs. */
public final class ServedMethods {

    private static final String HELP = "help";

    private record Entry(ServedMethod method, CommandoListener listener) {}

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    /** @throws InvalidMessageException where another listener has it */
    public Registration register(ServedMethod method, CommandoListener listener) {
        var entry = new Entry(method, listener);
        if (entries.putIfAbsent(method.name(), entry) != null) {
            throw new InvalidMessageException(
                    "The method " + method.name() + " has a listener already: only one at a time can answer it");
        }
        return () -> entries.remove(method.name(), entry);
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Of {@value #HELP} there is always one, as on each lightningd. */
    @Nullable
    CommandoListener find(String name) {
        Entry entry = entries.get(name);
        return entry != null ? entry.listener : name.equals(HELP) ? this::help : null;
    }

    /** Those who may ask may know what there is: whether their rune allows it is another question. */
    private CompletionStage<JsonResult> help(NodeId peer, JsonNode params) {
        JsonNode wanted = params.isArray() ? params.path(0) : params.path("command");
        ObjectNode answer = Json.emptyObject();
        ArrayNode list = answer.putArray("help");
        entries.values().stream()
                .map(Entry::method)
                .filter(method -> !wanted.isTextual() || wanted.textValue().equals(method.name()))
                .sorted(Comparator.comparing(ServedMethod::name))
                .forEach(method -> {
                    ObjectNode described = list.addObject();
                    described.put("command", (method.name() + " " + method.usage()).trim());
                    if (method.description() != null) {
                        described.put("description", method.description());
                    }
                });
        return CompletableFuture.completedFuture(JsonResult.of(answer));
    }
}
