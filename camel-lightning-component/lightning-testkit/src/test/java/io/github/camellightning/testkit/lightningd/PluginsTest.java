// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import static io.github.camellightning.testkit.lightningd.RpcClient.call;
import static io.github.camellightning.testkit.lightningd.RpcClient.error;
import static io.github.camellightning.testkit.lightningd.RpcClient.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plugins are real executables: their start, what they may declare, what passes through them, their end. */
class PluginsTest {

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    private static final String METHOD =
            "{\"dynamic\":true,\"options\":[],\"rpcmethods\":[{\"name\":\"echo\",\"usage\":\"a [b]\"}]}";

    @TempDir
    Path dir;

    private SimulatedLightningd node;

    @BeforeEach
    void aNodeRuns() throws IOException {
        dir = dir.toRealPath();
        node = lightning.start("alice", NodeSettings.defaults().withShutdownPatience(Duration.ofSeconds(2)));
    }

    private static String start(Path executable) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"plugin\",\"params\":[\"start\",\"" + executable + "\"]}";
    }

    private String plugin(String... words) {
        return call(node, "plugin", "[\"" + String.join("\",\"", words) + "\"]");
    }

    private Path script(String name, String text) throws IOException {
        var file = Files.writeString(dir.resolve(name), "#!/bin/sh\n" + text + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void theWholeDialogueOfAStartReadsAsTheRecordedOne() throws Exception {
        var plugin = RemotePlugin.create(dir, "new");
        try (var client = new RpcClient(node.rpcFile())) {
            client.write(start(plugin.executable()).replace("\"id\":1", "\"id\":\"cli:plugin#25575\""));
            var getmanifest = plugin.next();
            assertThat(getmanifest.replaceFirst("#\\d+\",", "#178\","))
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"cli:plugin#25575/cln:getmanifest#178\","
                            + "\"method\":\"getmanifest\",\"params\":{\"allow-deprecated-apis\":false}}");
            plugin.answer(getmanifest, RemotePlugin.CUSTOMMSG);
            var init = plugin.next();
            assertThat(init.replaceFirst("#\\d+\",", "#179\","))
                    .isEqualTo(
                            "{\"jsonrpc\":\"2.0\",\"id\":\"cln:init#179\",\"method\":\"init\",\"params\":{\"options\":{},"
                                    + "\"configuration\":{\"lightning-dir\":\"" + node.networkDir()
                                    + "\",\"rpc-file\":\"lightning-rpc\",\"startup\":false,\"network\":\"regtest\","
                                    + "\"feature_set\":{\"init\":\"800898880a8a59a1\",\"node\":\"808898880a8a59a1\","
                                    + "\"channel\":\"\",\"invoice\":\"02000002024100\",\"bolt12_offer\":\"\","
                                    + "\"bolt12_invreq\":\"\",\"bolt12_invoice\":\"020000\","
                                    + "\"channel_type\":\"08800000800000\"}}}}");
            plugin.answer(init, "{}");
            assertThat(client.reply())
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"cli:plugin#25575\",\"result\":{\"command\":\"start\","
                            + "\"plugins\":[{\"name\":\"" + plugin.executable()
                            + "\",\"active\":true,\"dynamic\":true}]}}");
        }
    }

    @Test
    void whatIsNotExecutableIsNotStarted() throws IOException {
        assertThat(plugin("start", dir + "/nosuch"))
                .isEqualTo(error(-32602, dir + "/nosuch is not executable: No such file or directory"));
        var file = Files.writeString(dir.resolve("data"), "x");
        assertThat(plugin("start", file.toString()))
                .isEqualTo(error(-32602, file + " is not executable: Permission denied"));
        assertThat(plugin("start", "nosuch"))
                .isEqualTo(error(-32602, node.dir() + "/plugins/nosuch is not executable: No such file or directory"));
    }

    @Test
    void aCommandOfPluginsThatIsNoneIsRefused() {
        assertThat(call(node, "plugin", "[]")).isEqualTo(error(-32602, "missing required parameter: subcommand"));
        assertThat(plugin("nosuch")).isEqualTo(error(-32602, "Unknown subcommand 'nosuch'"));
        assertThat(plugin("start")).isEqualTo(error(-32602, "missing required parameter: plugin"));
        assertThat(plugin("stop", "nosuch")).isEqualTo(error(-32602, "Could not find plugin nosuch"));
        assertThat(plugin("list")).isEqualTo(result("{\"command\":\"list\",\"plugins\":[]}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    exit 1 | exited before replying to getmanifest
                    echo 'hello world }'; exec sleep 60 | Failed to parse RPC JSON response 'hello world }\\n'
                    echo '{"id":1}'; exec sleep 60 | JSON-RPC message does not contain \\"jsonrpc\\" field: '{\\"id\\":1}\\n'
                    """)
    void whatIsNoPluginIsNotStarted(String text, String problem) throws IOException {
        var script = script("bad", text);
        assertThat(plugin("start", script.toString())).isEqualTo(error(-3, script + ": " + problem));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"dynamic":true,"rpcmethods":[]} | \\"result.options\\" was not found in the manifest
                    {"dynamic":true,"options":{},"rpcmethods":[]} | \\"result.options\\" is not an array
                    {"dynamic":true,"options":[]} | \\"result.rpcmethods\\" missing
                    {"options":[],"rpcmethods":[]} | Not a dynamic plugin
                    {"dynamic":true,"options":[],"rpcmethods":[{"name":"echo"}]} | \\"usage\\" not provided by plugin
                    {"dynamic":true,"options":[],"rpcmethods":[],"subscriptions":[5]} | result.subscriptions[0] is not a string: '5'
                    {"dynamic":true,"options":[],"rpcmethods":[],"hooks":["nosuch"]} | Unknown hook name nosuch
                    {"dynamic":true,"options":[],"rpcmethods":[],"hooks":["custommsg","custommsg"]} | Registered for hook custommsg multiple times
                    {"dynamic":true,"options":[],"rpcmethods":[],"hooks":[{"name":"custommsg","filters":["a"]}]} | filters must be array of unsigned integers, not '\\"a\\"'
                    {"dynamic":true,"options":[],"rpcmethods":[],"hooks":[{"name":"peer_connected","filters":[5]}]} | Hook peer_connected does not allow filters
                    {"dynamic":true,"options":[],"rpcmethods":[],"custommessages":[70000]} | custommessages 0 not a u16: '70000'
                    {"dynamic":true,"options":[],"rpcmethods":[],"notifications":[{"method":"connect"}]} | plugin attempted to register a native notification topic \\"connect\\", these may however only be sent by lightningd
                    {"dynamic":true,"options":[],"rpcmethods":[],"disable":"no good"} | disabled itself: no good
                    """)
    void aManifestThatIsWrongIsRefused(String manifest, String problem) throws Exception {
        var plugin = RemotePlugin.create(dir, "wrong");
        try (var client = new RpcClient(node.rpcFile())) {
            client.write(start(plugin.executable()));
            plugin.answer(plugin.next("getmanifest"), manifest);
            assertThat(client.reply()).isEqualTo(error(-3, plugin.executable() + ": " + problem));
        }
    }

    @Test
    void aManifestWithAMethodOfTheDaemonsOwnWouldCrashIt() throws Exception {
        var plugin = RemotePlugin.create(dir, "usurper");
        try (var client = new RpcClient(node.rpcFile())) {
            client.write(start(plugin.executable()));
            plugin.answer(plugin.next("getmanifest"), METHOD.replace("echo", "getinfo"));
            assertThat(client.reply()).contains("\"code\":-3");
            assertThat(lightning.takeCrashes()).singleElement().satisfies(crash -> assertThat(crash)
                    .hasMessageContaining("the rpcmethod 'getinfo'"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\u00e9", "\\\\\\u0041", "\\ud83d\\ude00"})
    void aUsageThatTheDaemonCannotUnescapeWouldCrashIt(String usage) throws Exception {
        var plugin = RemotePlugin.create(dir, "escapes");
        try (var client = new RpcClient(node.rpcFile())) {
            client.write(start(plugin.executable()));
            plugin.answer(plugin.next("getmanifest"), METHOD.replace("a [b]", usage));
            assertThat(client.reply()).contains("\"code\":-3");
            assertThat(lightning.takeCrashes()).singleElement().satisfies(crash -> assertThat(crash)
                    .hasMessageContaining("the usage \"" + usage + "\" of the rpcmethod 'echo'"));
        }
    }

    @Test
    void aUsageMayHaveTheShortEscapesAndAnyCharacter() throws Exception {
        var usage = "\\\\u0041 \\\"\\/\\b\\f\\n\\r\\t é 😀";
        try (var escapes = RemotePlugin.run(node, dir, "escapes", METHOD.replace("a [b]", usage))) {
            assertThat(node.pluginPids())
                    .containsOnlyKeys(escapes.executable().getFileName().toString());
            assertThat(call(node, "help", "[\"echo\"]"))
                    .contains("\"command\":\"echo \\\\u0041 \\\"/\\b\\f\\n\\r\\t é 😀\"");
        }
    }

    @Test
    void aPathIsStartedOnce() throws Exception {
        try (var plugin = RemotePlugin.run(node, dir, "once", RemotePlugin.CUSTOMMSG)) {
            assertThat(plugin("start", plugin.executable().toString()))
                    .isEqualTo(error(-32602, plugin.executable() + ": Invalid argument"));
        }
    }

    @Test
    void optionsAreHandedToThePlugin() throws Exception {
        var manifest = "{\"dynamic\":true,\"rpcmethods\":[],\"options\":["
                + "{\"name\":\"a\",\"type\":\"string\",\"description\":\"d\",\"default\":\"x\"},"
                + "{\"name\":\"b\",\"type\":\"int\",\"description\":\"d\",\"default\":5},"
                + "{\"name\":\"c\",\"type\":\"string\",\"description\":\"d\"}]}";
        var plugin = RemotePlugin.create(dir, "optional");
        try (var client = new RpcClient(node.rpcFile())) {
            client.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"plugin\",\"params\":{\"subcommand\":\"start\","
                    + "\"plugin\":\"" + plugin.executable() + "\",\"a\":\"given\"}}");
            plugin.answer(plugin.next("getmanifest"), manifest);
            assertThat(plugin.next("init")).contains("\"options\":{\"a\":\"given\",\"b\":5}");
        }
    }

    @Test
    void aMethodOfAPluginIsOneOfTheNodes() throws Exception {
        try (var plugin = RemotePlugin.run(node, dir, "method", METHOD);
                var client = new RpcClient(node.rpcFile())) {
            assertThat(call(node, "help", "[\"echo\"]")).contains("\"command\":\"echo a [b]\"");
            client.write(
                    "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"echo\",\"params\":[1.50],\"filter\":{\"n\":true}}");
            var call = plugin.next("echo");
            assertThat(call.replaceFirst("#\\d+", "#1"))
                    .as("verbatim but for the id, the filter too")
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"x/cln:echo#1\",\"method\":\"echo\",\"params\":[1.50],"
                            + "\"filter\":{\"n\":true}}");
            plugin.answer(call, "{ \"n\":123456789012345678901234567890, \"f\" : 1.10,\"u\":\"\\u00e9\"}");
            assertThat(client.reply())
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"result\":"
                            + "{ \"n\":123456789012345678901234567890, \"f\" : 1.10,\"u\":\"\\u00e9\"}}");
        }
    }

    @Test
    void anErrorOfAPluginPassesToo() throws Exception {
        try (var plugin = RemotePlugin.run(node, dir, "method", METHOD);
                var client = new RpcClient(node.rpcFile())) {
            client.write("{\"jsonrpc\":\"2.0\",\"id\":\"we\\\"ird\",\"method\":\"echo\",\"params\":{}}");
            var call = plugin.next("echo");
            assertThat(call).contains("\"id\":\"weird-id/cln:echo#");
            plugin.refuse(call, "{\"code\":-7,\"message\":\"no\",\"data\":[1]}");
            assertThat(client.reply())
                    .isEqualTo(
                            "{\"jsonrpc\":\"2.0\",\"id\":\"we\\\"ird\",\"error\":{\"code\":-7,\"message\":\"no\",\"data\":[1]}}");
        }
    }

    @Test
    void aBlankLineMayStandInsideAPluginsReply() throws Exception {
        try (var plugin = RemotePlugin.run(node, dir, "method", METHOD);
                var client = new RpcClient(node.rpcFile())) {
            client.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":{}}");
            plugin.answer(plugin.next("echo"), "{\n\n\"a\":[1,\n\n2]}");
            assertThat(client.bytes(RpcClient.SILENCE))
                    .asString()
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\n\n\"a\":[1,\n\n2]}}\n\n");
        }
    }

    @Test
    void repliesComeInTheOrderOfCompletion() throws Exception {
        try (var plugin = RemotePlugin.run(node, dir, "method", METHOD);
                var client = new RpcClient(node.rpcFile())) {
            client.write("{\"jsonrpc\":\"2.0\",\"id\":\"slow\",\"method\":\"echo\",\"params\":{}}"
                    + "{\"jsonrpc\":\"2.0\",\"id\":\"fast\",\"method\":\"getinfo\",\"params\":{}}");
            assertThat(client.reply()).contains("\"id\":\"fast\"");
            plugin.answer(plugin.next("echo"), "{}");
            assertThat(client.reply()).contains("\"id\":\"slow\"");
        }
    }

    @Test
    void onceProgressIsToldOtherRepliesWait() throws Exception {
        try (var plugin = RemotePlugin.run(node, dir, "method", METHOD);
                var client = new RpcClient(node.rpcFile())) {
            client.write("{\"jsonrpc\":\"2.0\",\"id\":\"n\",\"method\":\"notifications\",\"params\":[true]}");
            assertThat(client.reply()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"n\",\"result\":{}}");
            client.write("{\"jsonrpc\":\"2.0\",\"id\":\"s\",\"method\":\"echo\",\"params\":{}}");
            var call = plugin.next("echo");
            plugin.say("{\"jsonrpc\":\"2.0\",\"method\":\"message\",\"params\":{\"id\":" + RemotePlugin.id(call)
                    + ",\"level\":\"info\",\"message\":\"tick\"}}");
            assertThat(client.reply())
                    .isEqualTo(
                            "{\"jsonrpc\":\"2.0\",\"method\":\"message\",\"params\":{\"id\":\"s\",\"level\":\"info\",\"message\":\"tick\"}}");
            client.write("{\"jsonrpc\":\"2.0\",\"id\":\"g\",\"method\":\"getinfo\",\"params\":{}}");
            assertThat(client.bytes(RpcClient.SILENCE)).isEmpty();
            plugin.answer(call, "{}");
            assertThat(client.reply()).contains("\"id\":\"s\"");
            assertThat(client.reply()).contains("\"id\":\"g\"");
        }
    }

    @Test
    void whoDidNotAskForProgressGetsNone() throws Exception {
        try (var plugin = RemotePlugin.run(node, dir, "method", METHOD);
                var client = new RpcClient(node.rpcFile())) {
            client.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":{}}");
            var call = plugin.next("echo");
            plugin.say("{\"jsonrpc\":\"2.0\",\"method\":\"progress\",\"params\":{\"id\":" + RemotePlugin.id(call)
                    + ",\"num\":0}}");
            plugin.answer(call, "{}");
            assertThat(client.reply()).isEqualTo(result("{}"));
        }
    }

    @Test
    void aCallWhosePluginDiesIsAnswered() throws Exception {
        try (var client = new RpcClient(node.rpcFile())) {
            var plugin = RemotePlugin.run(node, dir, "mortal", METHOD);
            client.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":{}}");
            plugin.next("echo");
            plugin.close();
            assertThat(client.reply())
                    .isEqualTo("{\"jsonrpc\": \"2.0\",\"id\": 1,\"error\": {\"code\":-4, \"message\":"
                            + "\"Plugin terminated before replying to RPC call.\"}}");
            assertThat(call(node, "echo", "{}")).isEqualTo(error(-32601, "Unknown command 'echo'"));
        }
    }

    @Test
    void aStrayLineOnItsStdoutKillsAPlugin() throws Exception {
        var plugin = RemotePlugin.run(node, dir, "chatty", METHOD);
        plugin.write("hello }\n");
        plugin.awaitEnd();
        assertThat(plugin("list")).isEqualTo(result("{\"command\":\"list\",\"plugins\":[]}"));
    }

    @Test
    void stopEndsAPluginAtOnce() throws Exception {
        var plugin = RemotePlugin.run(node, dir, "stopped", METHOD);
        long pid = node.pluginPids().get("stopped");
        assertThat(plugin("stop", "stopped"))
                .isEqualTo(result("{\"command\":\"stop\",\"result\":\"Successfully stopped stopped.\"}"));
        plugin.awaitEnd();
        await().until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void aPluginThatHearsOfAShutdownGetsItsTime() throws Exception {
        var manifest = METHOD.replace("\"options\"", "\"subscriptions\":[\"shutdown\"],\"options\"");
        var plugin = RemotePlugin.run(node, dir, "polite", manifest);
        try (var client = new RpcClient(node.rpcFile())) {
            client.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"plugin\",\"params\":[\"stop\",\"polite\"]}");
            assertThat(plugin.next())
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"method\":\"shutdown\",\"params\":{\"shutdown\":{}}}");
            assertThat(client.bytes(RpcClient.SILENCE)).isEmpty();
            plugin.close();
            assertThat(client.reply()).contains("Successfully stopped polite.");
        }
    }

    @Test
    void andIsKilledWhenItTakesTooLong() throws Exception {
        var manifest = METHOD.replace("\"options\"", "\"subscriptions\":[\"shutdown\"],\"options\"");
        var plugin = RemotePlugin.run(node, dir, "stubborn", manifest);
        assertThat(plugin("stop", "stubborn")).contains("Successfully stopped stubborn.");
        plugin.next("shutdown");
        plugin.awaitEnd();
    }

    @Test
    void aPluginLivesAsLongAsSomebodyHoldsItsPipes() throws Exception {
        var plugin = RemotePlugin.createOneThatHandsItsPipesOver(dir, "relay");
        try (var client = new RpcClient(node.rpcFile())) {
            client.write(start(plugin.executable()));
            plugin.introduce(METHOD);
            assertThat(client.reply()).contains("relay\",\"active\":true");
            long pid = node.pluginPids().get("relay");
            await().until(() ->
                    ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
            client.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":{}}");
            plugin.answer(plugin.next("echo"), "{}");
            assertThat(client.reply()).isEqualTo(result("{}"));
            plugin.close();
            await().until(() -> node.pluginPids().isEmpty());
        }
    }

    @Test
    void pluginsTellEachOtherOfTopicsThatTheyDeclared() throws Exception {
        var speaker = "{\"dynamic\":true,\"options\":[],\"rpcmethods\":[],\"notifications\":[{\"method\":\"news\"}]}";
        var listener = "{\"dynamic\":true,\"options\":[],\"rpcmethods\":[],\"subscriptions\":[\"news\",\"other\"]}";
        try (var says = RemotePlugin.run(node, dir, "says", speaker);
                var hears = RemotePlugin.run(node, dir, "hears", listener)) {
            says.say("{\"jsonrpc\":\"2.0\",\"method\":\"other\",\"params\":{}}");
            says.say("{\"jsonrpc\":\"2.0\",\"method\":\"news\",\"params\":{\"n\":1}}");
            assertThat(hears.next())
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"method\":\"news\",\"origin\":\"says\",\"params\":{\"n\":1}}");
        }
    }

    @Test
    void aTestMayCallAHookThatNothingHereCalls() throws Exception {
        var manifest = "{\"dynamic\":true,\"options\":[],\"rpcmethods\":[],\"hooks\":[\"htlc_accepted\"]}";
        try (var plugin = RemotePlugin.run(node, dir, "payee", manifest)) {
            var payload = JsonNodeFactory.instance.objectNode().put("onion", "00");
            var resolved = node.callHook("htlc_accepted", payload);
            var key = "00".repeat(32);
            plugin.answer(plugin.next("htlc_accepted"), "{\"result\":\"resolve\",\"payment_key\":\"" + key + "\"}");
            assertThat(resolved.get(20, TimeUnit.SECONDS).get("payment_key").textValue())
                    .isEqualTo(key);
            var wrong = node.callHook("htlc_accepted", payload);
            plugin.answer(plugin.next("htlc_accepted"), "{\"result\":\"resolve\",\"payment_key\":\"00\"}");
            wrong.get(20, TimeUnit.SECONDS);
            assertThat(lightning.takeCrashes()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "htlc_accepted,2002,''",
        "htlc_accepted,400f00000000000003e800000075,''",
        "htlc_accepted,4fff,A node that pays the node alice",
        "htlc_accepted,0001,A node that pays the node alice",
        "htlc_accepted,20,A node that pays the node alice",
        "htlc_accepted,2g02,The node alice",
        "invoice_payment,4016,''",
        "invoice_payment,4fff,A node that pays the node alice"
    })
    void aFailureWhoseCodeBolt4DoesNotKnowWouldCrashWhoPays(String hook, String failure, String crashed)
            throws Exception {
        var manifest = "{\"dynamic\":true,\"options\":[],\"rpcmethods\":[],\"hooks\":[\"" + hook + "\"]}";
        try (var plugin = RemotePlugin.run(node, dir, "payee", manifest)) {
            var answered = node.callHook(hook, JsonNodeFactory.instance.objectNode());
            var result = hook.equals("htlc_accepted") ? "\"result\":\"fail\"," : "";
            plugin.answer(plugin.next(hook), "{" + result + "\"failure_message\":\"" + failure + "\"}");
            answered.get(20, TimeUnit.SECONDS);
            assertThat(lightning.takeCrashes())
                    .extracting(Throwable::getMessage)
                    .hasSize(crashed.isEmpty() ? 0 : 1)
                    .allSatisfy(message -> assertThat(message)
                            .startsWith(crashed + " would have crashed")
                            .contains("\"failure_message\":\"" + failure + "\""));
        }
    }
}
