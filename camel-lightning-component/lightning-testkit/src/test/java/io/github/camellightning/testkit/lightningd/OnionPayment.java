// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.wire.TlvStream;
import io.github.camellightning.node.wire.WireWriter;
import io.github.camellightning.testkit.onion.Curve;
import io.github.camellightning.testkit.onion.Hashes;
import io.github.camellightning.testkit.onion.HopPayload;
import io.github.camellightning.testkit.onion.OnionPacket;
import io.github.camellightning.testkit.onion.ShortChannelId;
import io.github.camellightning.testkit.onion.Sphinx;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** A payment of 1,000 msat in an onion of the test's own making, sent and awaited. */
final class OnionPayment implements AutoCloseable {

    static final long AMOUNT_MSAT = 1_000;

    private static final int FINAL_DELAY = 18;

    private final byte[] preimage = Daemon.random(Hashes.LENGTH);
    private final SimulatedLightningd payer;
    private final RpcClient waiting;

    private OnionPayment(SimulatedLightningd payer, List<Sphinx.Hop> hops, long amount, int delay) throws IOException {
        this.payer = payer;
        var made = Sphinx.create(hops, Daemon.random(Curve.SCALAR_LENGTH), hash(), OnionPacket.PAYMENT_LAYERS);
        var params =
                Json.object().put("onion", Hex.encode(made.packet().encode())).put("payment_hash", Hex.encode(hash()));
        params.putObject("first_hop")
                .put("id", Hex.encode(hops.get(0).nodeId()))
                .put("amount_msat", amount)
                .put("delay", delay);
        var secrets = params.putArray("shared_secrets");
        made.sharedSecrets().forEach(secret -> secrets.add(Hex.encode(secret)));
        assertThat(RpcClient.call(payer, "sendonion", params.toString())).contains("\"status\":\"pending\"");
        waiting = new RpcClient(payer.rpcFile()).write(request());
        // after its answer the node has read the request before, and what comes from a peer comes later
        RpcClient.call(payer, "getinfo", "{}");
    }

    /** To the other end of a channel. */
    static OnionPayment to(SimulatedLightningd payee, SimulatedLightningd payer) throws IOException {
        return new OnionPayment(payer, List.of(hop(payer, payee, null)), AMOUNT_MSAT, FINAL_DELAY);
    }

    /** Over a node and one of its channels. */
    static OnionPayment over(
            SimulatedLightningd between, String channel, SimulatedLightningd payee, SimulatedLightningd payer)
            throws IOException {
        var hops = List.of(
                hop(payer, between, Objects.requireNonNull(ShortChannelId.parse(channel))), hop(payer, payee, null));
        return new OnionPayment(
                payer, hops, AMOUNT_MSAT + Channel.feeMsat(AMOUNT_MSAT), FINAL_DELAY + Channel.CLTV_DELTA);
    }

    private static Sphinx.Hop hop(SimulatedLightningd payer, SimulatedLightningd node, ShortChannelId channel) {
        int height =
                RpcClient.json(payer, "getinfo", "{}").at("/result/blockheight").intValue();
        return new Sphinx.Hop(
                node.nodeId().bytes(),
                Sphinx.Hop.prefixed(
                        payload(AMOUNT_MSAT, height + 1L + FINAL_DELAY, channel).encode()));
    }

    /** The records of a payload; for the last node without a channel. */
    static TlvStream payload(long amountMsat, long cltv, ShortChannelId channel) {
        var records = TlvStream.EMPTY
                .with(
                        HopPayload.AMT_TO_FORWARD,
                        new WireWriter().tu64(amountMsat).toByteArray())
                .with(
                        HopPayload.OUTGOING_CLTV_VALUE,
                        new WireWriter().tu64(cltv).toByteArray());
        return channel == null ? records : records.with(HopPayload.SHORT_CHANNEL_ID, channel.bytes());
    }

    byte[] preimage() {
        return preimage;
    }

    private byte[] hash() {
        return Hashes.sha256(preimage);
    }

    private String request() {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"waitsendpay\",\"params\":[\"" + Hex.encode(hash()) + "\"]}";
    }

    /** What waitsendpay says when it is over. */
    JsonNode outcome() throws IOException {
        return Json.parse(waiting.reply());
    }

    /** What waitsendpay says when it is asked again. */
    JsonNode outcomeAgain() {
        return Json.parse(RpcClient.ask(payer, request()));
    }

    @Override
    public void close() throws IOException {
        waiting.close();
    }
}
