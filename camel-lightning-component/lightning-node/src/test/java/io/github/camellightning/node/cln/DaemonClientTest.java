// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.TimeoutException;
import io.github.camellightning.node.cln.rpc.ScriptedDaemon;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(60)
class DaemonClientTest {

    private static final NodeId BOB = new NodeId("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    private static final NodeId CAROL =
            new NodeId("02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5");

    @TempDir
    Path folder;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final CoreLightningNode options = new CoreLightningNode();
    private final DaemonClient client = new DaemonClient(options, timer);
    private final Logger logger = (Logger) LoggerFactory.getLogger(CoreLightningNode.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void close() {
        logger.detachAppender(lines);
        client.close();
        timer.shutdownNow();
    }

    @Test
    void aDaemonThatComesBackIsAskedAnewWhichNamesOfCommandsItHas() {
        try (var daemon = new ScriptedDaemon(folder)) {
            var lost = new CompletableFuture<String>();
            client.connect(daemon.socket(), reason -> {
                if (reason.startsWith("lightningd closed")) {
                    lost.complete(reason);
                }
            });
            CompletionStage<JsonResult> before = createRune();
            ScriptedDaemon.Client connection = daemon.accept();
            connection.replyError(help(connection), "{\"code\":-32601,\"message\":\"Unknown command 'createrune'\"}");
            carryOut(connection, "commando-rune");
            before.toCompletableFuture().join().close();

            daemon.stop();
            lost.join();
            daemon.listen(50);
            CompletionStage<JsonResult> after = createRune();

            ScriptedDaemon.Client upgraded = daemon.accept();
            upgraded.reply(help(upgraded), "{}");
            carryOut(upgraded, "createrune");
            after.toCompletableFuture().join().close();
        }
    }

    private CompletionStage<JsonResult> createRune() {
        return client.call(MethodCall.of("createrune", Json.emptyObject()));
    }

    private static JsonNode help(ScriptedDaemon.Client connection) {
        JsonNode help = connection.request();
        assertThat(help.get("method").textValue()).isEqualTo("help");
        return help;
    }

    private static void carryOut(ScriptedDaemon.Client connection, String method) {
        JsonNode request = connection.request();
        assertThat(request.get("method").textValue()).isEqualTo(method);
        connection.reply(request, "{}");
    }

    @Test
    void aPeerThatComesBackAndFloodsAgainFillsNoLog() {
        client.connect(folder.resolve("nobody"), reason -> {});

        for (int i = 0; i < 100; i++) {
            client.disconnect(BOB);
        }
        client.disconnect(CAROL);

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .satisfiesExactly(
                        line -> assertThat(line).contains(BOB.hex(), "faster than routes handle"),
                        line -> assertThat(line).contains(CAROL.hex()));
    }

    @Test
    void whoAsksStandsInTheIdsAndSoManyRequestsAreInFlightAsTheOptionsSay() {
        options.setClientName("orders");
        options.setMaxInFlight(1);
        try (var daemon = new ScriptedDaemon(folder)) {
            client.connect(daemon.socket(), reason -> {});
            CompletionStage<JsonResult> first = client.call(MethodCall.of("getinfo", Json.emptyObject()));
            ScriptedDaemon.Client connection = daemon.accept();

            JsonNode request = connection.request();
            assertThat(request.get("id").textValue()).matches("orders:getinfo#\\d+");
            // had it a place it would be written at once
            CompletionStage<JsonResult> second =
                    client.call(MethodCall.of("listpeers", Json.emptyObject()).withDeadline(Duration.ofMillis(100)));
            assertThat(second.toCompletableFuture())
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .withCauseInstanceOf(TimeoutException.class)
                    .withMessageContaining("listpeers was not written");
            connection.reply(request, "{}");
            first.toCompletableFuture().join().close();
        }
    }
}
