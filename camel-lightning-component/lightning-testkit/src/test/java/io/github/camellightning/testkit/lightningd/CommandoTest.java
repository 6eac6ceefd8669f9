// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import static io.github.camellightning.testkit.lightningd.RpcClient.call;
import static io.github.camellightning.testkit.lightningd.RpcClient.error;
import static io.github.camellightning.testkit.lightningd.RpcClient.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.ReceivedMessage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commando both ways: the command, and its frames as they were recorded between real nodes. */
class CommandoTest {

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    private static final String SLOW =
            "{\"dynamic\":true,\"options\":[],\"rpcmethods\":[{\"name\":\"slow\",\"usage\":\"\"}]}";

    private SimulatedLightningd alice;
    private SimulatedLightningd bob;
    private String rune;

    @BeforeEach
    void aliceHoldsARuneOfBob() {
        var settings = NodeSettings.defaults().withPeerStorage(false);
        alice = lightning.start("alice", settings);
        bob = lightning.start("bob", settings);
        alice.connectTo(bob);
        rune = RunesTest.rune(bob, "[]");
    }

    private String commando(String members) {
        return call(
                alice,
                "commando",
                "{\"peer_id\":\"" + bob.nodeId() + "\"" + members.replace("RUNE", "\"rune\":\"" + rune + "\"") + "}");
    }

    private static byte[] frame(int type, long number, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(10 + bytes.length)
                .putShort((short) type)
                .putLong(number)
                .put(bytes)
                .array();
    }

    private static String json(ReceivedMessage frame) {
        byte[] payload = frame.message().payload();
        return new String(payload, 8, payload.length - 8, StandardCharsets.UTF_8);
    }

    private String ask(String json) {
        int before = alice.received().size();
        alice.send(
                bob,
                frame(MessageTypes.COMMANDO_REQUEST_LAST, 0xaa, json.replace("RUNE", "\"rune\":\"" + rune + "\"")));
        await().until(() -> alice.received().size() > before);
        var reply = alice.received().get(before);
        assertThat(reply.message().type()).isEqualTo(MessageTypes.COMMANDO_REPLY_LAST);
        assertThat(ByteBuffer.wrap(reply.message().payload()).getLong()).isEqualTo(0xaa);
        return json(reply);
    }

    @Test
    void aCommandRunsOnThePeer() {
        assertThat(commando(",\"method\":\"getinfo\",RUNE,\"filter\":{\"alias\":true}"))
                .isEqualTo(result("{\"alias\":\"bob\"}"));
    }

