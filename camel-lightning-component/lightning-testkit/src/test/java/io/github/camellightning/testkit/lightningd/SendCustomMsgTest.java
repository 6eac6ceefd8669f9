// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import static io.github.camellightning.testkit.lightningd.RpcClient.call;
import static io.github.camellightning.testkit.lightningd.RpcClient.error;
import static io.github.camellightning.testkit.lightningd.RpcClient.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.ReceivedMessage;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code sendcustommsg} and what becomes of the message, as a real lightningd v26.06.6 has it. */
class SendCustomMsgTest {

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    private static final String SENT = result("{\"status\":\"Message sent to connectd for delivery\"}");

    private SimulatedLightningd alice;
    private SimulatedLightningd bob;

    @BeforeEach
    void aliceIsConnectedToBob() {
        var settings = NodeSettings.defaults().withPeerStorage(false);
        alice = lightning.start("alice", settings);
        bob = lightning.start("bob", settings);
        alice.connectTo(bob);
    }

    private String send(String msg) {
        return call(alice, "sendcustommsg", "{\"node_id\":\"" + bob.nodeId() + "\",\"msg\":" + msg + "}");
    }

    private List<String> receivedByBob() {
        return bob.received().stream().map(SendCustomMsgTest::hex).toList();
    }

    private static String hex(ReceivedMessage received) {
        CustomMessage message = received.message();
        return HexFormat.of().toHexDigits((short) message.type())
                + HexFormat.of().formatHex(message.payload());
    }

    @Test
    void aMessageArrives() {
        assertThat(send("\"77770012\"")).isEqualTo(SENT);
        await().until(() -> receivedByBob().equals(List.of("77770012")));
        assertThat(bob.received().get(0).peer()).isEqualTo(alice.nodeId());
    }

    @ParameterizedTest
    @CsvSource({"'\"7777\"',7777", "'\"7777AABB\"',7777aabb", "77770012,77770012", "'\"000700020102\"',000700020102"})
    void theseArriveToo(String msg, String arrives) {
        assertThat(send(msg)).isEqualTo(SENT);
        await().until(() -> receivedByBob().equals(List.of(arrives)));
    }

    @Test
    void parametersMayGoByPosition() {
        assertThat(call(alice, "sendcustommsg", "[\"" + bob.nodeId() + "\",\"77770013\"]"))
                .isEqualTo(SENT);
        await().until(() -> receivedByBob().equals(List.of("77770013")));
        assertThat(call(alice, "sendcustommsg", "[\"" + bob.nodeId() + "\",\"77770013\",1]"))
                .isEqualTo(error(-32602, "too many parameters: got 3, expected 2"));
        assertThat(call(alice, "sendcustommsg", "[\"" + bob.nodeId() + "\",null]"))
                .isEqualTo(error(-32602, "missing required parameter: msg"));
    }

    @ParameterizedTest
    @CsvSource({
        "0000,0,PROTOCOL_BATCH_ELEMENT",
        "0001,1,WARNING",
        "00100000,16,INIT",
        "0011,17,ERROR",
        "001200040000,18,PING",
        "00130000,19,PONG",
        "0020,32,OPEN_CHANNEL",
        "0100,256,CHANNEL_ANNOUNCEMENT",
        "0105,261,QUERY_SHORT_CHANNEL_IDS",
        "0201,513,ONION_MESSAGE"
    })
    void aTypeThatTheDaemonHandlesItselfIsRefused(String msg, int type, String name) {
        assertThat(send('"' + msg + '"'))
                .isEqualTo(error(
                        -32600,
                        "Cannot send messages of type " + type + " (WIRE_" + name
                                + "). It is not possible to send messages that have a type managed internally since"
                                + " that might cause issues with the internal state tracking."));
        assertThat(alice.isConnectedTo(bob)).isTrue();
    }

