// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.node.wire.WireWriter;
import io.github.camellightning.testkit.onion.FailureCode;
import io.github.camellightning.testkit.onion.HopPayload;
import io.github.camellightning.testkit.onion.OnionPacket;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A payment that a node is to pass on: whether it does, by the rules of BOLT 2, 4 and 7 in lightningd's order. */
record Forward(Daemon daemon, Htlc htlc, HopPayload payload) {

    /** Further off nobody forwards. */
    private static final int MAXIMUM_CLTV = 2_016;

    private static final byte[] REGTEST = Hex.known("06226e46111a0b59caaf126043eb5bbf28c34f3a5e332a1fc7b2b73cf188910f");
    private static final int CHANNEL_UPDATE = 258;
    private static final int SIGNATURE_LENGTH = 64;

    /**
     * @param channelId of BOLT 2; null where the onion names a channel that the node does not have
     * @param passedOn told when it is out of the node's hands
     * @param refused the failure message
     */
    void over(
            @Nullable String channelId,
            OnionPacket onion,
            Runnable passedOn,
            Htlc.Sender sender,
            Consumer<byte[]> refused) {
        var me = daemon.nodeId();
        var channel = daemon.chain().channelsOf(me).stream()
                .filter(own -> Hex.encode(own.channelId()).equals(channelId))
                .findAny()
                .orElse(null);
        if (channel == null) {
            refused.accept(FailureCode.UNKNOWN_NEXT_PEER.message());
            return;
        }
        byte[] refusal = refusal(channel);
        if (refusal != null) {
            refused.accept(refusal);
            return;
        }
        var link = daemon.peers().get(channel.other(me));
        boolean offered = link != null
                && daemon.htlcs()
                        .offer(
                                link,
                                channel,
                                payload.amountMsat(),
                                payload.cltv(),
                                htlc.paymentHash(),
                                onion.encode(),
                                sender);
        if (offered) {
            passedOn.run();
        } else {
            refused.accept(FailureCode.TEMPORARY_CHANNEL_FAILURE.message(update(channel)));
        }
    }

    private byte @Nullable [] refusal(Channel channel) {
        int height = daemon.chain().height();
        byte[] update = update(channel);
        if (htlc.amountMsat() < payload.amountMsat() + Channel.feeMsat(payload.amountMsat())) {
            return FailureCode.FEE_INSUFFICIENT.message(
                    new WireWriter().u64(htlc.amountMsat()).toByteArray(), update);
        }
        if (payload.amountMsat() > channel.maximumMsat()) {
            return FailureCode.TEMPORARY_CHANNEL_FAILURE.message(update);
        }
        if (htlc.expiry() < payload.cltv() + Channel.CLTV_DELTA) {
            return FailureCode.INCORRECT_CLTV_EXPIRY.message(
                    new WireWriter().u32(htlc.expiry()).toByteArray(), update);
        }
        if (height >= payload.cltv()) {
            return FailureCode.EXPIRY_TOO_SOON.message(update);
        }
        return height + MAXIMUM_CLTV < payload.cltv() ? FailureCode.EXPIRY_TOO_FAR.message() : null;
    }

    /** The channel as it is, for senders that know it as it was, with its length; whoever checks the signature is told a lie. */
    private byte[] update(Channel channel) {
        byte[] update = new WireWriter()
                .u16(CHANNEL_UPDATE)
                .bytes(new byte[SIGNATURE_LENGTH])
                .bytes(REGTEST)
                .bytes(channel.id().bytes())
                .u32(Instant.now().getEpochSecond())
                .u8(1)
                .u8(channel.direction(daemon.nodeId()))
                .u16(Channel.CLTV_DELTA)
                .u64(0)
                .u32(Channel.BASE_FEE_MSAT)
                .u32(Channel.FEE_PER_MILLION)
                .u64(channel.maximumMsat())
                .toByteArray();
        return new WireWriter().u16(update.length).bytes(update).toByteArray();
    }
}
