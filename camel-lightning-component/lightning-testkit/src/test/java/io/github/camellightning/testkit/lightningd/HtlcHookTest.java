// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.testkit.onion.ShortChannelId;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hook {@code htlc_accepted}: what it tells, what its answers do to a payment, and which of them end a node. */
class HtlcHookTest extends ThreeNodes {

    private static final String MANIFEST = RemotePlugin.CUSTOMMSG.replace("custommsg", "htlc_accepted");
    private static final int FINAL_CLTV = 31;
    private static final int UNKNOWN_DETAILS = 0x400f;

    @TempDir
    Path dir;

    private RemotePlugin pluginOf(SimulatedLightningd node) throws IOException, InterruptedException {
        return RemotePlugin.run(node, dir, "of-" + node.name(), MANIFEST);
    }

    private OnionPayment toCarol() throws IOException {
        return OnionPayment.to(carol, bob);
    }

    private OnionPayment overBob() throws IOException {
        return OnionPayment.over(bob, BOB_CAROL, carol, alice);
    }

    private static String resolve(byte[] preimage) {
        return "{\"result\":\"resolve\",\"payment_key\":\"" + Hex.encode(preimage) + "\"}";
    }

    private static JsonNode params(String call) {
        return Json.parse(call).get("params");
    }

    private static void declined(JsonNode outcome, int index, int failcode) {
        assertThat(outcome.at("/error/code").intValue()).as("%s", outcome).isEqualTo(204);
        assertThat(outcome.at("/error/data/erring_index").intValue()).isEqualTo(index);
        assertThat(outcome.at("/error/data/failcode").intValue()).isEqualTo(failcode);
    }

    private static void complete(JsonNode outcome, OnionPayment payment) {
        assertThat(outcome.at("/result/status").textValue()).as("%s", outcome).isEqualTo("complete");
        assertThat(outcome.at("/result/payment_preimage").textValue()).isEqualTo(Hex.encode(payment.preimage()));
    }

    @Test
    void itTellsThePaymentAndTheLayerOfItsOnion() throws Exception {
        try (var plugin = pluginOf(bob);
                var payment = overBob()) {
            String call = plugin.next("htlc_accepted");
            JsonNode told = params(call);

            assertThat(told.get("peer_id").textValue()).isEqualTo(alice.nodeId().hex());
            assertThat(told.get("onion").fieldNames())
                    .toIterable()
                    .containsExactly(
                            "payload",
                            "type",
                            "short_channel_id",
                            "forward_msat",
                            "outgoing_cltv_value",
                            "next_onion",
                            "shared_secret");
            assertThat(told.at("/onion/payload").textValue()).isEqualTo("11020203e804011f06080000070000010000");
            assertThat(told.at("/onion/short_channel_id").textValue()).isEqualTo(BOB_CAROL);
            assertThat(told.at("/htlc/amount_msat").longValue()).isEqualTo(1_001);
            assertThat(told.at("/htlc/cltv_expiry_relative").intValue()).isEqualTo(25);
            assertThat(told.get("forward_to").textValue()).hasSize(64);

            plugin.answer(call, "{\"result\":\"fail\",\"failure_message\":\"2002\"}");
            declined(payment.outcome(), 1, 0x2002);
        }
    }

    @Test
    void whatGoesOnIsForLightningdWhichKnowsNoInvoice() throws Exception {
        try (var plugin = pluginOf(carol);
                var payment = overBob()) {
            plugin.answer(plugin.next("htlc_accepted"), RemotePlugin.CONTINUE);

            JsonNode outcome = payment.outcome();
            declined(outcome, 2, UNKNOWN_DETAILS);
            assertThat(outcome.at("/error/data/raw_message").textValue()).isEqualTo("400f00000000000003e80000000c");
        }
    }

