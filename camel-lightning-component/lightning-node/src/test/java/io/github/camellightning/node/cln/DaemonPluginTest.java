// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.HookSpec;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.MessageFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What peers send while a plugin takes its leave, and a hook is open still. */
class DaemonPluginTest {

    private static final JsonNode CONTINUE = Json.read("{\"result\":\"continue\"}");
    private static final JsonNode MESSAGE =
            Json.read("{\"peer_id\":\"0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798\","
                    + "\"payload\":\"9c4101\"}");

    private final Wanted wanted = new Wanted(() -> false);
    private final List<CustomMessage> received = new ArrayList<>();
    private final CompletableFuture<JsonNode> held = new CompletableFuture<>();
    private final CompletableFuture<DaemonPlugin> launched = new CompletableFuture<>();
    private final Plugins plugins = new Plugins(
            wanted,
            new MessagePlugin(wanted.messages, new HookQueue(wanted.messages, peer -> {}), null, wanted.counters),
            (plugin, opened) -> {
                launched.complete(plugin);
                return CompletableFuture.completedFuture(null);
            },
            this::drain,
            (plugin, reason) -> {});
    private DaemonPlugin plugin;
    private CompletableFuture<JsonNode> open;

    private void drain() {
        plugins.drain();
    }

    @BeforeEach
    void aHookIsOpen() {
        wanted.messages.register(MessageFilter.all(), message -> {
            received.add(message.message());
            return CompletableFuture.completedFuture(null);
        });
        wanted.hooks.register(new HookSpec("invoice_payment", Duration.ofMinutes(1), false), payload -> held);
        plugins.start(wanted.manifest());
        plugin = launched.join();
        open = plugin.hook("invoice_payment", Json.emptyObject()).toCompletableFuture();
    }

    @Test
    void theyReachListenersUntilThePluginThatLightningdStopsHasEnded() {
        plugin.notification("shutdown", Json.emptyObject(), null);

        assertThat(plugin.hook("custommsg", MESSAGE).toCompletableFuture()).isCompletedWithValue(CONTINUE);

        assertThat(open).isNotDone();
        assertThat(received).containsExactly(new CustomMessage(40_001, new byte[] {1}));
        assertThat(wanted.counters.received.sum()).isEqualTo(1);
    }

    @Test
    void aNodeThatStopsTakesNoneAndCountsThem() {
        plugins.drain();

        assertThat(plugin.hook("custommsg", MESSAGE).toCompletableFuture()).isCompletedWithValue(CONTINUE);

        assertThat(open).isNotDone();
        assertThat(received).isEmpty();
        assertThat(wanted.counters.unclaimed.sum()).isEqualTo(1);
    }
}