    @Test
    void itsFramesReadAsTheRecordedOnes() {
        commando(",\"method\":\"getinfo\",RUNE,\"filter\":{\"id\": true}");
        assertThat(bob.received()).singleElement().satisfies(request -> {
            assertThat(request.message().type()).isEqualTo(MessageTypes.COMMANDO_REQUEST_LAST);
            assertThat(json(request).replaceFirst("#\\d+", "#814"))
                    .isEqualTo("{\"method\":\"getinfo\",\"id\":\"1/cln:commando#814\",\"params\":{},\"rune\":\"" + rune
                            + "\",\"filter\":{\"id\": true}}");
        });
        assertThat(alice.received()).singleElement().satisfies(reply -> assertThat(
                        json(reply).replaceFirst("#\\d+", "#814"))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"1/cln:commando#814\",\"result\":{\"id\":\"" + bob.nodeId()
                        + "\"}}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    ,"method":"getinfo" | 19536 | Missing rune
                    ,"method":"getinfo","rune":"notarune" | 19536 | Invalid rune
                    ,"method":"getinfo","rune":"" | 19536 | Invalid rune
                    ,"method":"listpeers",RUNE,"params":5 | 19536 | Params must be object or array
                    ,"method":"listpeers",RUNE,"params":"{\\"id\\":1}" | 19536 | Invalid JSON
                    ,"method":"nosuch",RUNE | -32601 | Unknown command 'nosuch'
                    ,"method":"help",RUNE,"filter":{"help":1} | -32602 | filter: value must be true: invalid token '1'
                    `` | -32602 | missing required parameter: method
                    """)
    void errorsHaveTheCodesOfTheRecordedOnes(String members, int code, String message) {
        assertThat(commando(members)).isEqualTo(error(code, message));
    }

    @Test
    void aRuneThatForbidsItSaysSo() {
        rune = RunesTest.rune(bob, "[[\"method=getinfo\"]]");
        assertThat(commando(",\"method\":\"stop\",RUNE"))
                .isEqualTo(error(19537, "Invalid rune: Not permitted: method is not equal to getinfo"));
        assertThat(commando(",\"method\":\"nosuch\",RUNE"))
                .isEqualTo(error(19537, "Invalid rune: Not permitted: method is not equal to getinfo"));
        rune = RunesTest.rune(alice, "[]");
        assertThat(commando(",\"method\":\"getinfo\",RUNE"))
                .isEqualTo(error(19537, "Invalid rune: Not authorized: Not derived from master"));
    }

    @Test
    void anUnknownPeerIsRefused() {
        assertThat(call(alice, "commando", "[\"" + alice.nodeId() + "\",\"getinfo\"]"))
                .isEqualTo(error(-32600, "No such peer: " + alice.nodeId()));
        assertThat(call(alice, "commando", "[\"02zz\",\"getinfo\"]"))
                .isEqualTo(error(-32602, "peer_id: should be a node id: invalid token '\\\"02zz\\\"'"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"method":"getinfo","params":{},"id":7,RUNE,"filter":{"alias":true}} | {"jsonrpc":"2.0","id":7,"result":{"alias":"bob"}}
                    {"jsonrpc":"2.0","method":"getinfo","id":"a\\"b/c",RUNE,"filter":{"alias":true}} | {"jsonrpc":"2.0","id":"a\\"b/c","result":{"alias":"bob"}}
                    {"method":"getinfo","id":null,RUNE,"filter":{"alias":true}} | {"jsonrpc":"2.0","id":null,"result":{"alias":"bob"}}
                    {"method":"getinfo","id":[1],RUNE,"filter":{"alias":true}} | {"jsonrpc":"2.0","id":[1],"result":{"alias":"bob"}}
                    {"method":"getinfo","id":7,RUNE,"filter":{"alias":true}} trailing | {"jsonrpc":"2.0","id":7,"result":{"alias":"bob"}}
                    {"method":"getinfo","params":{},RUNE} | {"error":{"code":19536,"message":"missing id field"}}
                    {"params":{},"id":7,RUNE} | {"error":{"code":19536,"message":"No method"}}
                    {"method":"getinfo","id":7,"rune":5} | {"error":{"code":19536,"message":"Invalid rune"}}
                    nonsense | {"error":{"code":19536,"message":"Invalid JSON"}}
                    [1] | {"error":{"code":19536,"message":"Not a JSON object"}}
                    `` | {"error":{"code":19536,"message":"Invalid JSON"}}
                    """)
    void aRawRequestIsAnsweredAsTheRecordedOne(String request, String reply) {
        assertThat(ask(request)).isEqualTo(reply);
    }

    @Test
    void aNewRequestDropsThePeersUnfinishedOne() {
        alice.send(bob, frame(MessageTypes.COMMANDO_REQUEST_MORE, 0xcc, "{\"method\":\"getinfo\","));
        assertThat(ask("{\"id\":9,\"method\":\"getinfo\",RUNE,\"filter\":{\"alias\":true}}"))
                .contains("\"id\":9");
        int before = alice.received().size();
        alice.send(bob, frame(MessageTypes.COMMANDO_REQUEST_LAST, 0xcc, "\"id\":9}"));
        await().until(() -> alice.received().size() > before);
        assertThat(json(alice.received().get(before))).contains("Invalid JSON");
    }

    /** 16 may be unfinished at a time, whoever they are from: the oldest is dropped without a word. */
    @Test
    void theSeventeenthUnfinishedRequestDropsTheOldest() {
        String begun = "{\"method\":\"getinfo\",\"rune\":\"" + rune + "\",\"filter\":{\"alias\":true},";
        List<SimulatedLightningd> peers = new ArrayList<>(List.of(alice));
        for (int i = 1; i <= 16; i++) {
            var peer = lightning.start("peer" + i, NodeSettings.defaults().withPeerStorage(false));
            peer.connectTo(bob);
            peers.add(peer);
        }
        for (var peer : peers) {
            int before = bob.received().size();
            peer.send(bob, frame(MessageTypes.COMMANDO_REQUEST_MORE, 0xcc, begun));
            await().until(() -> bob.received().size() > before);
        }

        assertThat(finished(peers.get(1))).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{\"alias\":\"bob\"}}");
        assertThat(finished(alice)).contains("Invalid JSON");
        assertThat(finished(peers.get(16))).contains("\"id\":9");
    }

    private String finished(SimulatedLightningd peer) {
        peer.send(bob, frame(MessageTypes.COMMANDO_REQUEST_LAST, 0xcc, "\"id\":9}"));
        await().until(() -> !peer.received().isEmpty());
        return json(peer.received().get(0));
    }

    @Test
    void largeRequestsAndRepliesGoInParts() {
        var text = "x".repeat(200_000);
        assertThat(commando(
                        ",\"method\":\"datastore\",RUNE,\"params\":{\"key\":[\"big\"],\"string\":\"" + text + "\"}"))
                .contains("\"string\":\"" + text + "\"");
        assertThat(bob.received())
                .extracting(frame -> frame.message().type())
                .containsExactly(
                        MessageTypes.COMMANDO_REQUEST_MORE,
                        MessageTypes.COMMANDO_REQUEST_MORE,
                        MessageTypes.COMMANDO_REQUEST_MORE,
                        MessageTypes.COMMANDO_REQUEST_LAST);
        var whole = new ByteArrayOutputStream();
        alice.received().forEach(frame -> {
            byte[] payload = frame.message().payload();
            assertThat(payload.length).isLessThanOrEqualTo(65_008);
            whole.writeBytes(Arrays.copyOfRange(payload, 8, payload.length));
        });
        assertThat(whole.toString(StandardCharsets.UTF_8)).startsWith("{\"jsonrpc\":\"2.0\",\"id\":\"1/cln:commando#");
    }

    @Test
    void moreThanAMebibyteIsNeverAnswered() throws Exception {
        try (var client = new RpcClient(alice.rpcFile())) {
            client.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"commando\",\"params\":[\"" + bob.nodeId()
                    + "\",\"getinfo\",{\"x\":\"" + "y".repeat(1 << 20) + "\"},\"" + rune + "\"]}");
            await().until(() -> bob.received().stream()
                    .anyMatch(frame -> frame.message().type() == MessageTypes.COMMANDO_REQUEST_LAST));
            assertThat(client.bytes(RpcClient.SILENCE)).isEmpty();
        }
    }

