// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.testkit.lightningd.Token.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code listpeerchannels}, {@code listchannels} and {@code getroutes}, with what routes look at. */
final class ChannelCommands {

    private static final int ROUTE_NOT_FOUND = 205;
    private static final int ROUTE_TOO_EXPENSIVE = 206;
    private static final long MOST_CLTV = 2_016;
    private static final int CERTAIN_PPM = 1_000_000;

    private static final String LISTPEERCHANNELS = "[id] [short_channel_id] [channel_id]";
    private static final String LISTCHANNELS = "[short_channel_id] [source] [destination]";
    private static final String GETROUTES =
            "source destination amount_msat layers maxfee_msat final_cltv [maxdelay] [maxparts] [dev_algorithm]";
    private static final String LOCAL_CHANNELS = "auto.localchans";
    private static final String SOURCE_FREE = "auto.sourcefree";
    private static final Set<String> LAYERS =
            Set.of(LOCAL_CHANNELS, SOURCE_FREE, "auto.no_mpp_support", "auto.include_fees");

    private final Daemon daemon;

    ChannelCommands(Daemon daemon, Commands commands) {
        this.daemon = daemon;
        commands.add("listpeerchannels", LISTPEERCHANNELS, this::listPeerChannels);
        commands.add("listchannels", LISTCHANNELS, this::listChannels);
        commands.add("getroutes", GETROUTES, this::getRoutes);
    }

    private void listPeerChannels(Call call, Token given) throws RpcException {
        var params = Params.of(given, LISTPEERCHANNELS);
        var id = params.nodeId("id");
        var channelId = params.text("short_channel_id");
        call.actNow();
        var result = Json.object();
        var list = result.putArray("channels");
        for (var channel : daemon.chain().channelsOf(daemon.nodeId())) {
            if ((id == null || channel.joins(id))
                    && (channelId == null || channelId.equals(channel.id().toString()))) {
                list.add(described(channel));
            }
        }
        call.succeed(result);
    }

    private ObjectNode described(Channel channel) {
        var me = daemon.nodeId();
        var peer = channel.other(me);
        boolean connected = daemon.peers().get(peer) != null;
        var json = Json.object()
                .put("peer_id", peer.hex())
                .put("peer_connected", connected)
                .put("reestablished", connected)
                .put("state", "CHANNELD_NORMAL")
                .put("short_channel_id", channel.id().toString())
                .put("direction", channel.direction(me))
                .put("channel_id", Hex.encode(channel.channelId()))
                .put("funding_txid", Hex.encode(channel.fundingTxid()))
                .put("funding_outnum", 0)
                .put("private", false)
                .put("opener", channel.isOpenedBy(me) ? "local" : "remote")
                .put("to_us_msat", channel.balanceMsat(me))
                .put("total_msat", channel.capacityMsat())
                .put("fee_base_msat", Channel.BASE_FEE_MSAT)
                .put("fee_proportional_millionths", Channel.FEE_PER_MILLION)
                .put("their_reserve_msat", channel.reserveMsat())
                .put("our_reserve_msat", channel.reserveMsat())
                .put("spendable_msat", channel.spendableMsat(me))
                .put("receivable_msat", channel.spendableMsat(peer))
                .put("minimum_htlc_in_msat", 0)
                .put("minimum_htlc_out_msat", 0)
                .put("maximum_htlc_out_msat", channel.maximumMsat());
        json.putArray("status").add("CHANNELD_NORMAL:Channel ready for use.");
        htlcs(channel, json.putArray("htlcs"));
        return json;
    }

    private void htlcs(Channel channel, ArrayNode list) {
        for (var htlc : channel.htlcs()) {
            boolean out = htlc.from().equals(daemon.nodeId());
            list.addObject()
                    .put("direction", out ? "out" : "in")
                    .put("id", htlc.id())
                    .put("amount_msat", htlc.amountMsat())
                    .put("expiry", htlc.expiry())
                    .put("payment_hash", Hex.encode(htlc.paymentHash()))
                    .put("state", out ? "SENT_ADD_ACK_REVOCATION" : "RCVD_ADD_ACK_REVOCATION");
        }
    }

    private void listChannels(Call call, Token given) throws RpcException {
        var params = Params.of(given, LISTCHANNELS);
        var channelId = params.text("short_channel_id");
        var source = params.nodeId("source");
        var destination = params.nodeId("destination");
        if (params.get("short_channel_id") != null && source != null || source != null && destination != null) {
            throw RpcException.invalidParams("Can only specify one of `short_channel_id`, `source` or `destination`");
        }
        call.actNow();
        var result = Json.object();
        var list = result.putArray("channels");
        for (var channel : daemon.chain().channels()) {
            for (var from : channel.ends()) {
                if ((channelId == null || channelId.equals(channel.id().toString()))
                        && (source == null || source.equals(from))
                        && (destination == null || destination.equals(channel.other(from)))) {
                    list.add(announced(channel, from));
                }
            }
        }
        call.succeed(result);
    }

