// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.interop.RealLightningd;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.ServedMethod;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.node.peer.PeerNode;
import io.github.camellightning.node.rune.Restriction;
import io.github.camellightning.node.rune.Rune;
import io.github.camellightning.node.rune.RuneRefusedException;
import io.github.camellightning.node.rune.RuneRequest;
import io.github.camellightning.node.rune.Runes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real lightningd, where {@code -Dlightningd=<path of the binary>} says which, else skipped: its commando calls our server, and it and we have one secret
 * of runes, so that each must accept and refuse what the other does.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIfSystemProperty(
        named = "lightningd",
        matches = ".+",
        disabledReason = "no -Dlightningd=<path of the binary> was given")
class ServedCommandoLightningdIT {

    private static final NodeId SOMEBODY =
            new NodeId("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");

    private final CoreLightningNode alice = new CoreLightningNode();
    private final PeerNode shop = new PeerNode();
    private final Runes runes = new Runes();
    private RealLightningd daemon;

    @BeforeAll
    void startThemAll(@TempDir Path directory) throws Exception {
        daemon = RealLightningd.start();
        alice.setCommandoFallback(true);
        alice.setRpcFile(daemon.rpcFile().toString());
        get(alice.start());
        Path file = directory.resolve("runes");
        Files.writeString(
                file,
                json(alice.call(call("makesecret", "{\"string\":\"commando\"}")))
                        .path("secret")
                        .asText());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        runes.setRuneFile(file.toString());
        shop.setRuneFile(file.toString());
        shop.setListen("127.0.0.1:0");
        shop.onCommando(
                new ServedMethod("text", "length", null),
                (peer, params) -> CompletableFuture.completedFuture(JsonResult.of(Json.emptyObject()
                        .put("text", "x".repeat(params.path("length").asInt())))));
        shop.onCommando(
                new ServedMethod("list", "", null),
                (peer, params) -> CompletableFuture.completedFuture(JsonResult.of(Json.read("[1,2]"))));
        get(shop.start());
        get(alice.connect(
                new PeerAddress(shop.nodeId(), "127.0.0.1", shop.listenAddress().getPort())));
    }

    @AfterAll
    void stopThemAll() throws Exception {
        get(alice.stop());
        get(shop.stop());
        runes.close();
        daemon.close();
    }

    private static MethodCall call(String method, String params) {
        return MethodCall.of(method, Json.read(params));
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static JsonNode json(CompletionStage<JsonResult> call) throws Exception {
        try (JsonResult result = get(call)) {
            return result.json();
        }
    }

    /** By the daemon's own commando. */
    private JsonNode daemonCalls(String method, String params, String rune) throws Exception {
        return json(alice.call(MethodCall.of(
                "commando",
                Json.emptyObject()
                        .put("peer_id", shop.nodeId().hex())
                        .put("method", method)
                        .put("rune", rune)
                        .set("params", Json.read(params)))));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 64 << 10, 70 << 10, 5_000_000})
    void theDaemonGetsRepliesOfAnySize(int size) throws Exception {
        assertThat(daemonCalls("text", "{\"length\":" + size + "}", runes.make().encode())
                        .path("text")
                        .asText())
                .hasSize(size);
    }

    @Test
    void theDaemonLivesThroughAResultThatIsAnArray() throws Exception {
        assertThat(daemonCalls("list", "{}", runes.make().encode())).isEqualTo(Json.read("{\"result\":[1,2]}"));
        assertThat(json(alice.call(call("getinfo", "{}"))).path("id").asText())
                .isEqualTo(alice.nodeId().hex());
    }

    @Test
    void theDaemonGetsErrorsInTheirCodes() throws Exception {
        assertThat(errorOf("absent", runes.make()).code()).isEqualTo(-32_601);
        assertThat(errorOf("text", runes.make("method=other")))
                .hasMessage("Invalid rune: Not permitted: method is not equal to other")
                .satisfies(error -> assertThat(error.code()).isEqualTo(19_537));
    }

    private RemoteErrorException errorOf(String method, Rune rune) {
        try {
            daemonCalls(method, "{}", rune.encode());
            throw new AssertionError("it was run");
        } catch (ExecutionException failed) {
            return (RemoteErrorException) failed.getCause();
        } catch (Exception other) {
            throw new AssertionError(other);
        }
    }

