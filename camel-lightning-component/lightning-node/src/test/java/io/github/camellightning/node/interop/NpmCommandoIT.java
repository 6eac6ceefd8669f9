// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.interop.NodeJs;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.ServedMethod;
import io.github.camellightning.node.peer.PeerNode;
import io.github.camellightning.node.rune.Runes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The npm packages lnsocket and lnmessage as clients of our commando server; skipped where there is no Node.js. */
@Timeout(300)
class NpmCommandoIT {

    private static final String LNSOCKET = "lnsocket-commando.cjs";
    private static final String LNMESSAGE = "lnmessage-commando.mjs";

    @TempDir
    private static Path directory;

    private static final PeerNode NODE = new PeerNode();
    private static final Runes RUNES = new Runes();
    private static NodeJs programs;

    @BeforeAll
    static void installAndServe() throws Exception {
        Optional<String> whyNot = NodeJs.whyNot();
        assumeTrue(whyNot.isEmpty(), () -> "lnsocket and lnmessage are not tried: " + whyNot.orElseThrow());
        programs = NodeJs.install(Path.of("target", "npm-commando"));
        String runeFile = directory.resolve("runes").toString();
        RUNES.setRuneFile(runeFile);
        NODE.setRuneFile(runeFile);
        NODE.setListen("127.0.0.1:0");
        NODE.onCommando(
                new ServedMethod("text", "length", null),
                (peer, params) -> CompletableFuture.completedFuture(JsonResult.of(Json.emptyObject()
                        .put("text", "x".repeat(params.path("length").asInt())))));
        NODE.onCommando(
                new ServedMethod("nothing", "", null),
                (peer, params) -> CompletableFuture.completedFuture(JsonResult.of(Json.emptyObject())));
        NODE.start().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @AfterAll
    static void stop() throws Exception {
        NODE.stop().toCompletableFuture().get(20, TimeUnit.SECONDS);
        RUNES.close();
    }

    private static List<JsonNode> call(String program, String rune, String method, String... params) throws Exception {
        var arguments = new ArrayList<Object>(
                List.of(NODE.nodeId(), NODE.listenAddress().getPort(), rune, method));
        arguments.addAll(List.of(params));
        return programs.run(program, arguments.toArray()).stream()
                .map(Json::read)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {LNSOCKET, LNMESSAGE})
    void repliesOfAnySizeArrive(String program) throws Exception {
        int[] sizes = {64 << 10, 70 << 10, 5_000_000, 10};
        List<JsonNode> replies = call(
                program,
                RUNES.make("method=text").encode(),
                "text",
                java.util.Arrays.stream(sizes)
                        .mapToObj(size -> "{\"length\":" + size + "}")
                        .toArray(String[]::new));
        for (int i = 0; i < sizes.length; i++) {
            assertThat(replies.get(i).at("/result/text").asText()).hasSize(sizes[i]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {LNSOCKET, LNMESSAGE})
    void theSameCallAgainAndAgainIsAnsweredEachTime(String program) throws Exception {
        String[] calls = new String[20];
        java.util.Arrays.fill(calls, "{}");
        assertThat(call(program, RUNES.make().encode(), "nothing", calls))
                .hasSize(20)
                .allSatisfy(reply -> assertThat(reply.path("result")).isEqualTo(Json.emptyObject()));
    }

    @ParameterizedTest
    @ValueSource(strings = {LNSOCKET, LNMESSAGE})
    void refusalsHaveTheirCodes(String program) throws Exception {
        assertThat(code(program, RUNES.make("method=other").encode(), "text")).isEqualTo(19_537);
        assertThat(code(program, "notarune", "text")).isEqualTo(19_536);
        assertThat(code(program, RUNES.make().encode(), "absent")).isEqualTo(-32_601);
    }

    private static int code(String program, String rune, String method) throws Exception {
        return call(program, rune, method, "{}").get(0).at("/error/code").asInt();
    }
}
