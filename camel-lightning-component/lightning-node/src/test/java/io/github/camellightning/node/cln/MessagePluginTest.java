// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.MessageDispatcher;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is counted of what peers send, and that lightningd is told to go on with all of it. */
class MessagePluginTest {

    private static final String BOB = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

    private final MessageDispatcher dispatcher = new MessageDispatcher();
    private final List<NodeId> flooding = new ArrayList<>();
    private final DaemonCounters counters = new DaemonCounters();
    private final MessagePlugin plugin =
            new MessagePlugin(dispatcher, new HookQueue(dispatcher, flooding::add), null, counters);

    private CompletableFuture<JsonNode> receive() {
        JsonNode params = Json.emptyObject().put("peer_id", BOB).put("payload", "9c4101");
        return plugin.hook(params).toCompletableFuture();
    }

    @Test
    void whatIsPassedOverOfAFloodIsNotReceived() {
        var handled = new CompletableFuture<Void>();
        dispatcher.register(MessageFilter.all(), message -> handled);
        List<CompletableFuture<JsonNode>> taken = new ArrayList<>();
        for (int i = 0; i <= HookQueue.MAX_MESSAGES; i++) {
            taken.add(receive());
        }
        assertThat(counters.received.sum()).isEqualTo(taken.size());

        assertThat(receive()).isCompletedWithValueMatching(MessagePluginTest::goesOn);
        assertThat(receive()).isCompletedWithValueMatching(MessagePluginTest::goesOn);

        assertThat(counters.received.sum()).isEqualTo(taken.size());
        assertThat(counters.unclaimed.sum()).isZero();
        assertThat(flooding).hasSize(1);
        assertThat(taken).noneMatch(CompletableFuture::isDone);
        handled.complete(null);
        assertThat(taken).allSatisfy(one -> assertThat(one).isCompletedWithValueMatching(MessagePluginTest::goesOn));
    }

    @Test
    void whatNobodyWantsIsUnclaimed() {
        assertThat(receive()).isCompletedWithValueMatching(MessagePluginTest::goesOn);

        assertThat(counters.received.sum()).isZero();
        assertThat(counters.unclaimed.sum()).isEqualTo(1);
    }

    @Test
    void whatIsOnlyHeardPromptlyIsReceived() {
        dispatcher.register(MessageFilter.all().promptly(), message -> CompletableFuture.completedFuture(null));

        assertThat(receive()).isCompletedWithValueMatching(MessagePluginTest::goesOn);

        assertThat(counters.received.sum()).isEqualTo(1);
    }

    private static boolean goesOn(JsonNode answer) {
        return answer.path("result").asText().equals("continue");
    }
}
