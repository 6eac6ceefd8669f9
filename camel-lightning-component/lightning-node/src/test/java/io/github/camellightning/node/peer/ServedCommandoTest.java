// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.addressOf;
import static io.github.camellightning.node.peer.PeerNodes.failure;
import static io.github.camellightning.node.peer.PeerNodes.get;
import static io.github.camellightning.node.peer.PeerNodes.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.CommandoListener;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.ServedMethod;
import io.github.camellightning.node.rune.Runes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our client and our server, over a connection of native peers. */
@Timeout(60)
class ServedCommandoTest {

    @RegisterExtension
    final PeerNodes nodes = new PeerNodes();

    @TempDir
    Path directory;

    private final Runes runes = new Runes();
    private PeerNode shop;
    private PeerNode customer;
    private String rune;

    @BeforeEach
    void aShopAndACustomer() throws Exception {
        String runeFile = directory.resolve("runes").toString();
        shop = nodes.start(node -> node.setRuneFile(runeFile));
        customer = nodes.silent();
        get(customer.start());
        get(customer.connect(addressOf(shop)));
        runes.setRuneFile(runeFile);
        rune = runes.make().encode();
    }

    @AfterEach
    void close() {
        runes.close();
    }

    private void serve(String name, CommandoListener listener) {
        shop.onCommando(new ServedMethod(name, "", null), listener);
    }

    private void serveJson(String name, String result) {
        serve(name, (peer, params) -> CompletableFuture.completedFuture(JsonResult.of(Json.read(result))));
    }

    private CompletionStage<JsonResult> call(String method, String params, String under) {
        return customer.commando(shop.nodeId(), MethodCall.of(method, Json.read(params)), under);
    }

    private static String text(CompletionStage<JsonResult> call) throws Exception {
        try (JsonResult result = get(call)) {
            return result.text();
        }
    }