    @Test
    void aFailureMessageReachesThePayerOnceAndIsForgottenThen() throws Exception {
        try (var plugin = pluginOf(carol);
                var payment = overBob()) {
            plugin.answer(plugin.next("htlc_accepted"), "{\"result\":\"fail\",\"failure_message\":\"400f0102030405\"}");

            JsonNode outcome = payment.outcome();
            declined(outcome, 2, UNKNOWN_DETAILS);
            assertThat(outcome.at("/error/message").textValue())
                    .isEqualTo("failed: WIRE_INCORRECT_OR_UNKNOWN_PAYMENT_DETAILS (reply from remote)");
            assertThat(outcome.at("/error/data/raw_message").textValue()).isEqualTo("400f0102030405");
            assertThat(payment.outcomeAgain().toString())
                    .isEqualTo(RpcClient.error(209, "Payment failure reason unknown"));
        }
    }

    @Test
    void thePreimageTakesTheMoney() throws Exception {
        try (var plugin = pluginOf(carol);
                var payment = overBob()) {
            plugin.answer(plugin.next("htlc_accepted"), resolve(payment.preimage()));

            complete(payment.outcome(), payment);
            assertThat(carol.balanceMsat()).isEqualTo(OnionPayment.AMOUNT_MSAT);
            assertThat(alice.balanceMsat()).isEqualTo(CAPACITY_MSAT - OnionPayment.AMOUNT_MSAT - 1);
        }
    }

    @Test
    void aWrongPreimageTakesNothing() throws Exception {
        try (var plugin = pluginOf(carol);
                var payment = toCarol()) {
            plugin.answer(plugin.next("htlc_accepted"), resolve(new byte[32]));

            JsonNode outcome = payment.outcome();
            declined(outcome, 1, UNKNOWN_DETAILS);
            assertThat(outcome.at("/error/data/raw_message").textValue()).isEqualTo("400f");
            assertThat(carol.balanceMsat()).isZero();
        }
    }

    @Test
    void aChangedPayloadIsWhatTheNodeGoesBy() throws Exception {
        String less = Hex.encode(OnionPayment.payload(900, FINAL_CLTV, ShortChannelId.parse(BOB_CAROL))
                .encode());
        try (var ofBob = pluginOf(bob);
                var ofCarol = pluginOf(carol);
                var payment = overBob()) {
            ofBob.answer(ofBob.next("htlc_accepted"), "{\"result\":\"continue\",\"payload\":\"" + less + "\"}");
            String call = ofCarol.next("htlc_accepted");

            assertThat(params(call).at("/htlc/amount_msat").longValue()).isEqualTo(900);
            ofCarol.answer(call, RemotePlugin.CONTINUE);
            declined(payment.outcome(), 2, 19);
        }
    }

    @Test
    void anotherChannelMayTakeThePaymentOn() throws Exception {
        String another = bob.openChannel(carol, CAPACITY_SAT);
        String id = RpcClient.json(bob, "listpeerchannels", "{\"short_channel_id\":\"" + another + "\"}")
                .at("/result/channels/0/channel_id")
                .textValue();
        try (var ofBob = pluginOf(bob);
                var ofCarol = pluginOf(carol);
                var payment = overBob()) {
            ofBob.answer(ofBob.next("htlc_accepted"), "{\"result\":\"continue\",\"forward_to\":\"" + id + "\"}");
            String call = ofCarol.next("htlc_accepted");

            assertThat(params(call).at("/htlc/short_channel_id").textValue()).isEqualTo(another);
            ofCarol.answer(call, resolve(payment.preimage()));
            complete(payment.outcome(), payment);
        }
    }

