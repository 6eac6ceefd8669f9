// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import static io.github.camellightning.node.cln.rpc.Outcomes.failureOf;
import static io.github.camellightning.node.cln.rpc.Outcomes.textOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.TimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How many calls there may be at once. */
@Timeout(60)
class BoundsTest {

    @TempDir
    Path directory;

    private ScriptedDaemon daemon;
    private RpcClient client;

    @BeforeEach
    void listen() {
        daemon = new ScriptedDaemon(directory);
    }

    @AfterEach
    void close() {
        client.close();
        daemon.close();
    }

    @Test
    void noMoreThanSoManyRequestsAreWrittenAndTheOthersFollowInOrder() {
        client = client(settings -> settings.maxInFlight(3));
        List<CompletionStage<JsonResult>> results = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            results.add(client.call(RpcRequest.of("m" + i)));
        }

        ScriptedDaemon.Client connection = daemon.accept();
        List<JsonNode> inFlight = new ArrayList<>(connection.requests(3));
        for (int i = 0; i < 20; i++) {
            JsonNode request = inFlight.remove(0);
            assertThat(request.get("method").textValue()).isEqualTo("m" + i);
            // had a fourth been written, it would stand between the third and the one that this reply lets through
            connection.reply(request, String.valueOf(i));
            assertThat(textOf(results.get(i))).isEqualTo(String.valueOf(i));
            if (i < 17) {
                inFlight.add(connection.request());
            }
        }
    }

    @Test
    void whoFindsTooManyWaitingIsRefused() {
        client = client(settings -> settings.maxInFlight(2).maxWaiting(3));
        List<CompletionStage<JsonResult>> results = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            results.add(client.call(RpcRequest.of("m" + i)));
        }
        assertThat(failureOf(client.call(RpcRequest.of("getinfo"))))
                .isInstanceOf(QueueFullException.class)
                .hasMessage("getinfo was refused: 2 calls are in flight and 3 wait (maxInFlight=2, maxWaiting=3)")
                .satisfies(e -> assertThat(e.isRetryable()).isTrue());

        ScriptedDaemon.Client connection = daemon.accept();
        connection.reply(connection.request(), "0");
        assertThat(textOf(results.get(0))).isEqualTo("0");
        CompletionStage<JsonResult> last = client.call(RpcRequest.of("last"));
        for (int i = 1; i < 6; i++) {
            connection.reply(connection.request(), String.valueOf(i));
        }
        assertThat(textOf(last)).isEqualTo("5");
    }

    @Test
    void theBytesThatWaitAreBoundedToo() {
        client = client(settings -> settings.maxInFlight(1).maxWaitingBytes(10_000));
        JsonNode large = Json.emptyObject().put("hex", "ab".repeat(10_000));
        client.call(RpcRequest.of("a"));
        client.call(RpcRequest.of("b", large));
        assertThat(failureOf(client.call(RpcRequest.of("c"))))
                .isInstanceOf(QueueFullException.class)
                .hasMessageMatching(
                        "c was refused: its \\d+ bytes would join the 200\\d\\d that wait \\(maxWaitingBytes=10000\\)");
    }

    @Test
    void whoWaitsTooLongForAPlaceWasNotWrittenAndMakesRoom() {
        client = client(settings -> settings.maxInFlight(1).maxWaiting(1));
        CompletionStage<JsonResult> first = client.call(RpcRequest.of("a"));
        CompletionStage<JsonResult> second = client.call(RpcRequest.of("b").withDeadline(Duration.ofMillis(50)));
        assertThat(failureOf(second)).isInstanceOf(TimeoutException.class);

        CompletionStage<JsonResult> third = client.call(RpcRequest.of("c"));
        ScriptedDaemon.Client connection = daemon.accept();
        for (String method : List.of("a", "c")) {
            JsonNode request = connection.request();
            assertThat(request.get("method").textValue()).isEqualTo(method);
            connection.reply(request, "1");
        }
        assertThat(textOf(first)).isEqualTo("1");
        assertThat(textOf(third)).isEqualTo("1");
    }

    @Test
    void aCancelledCallGivesItsPlaceBack() {
        client = client(settings -> settings.maxInFlight(1));
        CompletionStage<JsonResult> written = client.call(RpcRequest.of("a"));
        CompletionStage<JsonResult> waiting = client.call(RpcRequest.of("b"));
        CompletionStage<JsonResult> last = client.call(RpcRequest.of("c"));
        ScriptedDaemon.Client connection = daemon.accept();
        connection.request();

        waiting.toCompletableFuture().cancel(false);
        written.toCompletableFuture().cancel(false);
        JsonNode request = connection.request();
        assertThat(request.get("method").textValue()).isEqualTo("c");
        connection.reply(request, "3");
        assertThat(textOf(last)).isEqualTo("3");
    }

    @Test
    void anOptionOutOfItsRangeIsNamed() {
        client = client(settings -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> daemon.settings().maxInFlight(0).build())
                .withMessage("Invalid option maxInFlight=0: it must be at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> daemon.settings().deadline(Duration.ZERO).build())
                .withMessage("Invalid option deadline=PT0S: it must be more than nothing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> daemon.settings().clientName("a#b").build())
                .withMessage(
                        "Invalid option clientName=a#b: it must be 1 to 64 letters, digits, points, dashes or underscores");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        daemon.settings().reconnectMin(Duration.ofSeconds(9)).build())
                .withMessage("Invalid option reconnectMax=PT1S: it must be at least reconnectMin=PT9S");
    }

    private RpcClient client(Consumer<RpcSettings.Builder> options) {
        RpcSettings.Builder settings = daemon.settings();
        options.accept(settings);
        return new RpcClient(settings.build());
    }
}
