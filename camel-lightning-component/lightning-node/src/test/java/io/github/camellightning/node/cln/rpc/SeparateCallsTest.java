// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import static io.github.camellightning.node.cln.rpc.Outcomes.failureOf;
import static io.github.camellightning.node.cln.rpc.Outcomes.textOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.RemoteErrorException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls that have a connection of their own, for they hear of their progress or their results are large. */
@Timeout(60)
class SeparateCallsTest {

    @TempDir
    Path directory;

    private final List<RpcNotification> heard = new CopyOnWriteArrayList<>();
    private ScriptedDaemon daemon;
    private RpcClient client;

    @BeforeEach
    void connect() {
        daemon = new ScriptedDaemon(directory);
        client = new RpcClient(daemon.settings().maxSeparateCalls(2).build());
    }

    @AfterEach
    void close() {
        client.close();
        daemon.close();
    }

    @Test
    void itsNotificationsComeInOrderOnAConnectionOfItsOwnWhichEndsWithIt() {
        CompletionStage<JsonResult> other = client.call(RpcRequest.of("getinfo"));
        ScriptedDaemon.Client shared = daemon.accept();
        JsonNode getinfo = shared.request();

        CompletionStage<JsonResult> result = client.call(RpcRequest.of("pay"), heard::add);
        ScriptedDaemon.Client own = daemon.accept();
        JsonNode enable = own.request();
        assertThat(enable.get("method").textValue()).isEqualTo("notifications");
        assertThat(enable.get("params")).hasToString("{\"enable\":true}");
        JsonNode pay = own.request();
        assertThat(pay.get("method").textValue()).isEqualTo("pay");
        own.reply(enable, "{}");
        own.write("{\"jsonrpc\":\"2.0\",\"method\":\"message\",\"params\":{\"id\":" + pay.get("id")
                + ",\"level\":\"info\",\"message\":\"tick\\né\"}}\n\n");
        own.write("{\"jsonrpc\":\"2.0\",\"method\":\"progress\",\"params\":{\"num\":0,\"total\":3}}\n\n");
        shared.reply(getinfo, "1");
        assertThat(textOf(other)).isEqualTo("1");
        own.reply(pay, "2");
        assertThat(textOf(result)).isEqualTo("2");

        assertThat(heard).extracting(RpcNotification::method).containsExactly("message", "progress");
        assertThat(heard.get(0).params().get("message").textValue()).isEqualTo("tick\né");
        assertThat(heard.get(1).params()).hasToString("{\"num\":0,\"total\":3}");
        own.awaitEnd();
    }

    @Test
    void aCallWhoseResultMayBeLargeHasOneToo() {
        CompletionStage<JsonResult> large =
                client.call(RpcRequest.of("listchannels").onItsOwn());
        ScriptedDaemon.Client own = daemon.accept();
        JsonNode listchannels = own.request();
        assertThat(listchannels.get("method").textValue()).isEqualTo("listchannels");
        own.write("{\"jsonrpc\":\"2.0\",\"id\":" + listchannels.get("id") + ",\"result\":[1,");

        CompletionStage<JsonResult> other = client.call(RpcRequest.of("getinfo"));
        ScriptedDaemon.Client shared = daemon.accept();
        shared.reply(shared.request(), "1");
        assertThat(textOf(other)).isEqualTo("1");

        own.write("2]}\n\n");
        assertThat(textOf(large)).isEqualTo("[1,2]");
        own.awaitEnd();
    }

    @Test
    void whereHalfOfThemAreTakenALargeResultComesAmongOthers() {
        client.call(RpcRequest.of("a").onItsOwn());
        daemon.accept();

        CompletionStage<JsonResult> second = client.call(RpcRequest.of("b").onItsOwn());
        CompletionStage<JsonResult> third = client.call(RpcRequest.of("c"));

        ScriptedDaemon.Client shared = daemon.accept();
        for (JsonNode request : shared.requests(2)) {
            shared.reply(request, request.get("method").toString());
        }
        assertThat(textOf(second)).isEqualTo("\"b\"");
        assertThat(textOf(third)).isEqualTo("\"c\"");
        client.call(RpcRequest.of("pay"), heard::add);
        assertThat(daemon.accept().requests(2).get(1).get("method").textValue())
                .as("those with notifications have the other half")
                .isEqualTo("pay");
    }

    @Test
    void aListenerThatFailsChangesNothing() {
        CompletionStage<JsonResult> result = client.call(RpcRequest.of("pay"), notification -> {
            throw new IllegalStateException("no");
        });
        ScriptedDaemon.Client own = daemon.accept();
        List<JsonNode> requests = own.requests(2);
        own.write("{\"jsonrpc\":\"2.0\",\"method\":\"message\",\"params\":{}}\n\n");
        own.reply(requests.get(1), "2");
        assertThat(textOf(result)).isEqualTo("2");
    }

    @Test
    void aDaemonWithoutNotificationsAnswersAllTheSame() {
        CompletionStage<JsonResult> result = client.call(RpcRequest.of("pay"), heard::add);
        ScriptedDaemon.Client own = daemon.accept();
        List<JsonNode> requests = own.requests(2);
        own.replyError(requests.get(0), "{\"code\":-32601,\"message\":\"Unknown command 'notifications'\"}");
        own.replyError(requests.get(1), "{\"code\":205,\"message\":\"no route\"}");
        assertThat(failureOf(result)).isInstanceOf(RemoteErrorException.class).hasMessage("no route");
        own.awaitEnd();
    }

    @Test
    void noMoreOfThemRunThanMay() {
        CompletionStage<JsonResult> first = client.call(RpcRequest.of("a"), heard::add);
        client.call(RpcRequest.of("b"), heard::add);
        assertThat(failureOf(client.call(RpcRequest.of("c"), heard::add)))
                .isInstanceOf(QueueFullException.class)
                .hasMessage(
                        "c was refused: as many calls run that have a connection of their own as may (maxSeparateCalls=2)");

        ScriptedDaemon.Client own = daemon.accept();
        own.reply(own.requests(2).get(1), "1");
        assertThat(textOf(first)).isEqualTo("1");
        client.call(RpcRequest.of("c"), heard::add);
        daemon.accept();
        assertThat(daemon.accept().requests(2).get(1).get("method").textValue()).isEqualTo("c");
    }

    @Test
    void theyEndAsOthersDo() {
        CompletionStage<JsonResult> broken = client.call(RpcRequest.of("a"), heard::add);
        ScriptedDaemon.Client own = daemon.accept();
        own.requests(2);
        own.close();
        assertThat(failureOf(broken)).isInstanceOf(OutcomeUnknownException.class);

        CompletionStage<JsonResult> late =
                client.call(RpcRequest.of("b").withDeadline(Duration.ofSeconds(1)), heard::add);
        ScriptedDaemon.Client unanswered = daemon.accept();
        assertThat(failureOf(late)).isInstanceOf(OutcomeUnknownException.class);
        unanswered.awaitEnd();

        CompletionStage<JsonResult> closed = client.call(RpcRequest.of("c"), heard::add);
        ScriptedDaemon.Client open = daemon.accept();
        open.requests(2);
        client.close();
        assertThat(failureOf(closed)).isInstanceOf(OutcomeUnknownException.class);
        open.awaitEnd();
    }

    @Test
    void whereNobodyListensTheyFailBeforeAnythingIsWritten() {
        daemon.stop();
        assertThat(failureOf(client.call(RpcRequest.of("a"), heard::add)))
                .isInstanceOf(NotConnectedException.class)
                .hasMessageContaining("Nobody listens on ");
    }
}
