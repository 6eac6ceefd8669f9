// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import static io.github.camellightning.testkit.lightningd.RpcClient.call;
import static io.github.camellightning.testkit.lightningd.RpcClient.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hook {@code custommsg}: what it is called with, who waits for it, and what must not be answered. */
class CustomMsgHookTest {

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    @TempDir
    Path dir;

    private SimulatedLightningd alice;
    private SimulatedLightningd bob;
    private SimulatedLightningd carol;

    @BeforeEach
    void aliceAndCarolAreConnectedToBob() {
        var settings = NodeSettings.defaults().withPeerStorage(false);
        alice = lightning.start("alice", settings);
        bob = lightning.start("bob", settings);
        carol = lightning.start("carol", settings);
        alice.connectTo(bob);
        carol.connectTo(bob);
    }

    @AfterEach
    void bobLives() {
        assertThat(call(bob, "getinfo", "{}")).contains("\"alias\":\"bob\"");
    }

    private RemotePlugin pluginOfBob(String name) throws IOException, InterruptedException {
        return RemotePlugin.run(bob, dir, name, RemotePlugin.CUSTOMMSG);
    }

    private RemotePlugin pluginOfBob(String name, String hook) throws IOException, InterruptedException {
        return RemotePlugin.run(bob, dir, name, RemotePlugin.CUSTOMMSG.replace("\"custommsg\"", hook));
    }

    private void send(SimulatedLightningd from, String hex) {
        from.send(bob, HexFormat.of().parseHex(hex));
    }

    private static String payload(String call) {
        var rest = call.substring(call.indexOf("\"payload\":\"") + 11);
        return rest.substring(0, rest.indexOf('"'));
    }