    @Test
    void onePeersCommandsRunOneByOneAndOthersMessagesWait(@TempDir Path dir) throws Exception {
        try (var plugin = RemotePlugin.run(bob, dir, "slow", SLOW);
                var slow = new RpcClient(alice.rpcFile());
                var quick = new RpcClient(alice.rpcFile())) {
            slow.write(request("slow"));
            var first = plugin.next("slow");
            quick.write(request("help"));
            assertThat(quick.bytes(RpcClient.SILENCE)).isEmpty();
            plugin.answer(first, "{\"slept\":4}");
            assertThat(slow.reply()).isEqualTo(result("{\"slept\":4}"));
            assertThat(quick.reply()).contains("\"help\":[");
        }
    }

    private String request(String method) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"commando\",\"params\":[\"" + bob.nodeId() + "\",\"" + method
                + "\",{},\"" + rune + "\"]}";
    }

    @Test
    void aCallWhosePeerGoesAwayHangsForEver(@TempDir Path dir) throws Exception {
        try (var plugin = RemotePlugin.run(bob, dir, "slow", SLOW);
                var client = new RpcClient(alice.rpcFile())) {
            client.write(request("slow"));
            var call = plugin.next("slow");
            alice.disconnectFrom(bob);
            plugin.answer(call, "{}");
            assertThat(client.bytes(RpcClient.SILENCE)).isEmpty();
        }
    }

    @Test
    void aResultThatIsAnArrayWouldCrashTheCaller(@TempDir Path dir) throws Exception {
        try (var plugin = RemotePlugin.run(bob, dir, "slow", SLOW);
                var client = new RpcClient(alice.rpcFile())) {
            client.write(request("slow"));
            plugin.answer(plugin.next("slow"), "[1,2]");
            assertThat(client.reply()).contains("\"code\":-4");
            assertThat(lightning.takeCrashes()).singleElement().satisfies(crash -> assertThat(crash)
                    .hasMessageContaining("The node alice would have crashed")
                    .hasMessageContaining("[1,2]"));
        }
    }

    @Test
    void aResultThatIsNoObjectBecomesAnEmptyOne(@TempDir Path dir) throws Exception {
        try (var plugin = RemotePlugin.run(bob, dir, "slow", SLOW);
                var client = new RpcClient(alice.rpcFile())) {
            client.write(request("slow"));
            plugin.answer(plugin.next("slow"), "5");
            assertThat(client.reply()).isEqualTo(result("{}"));
        }
    }

    @Test
    void pluginsSeeCommandosFramesOnceItIsDoneWithThem(@TempDir Path dir) throws Exception {
        try (var plugin = RemotePlugin.run(bob, dir, "hook", RemotePlugin.CUSTOMMSG)) {
            commando(",\"method\":\"getinfo\",RUNE");
            assertThat(plugin.next("custommsg")).contains("\"payload\":\"4c4f");
        }
    }
}
