// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.onion;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camellightning.node.wire.WireReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** An onion message from Alice to Dave, with the vectors of BOLT 4. */
class OnionMessageVectorsTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final int DAVE = 3;
    private static final int CAROL = 2;

    private static JsonNode hops() throws IOException {
        return new ObjectMapper()
                .readTree(OnionMessageVectorsTest.class.getResourceAsStream(
                        "/vectors/bolt04-blinded-onion-message-onion-test.json"))
                .at("/decrypt/hops");
    }

    private static OnionMessage read(JsonNode hop) {
        var message = new WireReader(HEX.parseHex(hop.get("onion_message").textValue()));
        assertThat(message.u16()).isEqualTo(OnionMessage.TYPE);
        byte[] pathKey = message.bytes(Curve.POINT_LENGTH);
        return OnionMessage.read(HEX.parseHex(hop.get("privkey").textValue()), pathKey, message.bytes(message.u16()));
    }

    @Test
    void aNodeOnTheWayFindsTheNextNodeAndItsMessage() throws Exception {
        JsonNode hops = hops();

        for (int i = 0; i < DAVE; i++) {
            String nextNode = hops.get(i).get("next_node_id").textValue();
            String nextMessage = hops.get(i + 1).get("onion_message").textValue();
            assertThat(read(hops.get(i))).isInstanceOfSatisfying(OnionMessage.Onward.class, onward -> {
                assertThat(onward.nodeId()).asHexString().isEqualToIgnoringCase(nextNode);
                assertThat(HEX.formatHex(onward.message())).isEqualTo(nextMessage);
            });
        }
    }

    @Test
    void theLastOneFindsWhatWasSaidAndThatItCameByThePathItGaveOut() throws Exception {
        assertThat(read(hops().get(DAVE))).isInstanceOfSatisfying(OnionMessage.Arrived.class, arrived -> {
            assertThat(arrived.tlvs().value(1)).hasValue("hello".getBytes(StandardCharsets.UTF_8));
            assertThat(arrived.pathSecret())
                    .asHexString()
                    .isEqualTo("DEADBEEFBADC0FFEEDEADBEEFBADC0FFEEDEADBEEFBADC0FFEEDEADBEEFBADC0");
        });
    }

    @Test
    void anotherNodeFindsNothing() throws Exception {
        var message = new WireReader(
                HEX.parseHex(hops().get(CAROL).get("onion_message").textValue()));
        message.u16();
        byte[] pathKey = message.bytes(Curve.POINT_LENGTH);
        byte[] onion = message.bytes(message.u16());

        assertThat(OnionMessage.read(HEX.parseHex("46".repeat(32)), pathKey, onion))
                .isInstanceOfSatisfying(OnionMessage.Unreadable.class, unreadable -> assertThat(unreadable.reason())
                        .startsWith("onion_message_parse: can't process onionpacket ss="));
    }
}
