// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import static io.github.camellightning.testkit.lightningd.RpcClient.call;
import static io.github.camellightning.testkit.lightningd.RpcClient.error;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code createonion}, {@code sendonion} and other commands for onions refuse, as a real lightningd v26.06.6 does. */
class OnionCommandsTest {

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    private static final String POINT = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    private static final String HASH = "11".repeat(32);

    private SimulatedLightningd alice;

    @BeforeEach
    void aliceIsAlone() {
        alice = lightning.start("alice");
    }

    private String hops(String payload) {
        return "{\"hops\":[{\"pubkey\":\"" + POINT + "\",\"payload\":\"" + payload + "\"}],\"assocdata\":\"\"";
    }

    @ParameterizedTest
    @CsvSource({
        "0501020304,hops[0] payload is not prefixed with length!",
        "'',hops[0] payload is not prefixed with length!",
        "zz,hops: should be hex: invalid token '\\\"zz\\\"'",
        "010,hops: should be hex: invalid token '\\\"010\\\"'"
    })
    void aPayloadHasItsLengthInFrontAndIsHex(String payload, String words) {
        assertThat(call(alice, "createonion", hops(payload == null ? "" : payload) + "}"))
                .isEqualTo(error(-32602, words));
    }

    @ParameterizedTest
    @CsvSource({"36,false", "37,true"})
    void anOnionHasRoomForPayloadsAndTheirHmacs(int size, boolean enough) {
        String answer = call(alice, "createonion", hops("0401020304") + ",\"onion_size\":" + size + "}");

        if (enough) {
            assertThat(answer).contains("\"onion\":", "\"shared_secrets\":");
        } else {
            assertThat(answer).isEqualTo(error(-32602, "Payloads exceed maximum onion packet size."));
        }
    }

    @Test
    void assocdataThatIsNoHexIsTakenForNone() {
        String key = ",\"session_key\":\"" + "41".repeat(32) + "\"}";
        String none = call(alice, "createonion", hops("0401020304") + key);
        String noHex = call(
                alice, "createonion", hops("0401020304").replace("\"assocdata\":\"\"", "\"assocdata\":\"zz\"") + key);

        assertThat(noHex).isEqualTo(none).contains("\"shared_secrets\":");
    }

    @ParameterizedTest
    @CsvSource({"zz,49158", "'',49158", "00,49158", "01,49156"})
    void whatIsNoOnionIsNotSent(String onion, int failcode) {
        assertThat(call(
                        alice,
                        "sendonion",
                        "{\"onion\":\"" + (onion == null ? "" : onion) + "\",\"first_hop\":{\"id\":\"" + POINT
                                + "\",\"amount_msat\":1000,\"delay\":24},\"payment_hash\":\"" + HASH + "\"}"))
                .isEqualTo(error(-32602, "Could not parse the onion. Parsing failed with failcode=" + failcode));
    }

    @Test
    void withoutAChannelThereIsNoFirstPeer() {
        String onion =
                call(alice, "createonion", hops("0401020304") + "}").replaceAll(".*\"onion\":\"([0-9a-f]+)\".*", "$1");

        assertThat(call(
                        alice,
                        "sendonion",
                        "{\"onion\":\"" + onion + "\",\"first_hop\":{\"id\":\"" + POINT
                                + "\",\"amount_msat\":1000,\"delay\":24},\"payment_hash\":\"" + HASH + "\"}"))
                .isEqualTo(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":204,\"message\":\"No connection to first peer"
                                + " found\",\"data\":{\"erring_index\":0,\"failcode\":16394,\"failcodename\":"
                                + "\"WIRE_UNKNOWN_NEXT_PEER\",\"erring_node\":\"" + alice.nodeId() + "\"}}}");
    }

    @Test
    void aPaymentThatWasNeverSentIsNotAwaited() {
        assertThat(call(alice, "waitsendpay", "{\"payment_hash\":\"" + HASH + "\"}"))
                .isEqualTo(error(208, "Never attempted payment part 0 for '" + HASH + "'"));
    }

    @Test
    void aRouteToAStrangerIsNotFound() {
        assertThat(call(
                        alice,
                        "getroutes",
                        "{\"source\":\"" + alice.nodeId() + "\",\"destination\":\"" + POINT
                                + "\",\"amount_msat\":1000,\"layers\":[],\"maxfee_msat\":1000,\"final_cltv\":18}"))
                .contains("\"code\":205");
    }

    @ParameterizedTest
    @CsvSource({"zz", "''", "00"})
    void whatIsNoOnionMessageIsRefused(String message) {
        assertThat(call(
                        alice,
                        "injectonionmessage",
                        "{\"path_key\":\"" + POINT + "\",\"message\":\"" + (message == null ? "" : message) + "\"}"))
                .isEqualTo(error(-1, "onion_message_parse: can't parse onionpacket: WIRE_INVALID_ONION_KEY"));
    }
}