    @Test
    void aCallReadsAsTheRecordedOne() throws Exception {
        try (var plugin = pluginOfBob("hook")) {
            send(alice, "77770012");
            assertThat(plugin.next("custommsg").replaceFirst("#\\d+", "#180"))
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"cln:custommsg#180\",\"method\":\"custommsg\",\"params\":{"
                            + "\"payload\":\"77770012\",\"peer_id\":\"" + alice.nodeId() + "\"}}");
        }
    }

    @Test
    void whileACallIsOpenThePeersNextMessagesWaitAndThoseOfOthersDoNot() throws Exception {
        try (var plugin = pluginOfBob("hook")) {
            send(alice, "77770100");
            var first = plugin.next("custommsg");
            send(alice, "77770200");
            send(carol, "77770300");
            var other = plugin.next("custommsg");
            assertThat(payload(other)).isEqualTo("77770300");
            assertThat(plugin.hearsNothingFor(RpcClient.SILENCE)).isTrue();
            plugin.answer(first, RemotePlugin.CONTINUE);
            assertThat(payload(plugin.next("custommsg"))).isEqualTo("77770200");
        }
    }

    @Test
    void aPingOfThatPeerWaitsToo() throws Exception {
        try (var plugin = pluginOfBob("hook");
                var client = new RpcClient(alice.rpcFile())) {
            send(alice, "77770100");
            var held = plugin.next("custommsg");
            client.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[\"" + bob.nodeId() + "\"]}");
            assertThat(client.bytes(RpcClient.SILENCE)).isEmpty();
            plugin.answer(held, RemotePlugin.CONTINUE);
            assertThat(client.reply()).isEqualTo(result("{\"totlen\":132}"));
        }
    }

    @Test
    void anythingWrittenToThePeerLetsItsNextMessageThrough() throws Exception {
        try (var plugin = pluginOfBob("hook")) {
            send(alice, "77770100");
            plugin.next("custommsg");
            send(alice, "77770200");
            send(alice, "77770300");
            assertThat(plugin.hearsNothingFor(RpcClient.SILENCE)).isTrue();
            bob.send(alice, 0x8889, new byte[0]);
            assertThat(payload(plugin.next("custommsg"))).isEqualTo("77770200");
            assertThat(plugin.hearsNothingFor(RpcClient.SILENCE)).isTrue();
        }
    }

    @Test
    void messagesAfterAReconnectDoNotWaitForTheOnesBefore() throws Exception {
        try (var plugin = pluginOfBob("hook")) {
            send(alice, "77770100");
            plugin.next("custommsg");
            alice.disconnectFrom(bob);
            alice.connectTo(bob);
            send(alice, "77770400");
            assertThat(payload(plugin.next("custommsg"))).isEqualTo("77770400");
        }
    }

    @Test
    void severalPluginsGetEachMessageOneAfterTheOther() throws Exception {
        try (var first = pluginOfBob("first");
                var second = pluginOfBob("second")) {
            send(alice, "77770a00");
            var call = first.next("custommsg");
            assertThat(second.hearsNothingFor(RpcClient.SILENCE)).isTrue();
            first.answer(call, "{\"result\":\"continue\",\"extra\":1}");
            assertThat(payload(second.next("custommsg"))).isEqualTo("77770a00");
        }
    }

    @Test
    void aFilterNamesTypes() throws Exception {
        try (var plugin = pluginOfBob("hook", "{\"name\":\"custommsg\",\"filters\":[30583]}")) {
            send(alice, "77790001");
            send(alice, "77770001");
            assertThat(payload(plugin.next("custommsg"))).isEqualTo("77770001");
        }
    }

    @Test
    void evenTypesPassWhereAPluginListsThem() throws Exception {
        var manifest = RemotePlugin.CUSTOMMSG.replace("{\"dynamic\"", "{\"custommessages\":[30584],\"dynamic\"");
        try (var plugin = RemotePlugin.run(bob, dir, "even", manifest)) {
            send(alice, "77780012");
            var call = plugin.next("custommsg");
            assertThat(payload(call)).isEqualTo("77780012");
            plugin.answer(call, RemotePlugin.CONTINUE);
            send(alice, "777a0012");
            await().until(() -> !alice.isConnectedTo(bob));
        }
    }

    @Test
    void whatAPluginHoldsWhenItDiesIsGoneAndTheNextMessageComes() throws Exception {
        try (var heir = pluginOfBob("heir", "{\"name\":\"custommsg\",\"filters\":[30585]}")) {
            var plugin = pluginOfBob("mortal");
            send(alice, "77770500");
            plugin.next("custommsg");
            send(alice, "77790600");
            plugin.close();
            assertThat(payload(heir.next("custommsg"))).isEqualTo("77790600");
            assertThat(call(bob, "plugin", "[\"list\"]")).doesNotContain("mortal");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "null", "\"continue\"", "{\"result\":\"disconnect\"}", "{\"result\":null}", "[]", "true"})
    void anyAnswerButContinueWouldCrashTheDaemon(String answer) throws Exception {
        try (var plugin = pluginOfBob("hook")) {
            send(alice, "77770100");
            plugin.answer(plugin.next("custommsg"), answer);
            await().until(() -> !bob.crashes().isEmpty());
            assertThat(lightning.takeCrashes()).singleElement().satisfies(crash -> assertThat(crash)
                    .hasMessageContaining("bob")
                    .hasMessageContaining("plugin hook answered the hook custommsg with")
                    .hasMessageContaining(answer));
        }
    }

    @Test
    void soWouldAJsonRpcError() throws Exception {
        try (var plugin = pluginOfBob("hook")) {
            send(alice, "77770100");
            plugin.refuse(plugin.next("custommsg"), "{\"code\":-5,\"message\":\"plugin says no\"}");
            await().until(() -> !bob.crashes().isEmpty());
            assertThat(lightning.takeCrashes()).singleElement().satisfies(crash -> assertThat(crash)
                    .hasMessageContaining("plugin says no"));
        }
    }

    @Test
    void whereNobodyAnswersTheHookMessagesJustPass() {
        for (int i = 0; i < 2_000; i++) {
            alice.send(bob, 0x7777, new byte[] {(byte) i});
        }
        await().until(() -> bob.received().size() == 2_000);
        assertThat(bob.received())
                .extracting(received -> received.message().payload()[0])
                .startsWith((byte) 0, (byte) 1, (byte) 2);
        assertThat(alice.queuedFor(bob)).isZero();
    }

    @Test
    void aPeerIsReadNoFasterThanAMegabyteASecond() {
        long before = System.nanoTime();
        for (int i = 0; i < 40; i++) {
            alice.send(bob, 0x7777, new byte[60_000]);
        }
        assertThat(alice.queuedFor(bob)).isGreaterThan(1_000_000);
        await().until(() -> bob.received().size() == 40);
        assertThat(System.nanoTime() - before)
                .as("2.4 MB, the first second's megabyte at once")
                .isGreaterThan(1_900_000_000L);
    }

    @Test
    void hookCallsMayComeBeforeInitIsAnswered() throws Exception {
        var plugin = RemotePlugin.create(dir, "early");
        try (var client = new RpcClient(bob.rpcFile())) {
            client.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"plugin\",\"params\":[\"start\",\""
                    + plugin.executable() + "\"]}");
            plugin.answer(plugin.next("getmanifest"), RemotePlugin.CUSTOMMSG);
            var init = plugin.next("init");
            send(alice, "77770100");
            plugin.answer(plugin.next("custommsg"), RemotePlugin.CONTINUE);
            assertThat(client.bytes(RpcClient.SILENCE)).isEmpty();
            plugin.answer(init, "{}");
            assertThat(client.reply()).contains("\"command\":\"start\"", "early\",\"active\":true,\"dynamic\":true");
        }
    }
}
