// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.HookSpec;
import io.github.camellightning.node.Json;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HookListenersTest {

    private final HookListeners hooks = new HookListeners(() -> false);

    @Test
    void aDeadlineBeyondAllTimeIsNone() {
        var reject = new CompletableFuture<JsonNode>();
        hooks.register(new HookSpec("invoice_payment", Duration.ofMillis(Long.MAX_VALUE), false), payload -> reject);

        CompletableFuture<JsonNode> answer =
                hooks.answer("invoice_payment", Json.emptyObject()).toCompletableFuture();

        assertThat(answer).isNotDone();
        reject.complete(Json.read("{\"result\":\"reject\"}"));
        assertThat(answer).isCompletedWithValue(Json.read("{\"result\":\"reject\"}"));
    }
}
