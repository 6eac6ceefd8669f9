// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.camellightning.interop.NodeJs;
import io.github.camellightning.interop.RawMessage;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.peer.PeerNode;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PeerNode against the npm packages lnsocket and lnmessage, which dial it; skipped where there is no Node.js. */
@Timeout(300)
class NpmInteropIT {

    private static final int TYPE = 40_001;
    private static final int ANSWER = 40_003;

    private static final PeerNode NODE = new PeerNode();
    private static final BlockingQueue<RawMessage> RECEIVED = new LinkedBlockingQueue<>();
    private static NodeJs programs;

    @BeforeAll
    static void installAndListen() throws Exception {
        Optional<String> whyNot = NodeJs.whyNot();
        assumeTrue(whyNot.isEmpty(), () -> "lnsocket and lnmessage are not tried: " + whyNot.orElseThrow());
        programs = NodeJs.install(Path.of("target", "npm"));
        NODE.setListen("127.0.0.1:0");
        NODE.onMessage(MessageFilter.types(TYPE), message -> {
            byte[] payload = message.message().payload();
            RECEIVED.add(new RawMessage(TYPE, payload));
            return NODE.send(message.peer(), new CustomMessage(ANSWER, payload));
        });
        NODE.start().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @AfterAll
    static void stop() throws Exception {
        NODE.stop().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static List<String> run(String program, byte[] payload) throws Exception {
        return programs.run(
                program,
                NODE.nodeId(),
                NODE.listenAddress().getPort(),
                TYPE,
                HexFormat.of().formatHex(payload));
    }

    private static byte[] payload(int size) {
        var payload = new byte[size];
        for (int i = 0; i < size; i++) {
            payload[i] = (byte) i;
        }
        return payload;
    }

    private static void theAnswerIs(byte[] payload, String line) throws Exception {
        assertThat(RECEIVED.poll(10, TimeUnit.SECONDS)).isEqualTo(new RawMessage(TYPE, payload));
        assertThat(Json.read(line))
                .isEqualTo(Json.read("{\"type\":" + ANSWER + ",\"payload\":\""
                        + HexFormat.of().formatHex(payload) + "\"}"));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 1_000, 30_000})
    void lnsocketGetsItsPongAndItsMessageBack(int size) throws Exception {
        List<String> printed = run("lnsocket.cjs", payload(size));
        assertThat(printed.get(0)).isEqualTo("{\"type\":19}");
        theAnswerIs(payload(size), printed.get(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 1_000, 30_000})
    void lnmessageGetsItsMessageBack(int size) throws Exception {
        List<String> printed = run("lnmessage.mjs", payload(size));
        theAnswerIs(payload(size), printed.get(0));
    }

    @Test
    void manyOfThemComeAndGo() throws Exception {
        for (int i = 0; i < 3; i++) {
            run("lnmessage.mjs", payload(8));
            run("lnsocket.cjs", payload(8));
        }
        assertThat(NODE.state().isUp()).isTrue();
        RECEIVED.clear();
    }
}
