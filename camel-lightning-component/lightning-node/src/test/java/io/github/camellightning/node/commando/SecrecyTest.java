// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import static io.github.camellightning.node.commando.Commandos.RUNE;
import static io.github.camellightning.node.commando.Commandos.big;
import static io.github.camellightning.node.commando.Commandos.failureOf;
import static io.github.camellightning.node.commando.Commandos.getinfo;
import static io.github.camellightning.node.commando.Commandos.within;
import static io.github.camellightning.node.commando.ScriptedPeer.PEER;
import static io.github.camellightning.node.commando.ScriptedPeer.part;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NotConnectedException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The rune is in no exception, no log line and no text of an object, whatever a peer says and whatever goes wrong. */
@Timeout(60)
class SecrecyTest {

    @TempDir
    Path directory;

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final ScriptedPeer peer = new ScriptedPeer();
    private final List<LightningException> failures = new ArrayList<>();
    private CommandoClient client;

    @BeforeEach
    void open() {
        logged.start();
        root.setLevel(Level.TRACE);
        root.addAppender(logged);
        client = new CommandoClient(Commandos.settings(directory, 2, 2, 1 << 20, 1 << 20), peer);
    }

    @AfterEach
    void nothingTellsIt() {
        client.close();
        root.detachAppender(logged);
        root.setLevel(Level.INFO);
        assertThat(failures).isNotEmpty();
        failures.forEach(failure -> {
            var text = new StringWriter();
            failure.printStackTrace(new PrintWriter(text, true));
            assertThat(text + " " + failure.data()).doesNotContain(RUNE).doesNotContain(RUNE.substring(0, 20));
        });
        logged.list.forEach(event -> assertThat(
                        event.getFormattedMessage() + ThrowableProxyUtil.asString(event.getThrowableProxy()))
                .doesNotContain(RUNE));
    }

    private void answer(String json) {
        CompletionStage<JsonResult> call = client.call(PEER, getinfo(), RUNE);
        client.received(PEER, part(peer.lastRequest().number(), true, json));
        failures.add(failureOf(call));
    }

    @Test
    void peersThatQuoteItAreMasked() {
        answer("{\"error\":{\"code\":19537,\"message\":\"Invalid rune: " + RUNE + "\",\"data\":[\"" + RUNE + "\"]}}");
        assertThat(failures.get(0)).hasMessage("Invalid rune: ***");
        assertThat(failures.get(0).data()).isEqualTo("[\"***\"]");
    }

    @Test
    void soAreThoseThatQuoteItAtTheVeryPlaceWhereTheirWordsAreCut() {
        for (int before = 950; before < 1_010; before++) {
            answer("{\"error\":{\"code\":1,\"message\":\"" + "x".repeat(before) + RUNE + "\"}}");
        }
        for (int before = 150; before < 210; before++) {
            answer("x".repeat(before) + RUNE);
        }
    }

    @Test
    void soAreThoseWhoseReplyIsNone() {
        answer(RUNE);
        answer("{\"" + RUNE + "\":\"" + RUNE + "\"}");
        answer("{\"error\":\"" + RUNE + "\"}");
        answer("{\"error\":{\"message\":{\"a\":\"" + RUNE + "\"}}}");
        answer("{\"error\":{\"code\":\"" + RUNE + "\"]}}");
        answer("{\"result\":\"" + RUNE);
    }

    @Test
    void aRuneThatIsAParamIsMaskedToo() {
        CompletionStage<JsonResult> call =
                client.call(PEER, MethodCall.of("checkrune", Json.emptyObject().put("rune", RUNE)), null);
        client.received(PEER, part(peer.lastRequest().number(), true, "{\"error\":{\"message\":\"" + RUNE + "\"}}"));
        failures.add(failureOf(call));
        assertThat(failures.get(0)).hasMessage("***");
    }

    @Test
    void noMishapTellsIt() {
        failures.add(failureOf(client.call(PEER, within(Duration.ofMillis(20)), RUNE)));
        failures.add(failureOf(client.call(PEER, big('x', 2 << 20), RUNE)));
        failures.add(failureOf(client.call(PEER, getinfo(), RUNE + "\n")));
        CompletionStage<JsonResult> gone = client.call(PEER, getinfo(), RUNE);
        CompletionStage<JsonResult> alsoGone = client.call(PEER, getinfo(), RUNE);
        failures.add(failureOf(client.call(PEER, getinfo(), RUNE)));
        client.disconnected(PEER, "it hung up");
        failures.add(failureOf(gone));
        failures.add(failureOf(alsoGone));
        peer.refuse(new NotConnectedException("none"));
        failures.add(failureOf(client.call(PEER, getinfo(), RUNE)));
        client.received(PEER, part(7, true, RUNE));
        client.close();
        failures.add(failureOf(client.call(PEER, getinfo(), RUNE)));
    }

    @Test
    void noObjectsTextTellsIt() {
        var call = new CommandoCall(PEER, 1, getinfo(), RUNE, 1);
        var part = new OpenCalls.Part(call, 0, call.takePart());
        assertThat(call + " " + part + " " + call.secrets() + " " + call.future() + " " + client)
                .contains("getinfo on peer")
                .doesNotContain(RUNE);
        answer("{}");
    }
}
