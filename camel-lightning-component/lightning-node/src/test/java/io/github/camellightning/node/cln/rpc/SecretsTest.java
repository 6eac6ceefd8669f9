// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import static io.github.camellightning.node.cln.rpc.Outcomes.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.RemoteErrorException;
import java.io.PrintWriter;
import java.io.StringWriter;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** A rune among the params is in no exception and no log line, whatever goes wrong. */
@Timeout(60)
class SecretsTest {

    private static final String RUNE = "KUhZzNlECC7pYsz3QVbF1TqjIUYi3oyESTI7n60hLMs9MA==";

    @TempDir
    Path directory;

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private ScriptedDaemon daemon;
    private RpcClient client;

    @BeforeEach
    void connect() {
        logged.start();
        root.setLevel(Level.TRACE);
        root.addAppender(logged);
        daemon = new ScriptedDaemon(directory);
        client = new RpcClient(daemon.settings().maxInFlight(1).maxWaiting(1).build());
    }

    @AfterEach
    void close() {
        client.close();
        daemon.close();
        root.detachAppender(logged);
        root.setLevel(Level.INFO);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "checkrune  | {'rune':'RUNE'}",
                "checkrune  | ['RUNE']",
                "createrune | ['RUNE', [['method=pay']]]",
                "commando   | {'peer_id':'02', 'method':'x', 'params':{}, 'rune':'RUNE'}",
                "commando   | ['02', 'x', {}, 'RUNE']",
                "commando   | {'peer_id':'02', 'method':'checkrune', 'params':{'rune':'RUNE'}}",
                "x          | {'a':[{'rune':['RUNE']}]}",
            })
    void theDaemonsWordsAreMaskedWhereTheyQuoteIt(String method, String params) {
        CompletionStage<JsonResult> call = client.call(request(method, params));
        ScriptedDaemon.Client connection = daemon.accept();
        connection.replyError(
                connection.request(),
                "{\"code\":-32602,\"message\":\"rune: should be base64 string: invalid token '\\\"" + RUNE
                        + "\\\"'\",\"data\":{\"input\":\"" + RUNE + "\"}}");

        LightningException failure = failureOf(call);
        assertThat(failure)
                .isInstanceOf(RemoteErrorException.class)
                .hasMessage("rune: should be base64 string: invalid token '\"***\"'");
        assertThat(failure.data()).isEqualTo("{\"input\":\"***\"}");
        assertSilent(failure);
    }

    @Test
    void otherWordsStayAsTheyAre() {
        CompletionStage<JsonResult> call =
                client.call(request("listpeers", "{'id':'02aa', 'rune':'', 'x':{'rune':5}}"));
        ScriptedDaemon.Client connection = daemon.accept();
        connection.replyError(
                connection.request(),
                "{\"code\":-32602,\"message\":\"id: should be a node id: invalid token '\\\"02aa\\\"' 5\"}");
        assertThat(failureOf(call)).hasMessage("id: should be a node id: invalid token '\"02aa\"' 5");
    }

    @Test
    void noFailureTellsIt() {
        List<Consumer<ScriptedDaemon.Client>> mishaps = new ArrayList<>();
        mishaps.add(ScriptedDaemon.Client::close);
        mishaps.add(connection -> connection.write("what is " + RUNE));
        mishaps.add(connection -> connection.write(
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,\"message\":\"" + RUNE + "\"}}"));
        mishaps.add(connection -> connection.write("{\"id\":\"" + RUNE + "\"]"));
        mishaps.add(connection -> connection.write("{\"" + RUNE + "\":1,\"result\":{}}"));
        mishaps.add(connection -> {});
        for (Consumer<ScriptedDaemon.Client> mishap : mishaps) {
            Outcomes.resultOf(client.connect());
            CompletionStage<JsonResult> written =
                    client.call(request("checkrune", "['RUNE']").withDeadline(Duration.ofMillis(500)));
            CompletionStage<JsonResult> waiting =
                    client.call(request("checkrune", "['RUNE']").withDeadline(Duration.ofMillis(10)));
            CompletionStage<JsonResult> refused =
                    client.call(request("checkrune", "['RUNE']").withDeadline(Duration.ofMillis(500)));
            ScriptedDaemon.Client connection = daemon.accept();
            connection.request();
            mishap.accept(connection);
            assertSilent(failureOf(written));
            assertSilent(failureOf(waiting));
            assertSilent(failureOf(refused));
            connection.close();
            client.close();
            client =
                    new RpcClient(daemon.settings().maxInFlight(1).maxWaiting(1).build());
        }
        assertSilent(failureOf(client.call(request("checkrune", "['RUNE\\u0001']"))));
        assertThat(request("checkrune", "['RUNE']").toString()).doesNotContain(RUNE);
    }

    private void assertSilent(LightningException failure) {
        var trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain(RUNE);
        assertThat(logged.list).noneMatch(event -> event.getFormattedMessage().contains(RUNE));
    }

    private static RpcRequest request(String method, String params) {
        String json = params.replace('\'', '"').replace("RUNE", RUNE);
        JsonNode node = Json.read(json);
        return RpcRequest.of(method, node);
    }
}