    @Test
    void anUnknownPeerIsRefusedAndSoIsTheNodeItself() {
        var stranger = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
        for (var id : List.of(stranger, alice.nodeId().hex())) {
            assertThat(call(alice, "sendcustommsg", "[\"" + id + "\",\"77770012\"]"))
                    .isEqualTo(error(-32600, "No such peer: " + id));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"02ff", "02ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", ""})
    void whatIsNoNodeIdIsRefused(String id) {
        assertThat(call(alice, "sendcustommsg", "[\"" + id + "\",\"77770012\"]"))
                .isEqualTo(error(-32602, "node_id: should be a node id: invalid token '\\\"" + id + "\\\"'"));
    }

    @Test
    void anEvenTypeIsSentAndTheReceiverHangsUp() {
        assertThat(send("\"8000aabb\"")).isEqualTo(SENT);
        await().until(() -> !alice.isConnectedTo(bob) && !bob.isConnectedTo(alice));
        assertThat(receivedByBob()).isEmpty();
        assertThat(send("\"77770012\"")).isEqualTo(error(-32600, "No such peer: " + bob.nodeId()));
    }

    @Test
    void beforeV2311AnEvenTypeIsRefusedBeforeThePeerIsLookedFor() {
        alice = lightning.start("old", NodeSettings.defaults().withVersion("v23.08.1"));
        for (int i = 0; i < 2; i++) {
            assertThat(send("\"8000aabb\""))
                    .isEqualTo(error(
                            -32600,
                            "Cannot send even-typed 32768 custom message. Currently custom messages are limited to"
                                    + " odd-numbered message types, as even-numbered types might result in"
                                    + " disconnections."));
            alice.connectTo(bob);
        }
        assertThat(send("\"8001\"")).isEqualTo(SENT);
        await().until(() -> receivedByBob().contains("8001"));
        assertThat(alice.isConnectedTo(bob)).isTrue();
    }

    @Test
    void theLongestMessageArrives() {
        var msg = "7777" + "ab".repeat(65_533);
        assertThat(send('"' + msg + '"')).isEqualTo(SENT);
        await().until(() -> receivedByBob().equals(List.of(msg)));
    }

    @Test
    void whatIsLongerArrivesModulo65536() {
        assertThat(send("\"7777" + "ab".repeat(65_536) + '"')).isEqualTo(SENT);
        await().until(() -> receivedByBob().equals(List.of("7777")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"7777zz\"", "\"7777001\"", "\"0x77770012\"", "\"7777 0012\"", "\"\"", "null"})
    void whatWouldCrashTheDaemonFailsTheTest(String msg) {
        assertThat(send(msg)).as("it says nothing of it").isEqualTo(SENT);
        await().until(() -> !alice.crashes().isEmpty());
        assertThat(lightning.takeCrashes()).singleElement().satisfies(crash -> {
            assertThat(crash.node()).isEqualTo("alice");
            assertThat(crash).hasMessageContaining("would have crashed").hasMessageContaining(msg);
        });
    }

    @Test
    void soDoesAMessageOf65536Bytes() {
        assertThat(send("\"7777" + "ab".repeat(65_534) + '"')).isEqualTo(SENT);
        await().until(() -> !alice.crashes().isEmpty());
        assertThat(lightning.takeCrashes()).singleElement().satisfies(crash -> assertThat(crash)
                .hasMessageContaining("65536"));
    }

    @Test
    void malformedHexToAStrangerCrashesNothing() {
        bob.disconnectFrom(alice);
        await().until(() -> !alice.isConnectedTo(bob));
        assertThat(send("\"7777zz\"")).isEqualTo(error(-32600, "No such peer: " + bob.nodeId()));
        assertThat(alice.crashes()).isEmpty();
    }

    @Test
    void checkSendsNothing() {
        var params =
                "{\"command_to_check\":\"sendcustommsg\",\"node_id\":\"" + bob.nodeId() + "\",\"msg\":\"77770012\"}";
        assertThat(call(alice, "check", params)).isEqualTo(result("{\"command_to_check\":\"sendcustommsg\"}"));
        assertThat(send("\"77770013\"")).isEqualTo(SENT);
        await().until(() -> receivedByBob().equals(List.of("77770013")));
    }
}
