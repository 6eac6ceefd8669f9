// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import static io.github.camellightning.testkit.lightningd.RpcClient.call;
import static io.github.camellightning.testkit.lightningd.RpcClient.error;
import static io.github.camellightning.testkit.lightningd.RpcClient.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code connect}, {@code disconnect}, {@code listpeers}, {@code ping} and what plugins hear of it. */
class PeersTest {

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    private SimulatedLightningd alice;
    private SimulatedLightningd bob;

    @BeforeEach
    void twoNodes() {
        alice = lightning.start("alice");
        bob = lightning.start("bob");
    }

    private String connect(String params) {
        return call(alice, "connect", params);
    }

    private String connected() {
        return result("{\"id\":\"" + bob.nodeId()
                + "\",\"features\":\"800898880a8a59a1\",\"direction\":\"out\",\"address\":{\"type\":\"ipv4\",\"address\":\"127.0.0.1\",\"port\":"
                + bob.address().port() + "}}");
    }

    @Test
    void nodesConnectByAddressInEitherForm() {
        assertThat(connect("[\"" + bob.address() + "\"]")).isEqualTo(connected());
        assertThat(connect("{\"id\":\"" + bob.nodeId() + "\",\"host\":\"127.0.0.1\",\"port\":"
                        + bob.address().port() + "}"))
                .as("again, while connected")
                .isEqualTo(connected());
        await().until(() -> bob.isConnectedTo(alice));
        assertThat(call(alice, "listpeers", "{}"))
                .isEqualTo(result("{\"peers\":[{\"id\":\"" + bob.nodeId()
                        + "\",\"connected\":true,\"num_channels\":0,\"netaddr\":[\"127.0.0.1:"
                        + bob.address().port() + "\"],\"features\":\"800898880a8a59a1\"}]}"));
    }

    @Test
    void whatCannotBeDialledSaysWhy() {
        var unknown = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
        assertThat(connect("[\"" + bob.nodeId() + "\"]"))
                .isEqualTo(error(400, "Unable to connect, no address known for peer"));
        assertThat(connect("[\"" + bob.nodeId() + "@127.0.0.1:9\"]"))
                .isEqualTo(error(
                        401, "All addresses failed: 127.0.0.1:9: Connection establishment: Connection refused. "));
        var address = "127.0.0.1:" + bob.address().port();
        assertThat(connect("[\"" + unknown + "@" + address + "\"]"))
                .isEqualTo(error(
                        401,
                        "All addresses failed: " + address
                                + ": Cryptographic handshake: peer closed connection (wrong key?). "));
        assertThat(connect("{\"id\":\"" + bob.nodeId() + "\",\"port\":9}"))
                .isEqualTo(error(-32602, "Can't specify port without host"));
        assertThat(connect("{\"id\":\"" + bob.nodeId() + "\",\"host\":\"127.0.0.1\",\"port\":\"x\"}"))
                .isEqualTo(error(-32602, "port: should be a 16-bit integer: invalid token '\\\"x\\\"'"));
    }

    @Test
    void aPeerThatDisconnectsIsForgotten() {
        alice.connectTo(bob);
        assertThat(call(alice, "disconnect", "[\"" + bob.nodeId() + "\"]")).isEqualTo(result("{}"));
        assertThat(call(alice, "listpeers", "{}")).isEqualTo(result("{\"peers\":[]}"));
        await().until(() -> !bob.isConnectedTo(alice));
        assertThat(call(alice, "disconnect", "[\"" + bob.nodeId() + "\"]"))
                .isEqualTo(error(-32602, "Unknown peer '" + bob.nodeId() + "'"));
        assertThat(connect("[\"" + bob.nodeId() + "\"]"))
                .isEqualTo(error(400, "Unable to connect, no address known for peer"));
    }

    @Test
    void aPingIsAnsweredWithAsManyBytesAsItWants() {
        alice.connectTo(bob);
        assertThat(call(alice, "ping", "[\"" + bob.nodeId() + "\"]")).isEqualTo(result("{\"totlen\":132}"));
        assertThat(call(alice, "ping", "{\"id\":\"" + bob.nodeId() + "\",\"len\":10,\"pongbytes\":20}"))
                .isEqualTo(result("{\"totlen\":24}"));
        assertThat(call(alice, "ping", "{\"id\":\"" + bob.nodeId() + "\",\"pongbytes\":65532}"))
                .isEqualTo(result("{\"totlen\":0}"));
        assertThat(call(alice, "ping", "{\"id\":\"" + bob.nodeId() + "\",\"len\":65530}"))
                .isEqualTo(error(-32602, "65530 would result in oversize ping"));
        assertThat(call(alice, "ping", "[\"" + alice.nodeId() + "\"]")).isEqualTo(error(-1, "Peer not connected"));
    }

    @Test
    void pluginsHearOfPeersAndOfTheirBackups(@TempDir Path dir) throws Exception {
        var manifest =
                "{\"dynamic\":true,\"options\":[],\"rpcmethods\":[],\"subscriptions\":[\"connect\",\"disconnect\",\"custommsg\"]}";
        try (var plugin = RemotePlugin.run(bob, dir, "listener", manifest)) {
            alice.connectTo(bob);
            assertThat(plugin.next("connect"))
                    .startsWith(
                            "{\"jsonrpc\":\"2.0\",\"method\":\"connect\",\"params\":{\"connect\":{\"id\":\""
                                    + alice.nodeId()
                                    + "\",\"direction\":\"in\",\"address\":{\"type\":\"ipv4\",\"address\":\"127.0.0.1\",\"port\":");
            assertThat(plugin.next("custommsg"))
                    .startsWith(
                            "{\"jsonrpc\":\"2.0\",\"method\":\"custommsg\",\"params\":{\"custommsg\":{\"peer_id\":\""
                                    + alice.nodeId() + "\",\"payload\":\"00070039");
            alice.disconnectFrom(bob);
            assertThat(plugin.next("disconnect"))
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"method\":\"disconnect\",\"params\":{\"disconnect\":{\"id\":\""
                            + alice.nodeId() + "\"}}}");
        }
    }

    @Test
    void aPluginMayTurnAPeerAway(@TempDir Path dir) throws Exception {
        var manifest =
                "{\"dynamic\":true,\"options\":[],\"rpcmethods\":[],\"subscriptions\":[\"connect\"],\"hooks\":[\"peer_connected\"]}";
        try (var plugin = RemotePlugin.run(bob, dir, "doorman", manifest)) {
            alice.connectTo(bob);
            var asked = plugin.next("peer_connected");
            assertThat(asked).contains("\"peer\":{\"id\":\"" + alice.nodeId() + "\",\"direction\":\"in\"");
            plugin.answer(asked, "{\"result\":\"disconnect\",\"error_message\":\"not you\"}");
            await().until(() -> !alice.isConnectedTo(bob) && !bob.isConnectedTo(alice));
            assertThat(plugin.hearsNothingFor(RpcClient.SILENCE)).isTrue();
        }
    }
}