    private static ObjectNode announced(Channel channel, NodeId from) {
        return Json.object()
                .put("source", from.hex())
                .put("destination", channel.other(from).hex())
                .put("short_channel_id", channel.id().toString())
                .put("direction", channel.direction(from))
                .put("public", true)
                .put("amount_msat", channel.capacityMsat())
                .put("message_flags", 1)
                .put("channel_flags", channel.direction(from))
                .put("active", true)
                .put("last_update", Instant.now().getEpochSecond())
                .put("base_fee_millisatoshi", Channel.BASE_FEE_MSAT)
                .put("fee_per_millionth", Channel.FEE_PER_MILLION)
                .put("delay", Channel.CLTV_DELTA)
                .put("htlc_minimum_msat", 0)
                .put("htlc_maximum_msat", channel.maximumMsat())
                .put("features", "");
    }

    private void getRoutes(Call call, Token given) throws RpcException {
        var params = Params.of(given, GETROUTES);
        var source = Params.nodeId(
                "source", params.require("source"), params.require("source").text());
        var destination = Params.nodeId(
                "destination",
                params.require("destination"),
                params.require("destination").text());
        long amount = PaymentParams.msat(params, "amount_msat", 0);
        var layers = layers(params.require("layers"));
        long maxFee = PaymentParams.msat(params, "maxfee_msat", 0);
        long finalCltv = PaymentParams.u32(params, "final_cltv", 0);
        long maxDelay = PaymentParams.u32(params, "maxdelay", MOST_CLTV);
        long maxParts = PaymentParams.u32(params, "maxparts", 1);
        if (amount == 0) {
            throw RpcException.invalidParams("amount must be non-zero");
        }
        call.actNow();
        known("source", source);
        known("destination", destination);
        if (maxParts == 0) {
            throw new RpcException(ROUTE_NOT_FOUND, "Failed to reduce 1 flows down to maxparts (0)");
        }
        var steps = new Routes(daemon, layers.contains(LOCAL_CHANNELS), layers.contains(SOURCE_FREE), Set.of())
                .find(source, destination, amount, finalCltv);
        call.succeed(result(affordable(steps, amount, maxFee, maxDelay), amount, finalCltv));
    }

    private static Set<String> layers(Token given) throws RpcException {
        if (given.kind() != Kind.ARRAY) {
            throw RpcException.badParameter("layers", "should be an array", given);
        }
        for (var layer : given.children()) {
            if (!LAYERS.contains(layer.text())) {
                throw RpcException.badParameter("layers", "unknown layer", layer);
            }
        }
        return given.children().stream().map(Token::text).collect(Collectors.toSet());
    }

    private void known(String name, NodeId node) throws RpcException {
        if (!daemon.chain().hasNode(node)) {
            throw new RpcException(ROUTE_NOT_FOUND, "Unknown " + name + " node " + node);
        }
    }

    private static List<Routes.Step> affordable(
            @Nullable List<Routes.Step> steps, long amount, long maxFee, long maxDelay) throws RpcException {
        if (steps == null || steps.isEmpty()) {
            throw new RpcException(ROUTE_NOT_FOUND, "We could not find a usable set of paths.");
        }
        if (steps.get(0).amountIn() - amount > maxFee) {
            throw new RpcException(ROUTE_TOO_EXPENSIVE, "Could not find route without excessive cost");
        }
        if (steps.get(0).cltvIn() > maxDelay) {
            throw new RpcException(ROUTE_TOO_EXPENSIVE, "Could not find route without excessive delays");
        }
        return steps;
    }

    private static ObjectNode result(List<Routes.Step> steps, long amount, long finalCltv) {
        var result = Json.object().put("probability_ppm", CERTAIN_PPM);
        var route = result.putArray("routes").addObject();
        route.put("probability_ppm", CERTAIN_PPM).put("amount_msat", amount).put("final_cltv", finalCltv);
        var path = route.putArray("path");
        for (var step : steps) {
            path.addObject()
                    .put("short_channel_id_dir", step.direction())
                    .put("node_id_in", step.from().hex())
                    .put("node_id_out", step.to().hex())
                    .put("amount_in_msat", step.amountIn())
                    .put("amount_out_msat", step.amountOut())
                    .put("cltv_in", step.cltvIn())
                    .put("cltv_out", step.cltvOut())
                    .put("next_node_id", step.to().hex())
                    .put("amount_msat", step.amountIn())
                    .put("delay", step.cltvIn());
        }
        return result;
    }
}
