// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import static io.github.camellightning.testkit.lightningd.RpcClient.error;
import static io.github.camellightning.testkit.lightningd.RpcClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Channels that a test opens, and payments over them. */
class ChannelsTest extends ThreeNodes {

    private String keysend(SimulatedLightningd to, long amountMsat) {
        return "{\"destination\":\"" + to.nodeId() + "\",\"amount_msat\":" + amountMsat + "}";
    }

    @Test
    void bothEndsAreConnectedAndAllNodesKnowTheChannels() {
        assertThat(alice.isConnectedTo(bob)).isTrue();
        assertThat(json(alice, "listchannels", "{}").at("/result/channels")).hasSize(4);
        assertThat(json(carol, "getinfo", "{}").at("/result/blockheight").intValue())
                .isEqualTo(12);
        assertThat(json(bob, "listpeerchannels", "{}").at("/result/channels"))
                .extracting(channel -> channel.get("short_channel_id").textValue(), channel -> channel.get("to_us_msat")
                        .longValue())
                .containsExactly(tuple(ALICE_BOB, 0L), tuple(BOB_CAROL, CAPACITY_MSAT));
    }

    @Test
    void aKeysendMovesMoneyAndTheNodeInBetweenEarnsAFee() {
        assertThat(json(alice, "xkeysend", keysend(carol, 1_000))
                        .at("/result/amount_sent_msat")
                        .longValue())
                .isEqualTo(1_001);

        assertThat(alice.balanceMsat()).isEqualTo(CAPACITY_MSAT - 1_001);
        assertThat(bob.balanceMsat()).isEqualTo(CAPACITY_MSAT + 1);
        assertThat(carol.balanceMsat()).isEqualTo(1_000);
    }

    @Test
    void moreThanAChannelHoldsFindsNoWay() {
        assertThat(json(alice, "xkeysend", keysend(carol, CAPACITY_MSAT))
                        .at("/error/code")
                        .intValue())
                .isEqualTo(205);
        assertThat(json(alice, "keysend", keysend(carol, CAPACITY_MSAT))
                        .at("/error/code")
                        .intValue())
                .isEqualTo(210);
        assertThat(json(carol, "xkeysend", keysend(alice, 1_000))
                        .at("/error/code")
                        .intValue())
                .isEqualTo(205);
    }

    @Test
    void aNodeThatHasGoneIsNotPaidAndOneThatIsBackIs() {
        bob.disconnectFrom(carol);
        await().until(() -> !carol.isConnectedTo(bob));
        assertThat(json(alice, "xkeysend", keysend(carol, 1_000))
                        .at("/error/code")
                        .intValue())
                .isEqualTo(209);

        bob.connectTo(carol);
        assertThat(json(alice, "xkeysend", keysend(carol, 1_000))
                        .at("/result/successful_parts")
                        .intValue())
                .isEqualTo(1);
    }

    private String route(int maxFeeMsat, int maxDelay) {
        return "{\"source\":\"" + alice.nodeId() + "\",\"destination\":\"" + carol.nodeId()
                + "\",\"amount_msat\":1000,\"layers\":[\"auto.sourcefree\"],\"maxfee_msat\":" + maxFeeMsat
                + ",\"final_cltv\":18,\"maxdelay\":" + maxDelay + "}";
    }

    @ParameterizedTest
    @CsvSource({"0, 2016, excessive cost", "1, 23, excessive delays"})
    void aRouteThatCostsTooMuchOrTakesTooLongIsNotTaken(int maxFeeMsat, int maxDelay, String why) {
        assertThat(json(alice, "getroutes", route(maxFeeMsat, maxDelay)).toString())
                .isEqualTo(error(206, "Could not find route without " + why));
        assertThat(json(alice, "getroutes", route(1, 24)).at("/result/routes/0/path"))
                .hasSize(2);
    }
}