    @Test
    void aChannelThatTheNodeDoesNotHaveTakesNothingOn() throws Exception {
        try (var plugin = pluginOf(bob);
                var payment = overBob()) {
            plugin.answer(
                    plugin.next("htlc_accepted"),
                    "{\"result\":\"continue\",\"forward_to\":\"" + "00".repeat(32) + "\"}");

            declined(payment.outcome(), 1, 0x400a);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'result':'perhaps'}",
                "{'result':'fail'}",
                "{'result':'fail','failure_message':'zz'}",
                "{'result':'fail','failure_message':'2002LONG'}",
                "{'result':'fail','failure_onion':'zz'}",
                "{'result':'resolve'}",
                "{'result':'resolve','payment_key':'00'}",
                "{'result':'continue','payload':'zz'}",
                "{'result':'continue','forward_to':'00'}",
                "{'result':'continue','extra_tlvs':'0200'}",
                "{'result':'continue','invoice_msat':'much'}"
            })
    void whatLightningdCannotReadWouldEndIt(String answer) throws Exception {
        try (var plugin = pluginOf(carol);
                var payment = toCarol()) {
            plugin.answer(
                    plugin.next("htlc_accepted"), answer.replace('\'', '"').replace("LONG", "00".repeat(255)));

            declined(payment.outcome(), 1, UNKNOWN_DETAILS);
            assertThat(lightning.takeCrashes()).singleElement().satisfies(crash -> assertThat(crash)
                    .hasMessageContaining(
                            "The node carol would have crashed: plugin of-carol answered the hook" + " htlc_accepted"));
        }
    }

    @Test
    void aFailureThatBolt4DoesNotKnowWouldEndAPayer() throws Exception {
        try (var plugin = pluginOf(carol);
                var client = new RpcClient(bob.rpcFile())) {
            client.write(keysend("xkeysend", 0));
            plugin.answer(plugin.next("htlc_accepted"), "{\"result\":\"fail\",\"failure_message\":\"4003\"}");

            assertThat(client.reply()).contains("\"code\":209", "UNKNOWN 16387");
            assertThat(lightning.takeCrashes()).singleElement().satisfies(crash -> assertThat(crash)
                    .hasMessageContaining("A node that pays the node carol would have crashed"));
        }
    }

    private String keysend(String method, int retryFor) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":{\"destination\":\""
                + carol.nodeId() + "\",\"amount_msat\":1000,\"retry_for\":" + retryFor + "}}";
    }

    @ParameterizedTest
    @CsvSource({
        "keysend, 204, failed: WIRE_INCORRECT_OR_UNKNOWN_PAYMENT_DETAILS",
        "xkeysend, 209, Timed out waiting for blockheight 99."
    })
    void aPayerWaitsForTheBlocksThatThePayeeKnows(String method, int code, String words) throws Exception {
        String behind = "{\"result\":\"fail\",\"failure_message\":\"400f00000000000003e800000063\"}";
        try (var plugin = pluginOf(carol);
                var patient = new RpcClient(bob.rpcFile());
                var hasty = new RpcClient(bob.rpcFile())) {
            patient.write(keysend(method, 60));
            plugin.answer(plugin.next("htlc_accepted"), behind);
            hasty.write(keysend(method, 0));
            plugin.answer(plugin.next("htlc_accepted"), behind);

            assertThat(hasty.reply()).contains("\"code\":" + code, words);
            assertThat(patient.bytes(RpcClient.SILENCE)).isEmpty();
        }
    }

    @Test
    void aPaymentThatThePayeeHeldWhenItStoppedComesToItOnceMore() throws Exception {
        try (var plugin = pluginOf(carol);
                var payment = overBob()) {
            plugin.next("htlc_accepted");

            carol.crash();
            await().until(() -> !bob.isConnectedTo(carol));
            carol.start();
            bob.connectTo(carol);

            declined(payment.outcome(), 2, UNKNOWN_DETAILS);
        }
    }

    @Test
    void theNodeInBetweenHearsWhenItIsBackWhatBecameOfAPayment() throws Exception {
        try (var plugin = pluginOf(carol);
                var payment = overBob()) {
            String call = plugin.next("htlc_accepted");

            bob.crash();
            await().until(() -> !carol.isConnectedTo(bob) && !alice.isConnectedTo(bob));
            plugin.answer(call, resolve(payment.preimage()));
            bob.start();
            bob.connectTo(carol);
            alice.connectTo(bob);

            complete(payment.outcome(), payment);
            assertThat(bob.balanceMsat()).isEqualTo(CAPACITY_MSAT + 1);
        }
    }

    @Test
    void soDoesThePayer() throws Exception {
        try (var plugin = pluginOf(carol);
                var payment = overBob()) {
            String call = plugin.next("htlc_accepted");

            alice.crash();
            await().until(() -> !bob.isConnectedTo(alice));
            plugin.answer(call, resolve(payment.preimage()));
            alice.start();
            alice.connectTo(bob);

            complete(payment.outcomeAgain(), payment);
        }
    }
}
