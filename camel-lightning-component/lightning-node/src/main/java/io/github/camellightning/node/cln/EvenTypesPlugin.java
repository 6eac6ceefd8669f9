// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.cln.plugin.Manifest;
import io.github.camellightning.node.cln.plugin.PluginHandler;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A plugin that does nothing but let peers send more even types than the first one's manifest says, for a listener that came later. */
final class EvenTypesPlugin implements PluginHandler {

    private final Set<Integer> types;
    private final CompletableFuture<Void> initialised = new CompletableFuture<>();

    EvenTypesPlugin(Set<Integer> types) {
        this.types = types;
    }

    /** The even types that these filters accept. */
    static Set<Integer> of(List<MessageFilter> filters) {
        return filters.stream()
                .filter(MessageFilter::acceptEven)
                .flatMap(filter -> filter.types().ranges().stream())
                .flatMapToInt(range -> IntStream.rangeClosed(range.first(), range.last()))
                .filter(MessageTypes::isEven)
                .boxed()
                .collect(Collectors.toUnmodifiableSet());
    }

    CompletableFuture<Void> whenInitialised() {
        return initialised;
    }

    @Override
    public Manifest manifest() {
        return new Manifest(List.of(), Set.of(), types);
    }

    @Override
    public void initialised(JsonNode configuration) {
        initialised.complete(null);
    }

    @Override
    public CompletionStage<JsonNode> hook(String name, JsonNode params) {
        return CompletableFuture.failedFuture(
                new LightningException("lightningd calls " + name + ", which was not asked for"));
    }

    @Override
    public void notification(String topic, JsonNode params) {
        // none was asked for
    }

    @Override
    public void ended(String reason) {
        initialised.completeExceptionally(new LightningException("lightningd did not take the plugin on: " + reason));
    }
}
