// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import static io.github.camellightning.node.commando.ScriptedPeer.PEER;

import io.github.camellightning.node.CommandoListener;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.ResultBuffer;
import io.github.camellightning.node.ServedMethod;
import io.github.camellightning.node.rune.MasterSecret;
import io.github.camellightning.node.rune.RequestValues;
import io.github.camellightning.node.rune.Restriction;
import io.github.camellightning.node.rune.Rune;
import io.github.camellightning.node.rune.RuneCheck;
import io.github.camellightning.node.rune.RuneRefusedException;
import io.github.camellightning.node.rune.RuneRequest;
import io.github.camellightning.node.rune.Usage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A server, and peers that ask it. */
abstract class ServerTestSupport {

    static final MasterSecret SECRET = MasterSecret.of(new byte[32]);
    static final String RUNE = rune();

    @TempDir
    Path directory;

    final Callers callers = new Callers();
    final ServedMethods methods = new ServedMethods();
    final AtomicInteger ran = new AtomicInteger();
    RuneCheck check = ServerTestSupport::checked;
    CommandoServerSettings settings = CommandoServerSettings.defaults();
    CommandoServer server;

    static String rune(String... restrictions) {
        return SECRET.rune(0, Restriction.parseAll(restrictions)).encode();
    }

    static CompletionStage<Void> checked(Rune rune, RuneRequest request) {
        String foreign = SECRET.refusal(rune);
        if (foreign != null) {
            return CompletableFuture.failedFuture(RuneRefusedException.notAuthorized(foreign));
        }
        String complaint = rune.complaint(new RequestValues(request, Instant.now()), Usage.NEVER);
        return complaint == null
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(RuneRefusedException.notPermitted(complaint));
    }

    CommandoServer server() {
        if (server == null) {
            server = new CommandoServer(settings, callers, methods, check);
        }
        return server;
    }

    @AfterEach
    void close() {
        server().close();
    }

    void serve(String name, CommandoListener listener) {
        methods.register(new ServedMethod(name, "", null), (peer, params) -> {
            ran.incrementAndGet();
            return listener.call(peer, params);
        });
    }

    void serveJson(String name, String result) {
        serve(name, (peer, params) -> CompletableFuture.completedFuture(JsonResult.of(Json.read(result))));
    }

    static String request(String rune, Object id, String method, String more) {
        return "{\"id\":" + id + ",\"method\":\"" + method + "\",\"rune\":\"" + rune + "\"" + more + "}";
    }

    void ask(NodeId peer, long number, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        int from = 0;
        do {
            int to = Math.min(bytes.length, from + Frames.MAX_JSON);
            server().received(peer, Callers.part(number, to == bytes.length, Arrays.copyOfRange(bytes, from, to)));
            from = to;
        } while (from < bytes.length);
    }

    String answer(String json) {
        long number = callers.sent.size() + 1_000;
        ask(PEER, number, json);
        return callers.reply(PEER, number);
    }

    static String refusal(int code, String words) {
        return "{\"error\":" + Json.emptyObject().put("code", code).put("message", words) + "}";
    }

    JsonResult result(String text) {
        var buffer = new ResultBuffer(1 << 20, Long.MAX_VALUE, directory);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        buffer.append(bytes, 0, bytes.length);
        return buffer.result();
    }

    CommandoServerSettings with(Duration unfinished, int perPeer, int all, int waiting, long requestBytes) {
        return new CommandoServerSettings(
                unfinished,
                requestBytes,
                perPeer,
                all,
                waiting,
                5,
                Duration.ofMinutes(5),
                1_000,
                256 << 10,
                64 << 10,
                directory);
    }
}