    @Test
    void aMethodIsServedToWhoHasARune() throws Exception {
        serve(
                "orders.status",
                (peer, params) -> CompletableFuture.completedFuture(JsonResult.of(Json.emptyObject()
                        .put("peer", peer.hex())
                        .put("order", params.path("order").asInt()))));

        assertThat(text(call("orders.status", "{\"order\":7}", rune)))
                .isEqualTo("{\"peer\":\"" + customer.nodeId() + "\",\"order\":7}");
        assertThat(shop.unclaimedMessages()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 64 << 10, 70 << 10, 5_000_000})
    void repliesOfAnySizeArrive(int size) throws Exception {
        String result = size == 2 ? "{}" : "{\"x\":\"" + "y".repeat(size - 8) + "\"}";
        serveJson("x", result);
        assertThat(text(call("x", "{}", rune))).isEqualTo(result);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 64 << 10, 70 << 10, 1_000_000})
    void requestsOfAnySizeArrive(int size) throws Exception {
        serve(
                "length",
                (peer, params) -> CompletableFuture.completedFuture(JsonResult.of(
                        Json.emptyObject().put("length", params.path(0).asText().length()))));
        assertThat(text(call("length", "[\"" + "z".repeat(size) + "\"]", rune))).isEqualTo("{\"length\":" + size + "}");
    }

    @Test
    void manyCallsAtOnceGetTheirOwnResults() throws Exception {
        serve(
                "double",
                (peer, params) -> CompletableFuture.supplyAsync(() -> JsonResult.of(
                        Json.emptyObject().put("n", 2 * params.path(0).asInt()))));
        var calls = new ArrayList<CompletionStage<JsonResult>>();
        for (int i = 0; i < 64; i++) {
            calls.add(call("double", "[" + i + "]", rune));
        }
        for (int i = 0; i < 64; i++) {
            assertThat(text(calls.get(i))).isEqualTo("{\"n\":" + 2 * i + "}");
        }
    }

    @Test
    void errorsArriveInTheirCodesAndWords() throws Exception {
        serve("fails", (peer, params) -> CompletableFuture.failedFuture(new IllegalStateException("hidden")));
        serve("refuses", (peer, params) -> CompletableFuture.failedFuture(new RemoteErrorException(404, "none", null)));
        assertThat(failure(RemoteErrorException.class, call("fails", "{}", rune)))
                .hasMessage("Internal error")
                .satisfies(error -> assertThat(error.code()).isEqualTo(-32_603));
        assertThat(failure(RemoteErrorException.class, call("refuses", "{}", rune))
                        .code())
                .isEqualTo(404);
        assertThat(failure(RemoteErrorException.class, call("absent", "{}", rune))
                        .code())
                .isEqualTo(-32_601);
        assertThat(failure(RemoteErrorException.class, call("fails", "{}", null)))
                .hasMessage("Missing rune")
                .satisfies(error -> assertThat(error.code()).isEqualTo(19_536));
        String seldom = runes.make("per=1hour").encode();
        assertThat(failure(RemoteErrorException.class, call("refuses", "{}", seldom))
                        .code())
                .isEqualTo(404);
        assertThat(failure(RemoteErrorException.class, call("refuses", "{}", seldom)))
                .hasMessage("Invalid rune: Not permitted: too soon")
                .satisfies(error -> assertThat(error.code()).isEqualTo(19_537));
        String other = runes.make("method=other").encode();
        assertThat(failure(RemoteErrorException.class, call("fails", "{}", other)))
                .hasMessage("Invalid rune: Not permitted: method is not equal to other")
                .satisfies(error -> assertThat(error.code()).isEqualTo(19_537));
    }

    @Test
    void aRevokedRuneIsRefusedAtOnceAndAfterARestart() throws Exception {
        serveJson("x", "{}");
        assertThat(text(call("x", "{}", rune))).isEqualTo("{}");
        runes.revoke(0);
        assertThat(failure(RemoteErrorException.class, call("x", "{}", rune)))
                .hasMessage("Invalid rune: Not authorized: Blacklisted rune");
        get(shop.stop());
        get(shop.start());
        get(customer.connect(addressOf(shop)));
        assertThat(failure(LightningException.class, call("x", "{}", rune)).code())
                .isEqualTo(19_537);
    }

    @Test
    void aSlowMethodHoldsUpNeitherOtherCallsNorMessages() throws Exception {
        var slow = new CompletableFuture<JsonResult>();
        serve("slow", (peer, params) -> slow);
        serveJson("x", "{}");
        var mailbox = new Mailbox();
        shop.onMessage(MessageFilter.all(), mailbox);
        CompletionStage<JsonResult> waits = call("slow", "{}", rune);
        assertThat(text(call("x", "{}", rune))).isEqualTo("{}");
        get(customer.send(shop.nodeId(), message("hello")));
        mailbox.await(1);
        slow.complete(JsonResult.of(Json.emptyObject()));
        assertThat(text(waits)).isEqualTo("{}");
    }

    @Test
    void bothSidesMayServeAndAskAtOnce() throws Exception {
        PeerNode other =
                nodes.start(node -> node.setRuneFile(directory.resolve("other").toString()));
        other.onCommando(
                new ServedMethod("back", "", null),
                (peer, params) -> other.commando(peer, MethodCall.of("x", Json.emptyObject()), rune));
        serveJson("x", "{\"from\":\"shop\"}");
        get(shop.connect(addressOf(other)));
        try (var othersRunes = new Runes(directory.resolve("other"))) {
            String allowed = othersRunes.make().encode();
            assertThat(text(shop.commando(other.nodeId(), MethodCall.of("back", Json.emptyObject()), allowed)))
                    .isEqualTo("{\"from\":\"shop\"}");
        }
    }

    @Test
    void aPeerThatDisconnectsDropsItsCalls() throws Exception {
        var running = new CopyOnWriteArrayList<CompletableFuture<JsonResult>>();
        serve("slow", (peer, params) -> {
            var result = new CompletableFuture<JsonResult>();
            running.add(result);
            return result;
        });
        List<CompletionStage<JsonResult>> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            calls.add(call("slow", "{}", rune));
        }
        await().until(() -> running.size() == 8);
        get(customer.disconnect(shop.nodeId()));
        assertThat(failure(OutcomeUnknownException.class, calls.get(0))).isNotNull();
        PeerNodes.awaitDisconnected(shop, customer.nodeId());
        running.forEach(result -> result.complete(JsonResult.of(Json.emptyObject())));
        get(customer.connect(addressOf(shop)));
        serveJson("x", "{}");
        assertThat(text(call("x", "{}", rune))).isEqualTo("{}");
        assertThat(running).hasSize(8);
    }

    @Test
    void fiveBadRunesEndTheConnectionBehindTheLastReply() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(failure(RemoteErrorException.class, call("x", "{}", "notarune")))
                    .hasMessage("Invalid rune");
        }
        PeerNodes.awaitDisconnected(customer, shop.nodeId());
    }

    @Test
    void aNodeMayBearLess() throws Exception {
        PeerNode strict = nodes.start(node -> {
            node.setRuneFile(directory.resolve("others").toString());
            node.getCommandoLimits().setBadRunesPerMinute(1);
        });
        get(customer.connect(addressOf(strict)));

        var call = customer.commando(strict.nodeId(), MethodCall.of("x", Json.emptyObject()), "notarune");

        assertThat(failure(RemoteErrorException.class, call)).hasMessage("Invalid rune");
        PeerNodes.awaitDisconnected(customer, strict.nodeId());
    }

    @Test
    void whoSendsGarbageGetsErrorsAndOthersAreUntouched() throws Exception {
        serveJson("x", "{}");
        RawPeer raw = RawPeer.connected(shop);
        raw.send(0x4c4f, "0001");
        raw.send(0x4c4d, ByteBuffer.allocate(20).array());
        raw.send(
                0x4c4f,
                ByteBuffer.allocate(12)
                        .putLong(5)
                        .put("oops".getBytes(StandardCharsets.UTF_8))
                        .array());
        byte[] reply = raw.receive(0x594d).payload();
        assertThat(ByteBuffer.wrap(reply).getLong()).isEqualTo(5);
        assertThat(new String(reply, 8, reply.length - 8, StandardCharsets.UTF_8))
                .isEqualTo("{\"error\":{\"code\":19536,\"message\":\"Invalid JSON\"}}");
        assertThat(text(call("x", "{}", rune))).isEqualTo("{}");
    }

    @Test
    void twoHundredMegabytesGoFromServerToClientInOneHeapOf64() throws Exception {
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-Djava.io.tmpdir=" + directory,
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeServedReplyProgram.class.getName(),
                        directory.toString(),
                        "200")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(output)).contains("read " + (8 + 200 * ((1 << 20) + 3) + 2) + "\n");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void withoutRunesNothingIsServed() throws Exception {
        PeerNode open = nodes.start();
        assertThatThrownBy(() -> open.onCommando(new ServedMethod("x", "", null), (peer, params) -> null))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("runeFile");
        PeerNode stopped = nodes.listening();
        stopped.onCommando(new ServedMethod("x", "", null), (peer, params) -> null);
        assertThat(failure(InvalidMessageException.class, stopped.start())).hasMessageContaining("runeFile");
        stopped.setRuneFile(directory.resolve("runes").toString());
        stopped.setRuneCheck((given, request) -> CompletableFuture.completedFuture(null));
        assertThat(failure(InvalidMessageException.class, stopped.start()))
                .hasMessageContainingAll("runeFile", "runeCheck");
        stopped.setRuneFile(null);
        get(stopped.start());
    }
}
