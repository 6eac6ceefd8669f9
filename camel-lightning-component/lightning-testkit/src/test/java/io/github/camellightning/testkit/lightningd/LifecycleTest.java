// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import static io.github.camellightning.testkit.lightningd.RpcClient.call;
import static io.github.camellightning.testkit.lightningd.RpcClient.error;
import static io.github.camellightning.testkit.lightningd.RpcClient.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Nodes stop, crash, hang and come back; what a test sees of them afterwards. */
class LifecycleTest {

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    private static final String SLOW =
            "{\"dynamic\":true,\"options\":[],\"rpcmethods\":[{\"name\":\"slow\",\"usage\":\"\"}]}";

    @Test
    void aNodeThatIsToldToStopStops(@TempDir Path dir) throws Exception {
        var node = lightning.start("alice");
        var plugin = RemotePlugin.run(node, dir, "slow", SLOW);
        try (var waiting = new RpcClient(node.rpcFile());
                var stopping = new RpcClient(node.rpcFile())) {
            waiting.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"slow\",\"params\":[]}");
            plugin.next("slow");
            stopping.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"stop\",\"params\":[]}");
            assertThat(stopping.reply()).isEqualTo(result("{\"result\":\"Shutdown complete\"}"));
            assertThat(waiting.endsWithin(RpcClient.PATIENCE)).isTrue();
            assertThat(waiting.bytes(RpcClient.SILENCE))
                    .as("an end instead of an answer")
                    .isEmpty();
        }
        await().until(() -> !node.isRunning());
        plugin.awaitEnd();
        assertThat(node.rpcFile()).as("its socket's file stays").exists();
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> new RpcClient(node.rpcFile()));
    }

    @Test
    void aNodeThatIsStartedAgainIsTheSameWithoutPeersAndPlugins(@TempDir Path dir) throws Exception {
        var alice = lightning.start("alice");
        var bob = lightning.start("bob");
        alice.connectTo(bob);
        RemotePlugin.run(alice, dir, "slow", SLOW);
        var before = alice.nodeId();
        alice.stop();
        await().until(() -> !bob.isConnectedTo(alice));
        alice.start();
        assertThat(call(alice, "getinfo", "{}")).contains(before.hex());
        assertThat(call(alice, "plugin", "[\"list\"]")).contains("\"plugins\":[]");
        assertThat(alice.peers()).isEmpty();
        bob.connectTo(alice);
    }

    @Test
    void aCrashTellsNobodyAndClosesThePluginsPipes(@TempDir Path dir) throws Exception {
        var node = lightning.start("alice");
        var manifest = SLOW.replace("\"options\"", "\"subscriptions\":[\"shutdown\"],\"options\"");
        var plugin = RemotePlugin.run(node, dir, "witness", manifest);
        node.crash();
        plugin.awaitEnd();
        assertThat(node.isRunning()).isFalse();
        assertThatThrownBy(node::peers)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("alice");
    }

    @Test
    void aNodeThatHangsAnswersWhenItGoesOn() throws Exception {
        var node = lightning.start("alice");
        node.hang();
        try (var client = new RpcClient(node.rpcFile())) {
            client.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"help\",\"params\":[\"stop\"]}");
            assertThat(client.bytes(RpcClient.SILENCE)).isEmpty();
            node.resume();
            assertThat(client.reply()).contains("\"command\":\"stop \"");
        }
    }

    @Test
    void aTestMayBringMethodsOfItsOwn() {
        var node = lightning.start("alice");
        node.answer("createonion", "hops assocdata", params -> {
            if (!params.has("hops")) {
                throw new RpcException(-32602, "missing required parameter: hops");
            }
            return JsonNodeFactory.instance.objectNode().put("onion", "00");
        });
        assertThat(call(node, "createonion", "{\"hops\":[]}")).isEqualTo(result("{\"onion\":\"00\"}"));
        assertThat(call(node, "createonion", "{}")).isEqualTo(error(-32602, "missing required parameter: hops"));
        node.stop();
        node.start();
        assertThat(call(node, "createonion", "{\"hops\":[]}")).isEqualTo(result("{\"onion\":\"00\"}"));
    }

    @Test
    void foldersGoWithTheNetwork() {
        Path dir;
        try (var network = new SimulatedNetwork()) {
            dir = network.start("carol").dir();
            assertThat(dir).isDirectory();
        }
        assertThat(Files.exists(dir.getParent())).isFalse();
    }

    @Test
    void aNameThatIsNoFolderIsRefused() {
        assertThatThrownBy(() -> lightning.start("../x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'../x'");
        lightning.start("dave");
        assertThatThrownBy(() -> lightning.start("dave")).hasMessageContaining("'dave'");
    }
}
