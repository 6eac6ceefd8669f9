// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.onion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Onions of payments, with the vectors of BOLT 4. */
class SphinxTest {

    private static final HexFormat HEX = HexFormat.of();

    /** Of the nodes that BOLT 4's examples have, in their order. */
    private static final List<String> NODE_SECRETS = List.of("41", "42", "43", "44", "45");

    private static JsonNode vectors(String name) throws IOException {
        return new ObjectMapper().readTree(SphinxTest.class.getResourceAsStream("/vectors/bolt04-" + name + ".json"));
    }

    private static byte[] bytes(JsonNode vector, String member) {
        return HEX.parseHex(vector.get(member).textValue());
    }

    private static Sphinx created(JsonNode generate) {
        var hops = new ArrayList<Sphinx.Hop>();
        generate.get("hops").forEach(hop -> hops.add(new Sphinx.Hop(bytes(hop, "pubkey"), bytes(hop, "payload"))));
        return Sphinx.create(
                hops, bytes(generate, "session_key"), bytes(generate, "associated_data"), OnionPacket.PAYMENT_LAYERS);
    }

    @Test
    void anOnionIsMadeAsBolt4HasIt() throws Exception {
        JsonNode vectors = vectors("onion-test");

        assertThat(HEX.formatHex(created(vectors.get("generate")).packet().encode()))
                .isEqualTo(vectors.get("onion").textValue());
    }

    @Test
    void eachNodeOnTheWayFindsItsPayloadAndTheNextOnesOnion() throws Exception {
        JsonNode vectors = vectors("onion-test");
        byte[] assocData = bytes(vectors.get("generate"), "associated_data");
        var packet = OnionPacket.parse(bytes(vectors, "onion"));

        for (int i = 0; i < NODE_SECRETS.size(); i++) {
            byte[] secret = HEX.parseHex(NODE_SECRETS.get(i).repeat(32));
            var layer = packet.peel(Curve.sharedSecret(secret, packet.key()), assocData);
            assertThat(HEX.formatHex(layer.payload()))
                    .isEqualTo(vectors.at("/generate/hops/" + i + "/payload").textValue());
            assertThat(layer.isLast()).isEqualTo(i == NODE_SECRETS.size() - 1);
            packet = layer.next();
        }
    }

    @Test
    void anOnionForAnotherNodeOrPaymentIsNotTakenApart() throws Exception {
        JsonNode vectors = vectors("onion-test");
        byte[] assocData = bytes(vectors.get("generate"), "associated_data");
        var packet = OnionPacket.parse(bytes(vectors, "onion"));
        byte[] shared = Curve.sharedSecret(HEX.parseHex("41".repeat(32)), packet.key());
        byte[] others = Curve.sharedSecret(HEX.parseHex("42".repeat(32)), packet.key());

        assertThatThrownBy(() -> packet.peel(others, assocData)).hasMessage("WIRE_INVALID_ONION_HMAC");
        assertThatThrownBy(() -> packet.peel(shared, new byte[32])).hasMessage("WIRE_INVALID_ONION_HMAC");
    }

    @Test
    void aFailureIsHiddenAtEachNodeAndReadByTheSender() throws Exception {
        JsonNode vectors = vectors("onion-error-test");
        byte[] message = bytes(vectors.get("generate"), "failure_message");
        var secrets = new ArrayList<byte[]>();
        vectors.at("/generate/hops").forEach(hop -> secrets.add(bytes(hop, "hop_shared_secret")));
        byte[] onion = FailureOnion.create(secrets.get(secrets.size() - 1), message);
        for (int i = secrets.size() - 1; i >= 0; i--) {
            onion = FailureOnion.hide(secrets.get(i), onion);
        }

        assertThat(HEX.formatHex(onion)).isEqualTo(vectors.get("errorpacket").textValue());
        var told = FailureOnion.read(secrets, onion);

        assertThat(told.index()).isEqualTo(secrets.size() - 1);
        assertThat(told.message()).isEqualTo(message);
        assertThat(FailureOnion.read(secrets.subList(0, 1), onion)).isNull();
    }
}