    private Rune createrune(String restrictions) throws Exception {
        return Rune.parse(json(alice.call(call("createrune", "{\"restrictions\":" + restrictions + "}")))
                .path("rune")
                .asText());
    }

    /** Null where the daemon allows it. */
    private String daemonsRefusal(Rune rune, String method, JsonNode params) throws Exception {
        try {
            json(alice.call(MethodCall.of(
                    "checkrune",
                    Json.emptyObject()
                            .put("rune", rune.encode())
                            .put("nodeid", SOMEBODY.hex())
                            .put("method", method)
                            .set("params", params))));
            return null;
        } catch (ExecutionException refused) {
            return refused.getCause().getMessage();
        }
    }

    private String ourRefusal(Rune rune, String method, JsonNode params) throws Exception {
        try {
            get(runes.check(rune, new RuneRequest(SOMEBODY, method, params)));
            return null;
        } catch (ExecutionException refused) {
            assertThat(refused.getCause()).isInstanceOf(RuneRefusedException.class);
            return refused.getCause().getMessage();
        }
    }

    @Test
    void eachAcceptsWhatTheOtherMade() throws Exception {
        Rune theirs = createrune("[[\"method=x\"],[\"pnamea=1\",\"parr0=1\"]]");
        assertThat(ourRefusal(theirs, "x", Json.read("[1]"))).isNull();
        assertThat(ourRefusal(theirs, "y", Json.read("[1]"))).isEqualTo(daemonsRefusal(theirs, "y", Json.read("[1]")));
        Rune restricted = theirs.restrict(Restriction.parseAll("pnum=1"));
        assertThat(daemonsRefusal(restricted, "x", Json.read("{\"a\":1}"))).isNull();
        assertThat(daemonsRefusal(restricted, "x", Json.read("{\"a\":1,\"b\":2}")))
                .isEqualTo("Not permitted: number of parameters is not equal to 1");

        Rune ours = runes.make("method=x", "pname_a^c\\&");
        assertThat(daemonsRefusal(ours, "x", Json.read("{}"))).isEqualTo(ourRefusal(ours, "x", Json.read("{}")));
        assertThat(daemonsRefusal(runes.make("readonly"), "listpeers", Json.read("{}")))
                .isNull();
    }

    @Test
    void bothSayTheSameOfAnything() throws Exception {
        var random = new Random(7);
        List<String> fields = List.of("method", "id", "pnum", "time", "foo");
        // v26.06.6 frees the names of params with the first restriction that asks for one, and may not find them for
        // the next
        List<String> ofTheFirst = List.of("pnamea", "pnameab", "pname_ab", "parr0", "parr1", "method", "pnum");
        List<String> conditions = List.of("!", "=", "/", "^", "$", "~", "<", ">", "{", "}", "#");
        List<String> values = List.of("1", "2", "a", "ab", "", "-1", "x", "10", "1.0", "true", "9223372036854775807");
        List<String> params = List.of(
                "{}",
                "[]",
                "[1]",
                "[\"a\",2]",
                "{\"a\":1}",
                "{\"a\":\"1\"}",
                "{\"a\":1.0}",
                "{\"a_b\":\"ab\"}",
                "{\"a\":true,\"ab\":-1}",
                "{\"a\":9223372036854775806}",
                "{\"a\":null}");
        for (int i = 0; i < 400; i++) {
            var text = new StringBuilder();
            int count = 1 + random.nextInt(3);
            for (int restriction = count - 1; restriction >= 0; restriction--) {
                for (int alternative = random.nextInt(2); alternative >= 0; alternative--) {
                    text.append(pick(restriction == count - 1 ? ofTheFirst : fields, random))
                            .append(pick(conditions, random))
                            .append(pick(values, random))
                            .append(alternative > 0 ? "|" : restriction > 0 ? "&" : "");
                }
            }
            Rune rune = runes.make().restrict(Restriction.parseAll(text.toString()));
            String method = pick(List.of("a", "x", "ab"), random);
            JsonNode given = Json.read(pick(params, random));
            assertThat(ourRefusal(rune, method, given))
                    .as("%s for %s %s", text, method, given)
                    .isEqualTo(daemonsRefusal(rune, method, given));
        }
    }

    private static String pick(List<String> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }
}
