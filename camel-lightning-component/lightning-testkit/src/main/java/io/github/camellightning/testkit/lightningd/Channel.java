// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.testkit.onion.Hashes;
import io.github.camellightning.testkit.onion.ShortChannelId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A channel of two nodes, with the fees and limits of a real one on regtest. Both ends see this one object, each on its own thread, so it is locked: what takes
 * two real nodes several messages happens here at once.
 */
final class Channel {

    static final int BASE_FEE_MSAT = 1;
    static final int FEE_PER_MILLION = 10;
    static final int CLTV_DELTA = 6;

    private static final int MILLION = 1_000_000;
    /** An end keeps so much, one in a hundred, so that it has something to lose. */
    private static final int RESERVE_PART = 100;
    /** What whoever opened the channel keeps for the fees of its transactions. */
    private static final long OPENERS_FEES_MSAT = 4_291_000;

    private final ShortChannelId id;
    private final byte[] fundingTxid = Daemon.random(Hashes.LENGTH);
    private final NodeId opener;
    private final NodeId accepter;
    private final long capacityMsat;
    private final List<Htlc> htlcs = new ArrayList<>();
    private final Set<Htlc> decided = new HashSet<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private long openerMsat;
    private long nextOfOpener;
    private long nextOfAccepter;

    /** What the receiver has decided, and the sender has not heard. */
    record Outcome(Htlc htlc, Htlc.Result result) {}

    Channel(ShortChannelId id, NodeId opener, NodeId accepter, long capacityMsat) {
        this.id = id;
        this.opener = opener;
        this.accepter = accepter;
        this.capacityMsat = capacityMsat;
        this.openerMsat = capacityMsat;
    }

    ShortChannelId id() {
        return id;
    }

    byte[] fundingTxid() {
        return fundingTxid.clone();
    }

    /** The id of BOLT 2, which the funding output makes: here always the first. */
    byte[] channelId() {
        byte[] reversed = new byte[Hashes.LENGTH];
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = fundingTxid[reversed.length - 1 - i];
        }
        return reversed;
    }

    long capacityMsat() {
        return capacityMsat;
    }

    boolean isOpenedBy(NodeId node) {
        return node.equals(opener);
    }

    boolean joins(NodeId node) {
        return node.equals(opener) || node.equals(accepter);
    }

    List<NodeId> ends() {
        return List.of(opener, accepter);
    }

    NodeId other(NodeId end) {
        return end.equals(opener) ? accepter : opener;
    }

    /** 0 from the end whose id is smaller. */
    int direction(NodeId from) {
        return from.compareTo(other(from)) < 0 ? 0 : 1;
    }

    static long feeMsat(long forwardedMsat) {
        return BASE_FEE_MSAT + forwardedMsat * FEE_PER_MILLION / MILLION;
    }

    long maximumMsat() {
        return capacityMsat - reserveMsat();
    }

    long reserveMsat() {
        return capacityMsat / RESERVE_PART;
    }

    synchronized long balanceMsat(NodeId end) {
        return end.equals(opener) ? openerMsat : capacityMsat - openerMsat;
    }

    /** What the end can send now. */
    synchronized long spendableMsat(NodeId end) {
        long kept = reserveMsat() + (end.equals(opener) ? OPENERS_FEES_MSAT : 0);
        long offered = htlcs.stream()
                .filter(htlc -> htlc.from().equals(end))
                .mapToLong(Htlc::amountMsat)
                .sum();
        return Math.max(0, balanceMsat(end) - kept - offered);
    }

    /** Null where the end has not so much. */
    synchronized @Nullable Htlc offer(
            NodeId from, long amountMsat, long expiry, byte[] paymentHash, byte[] onion, Htlc.Sender sender) {
        if (amountMsat > spendableMsat(from)) {
            return null;
        }
        long htlcId = from.equals(opener) ? nextOfOpener++ : nextOfAccepter++;
        var htlc = new Htlc(htlcId, from, amountMsat, expiry, paymentHash, onion, sender);
        htlcs.add(htlc);
        return htlc;
    }

    synchronized List<Htlc> htlcs() {
        return List.copyOf(htlcs);
    }

    /** Those of the other end whose fate is still open: the node passed none of them on, or decided. */
    synchronized List<Htlc> undecided(NodeId receiver) {
        return htlcs.stream()
                .filter(htlc -> !htlc.from().equals(receiver) && !decided.contains(htlc))
                .toList();
    }

    /** It was passed on: the receiver has not to decide any more. */
    synchronized void passedOn(Htlc htlc) {
        decided.add(htlc);
    }

    /** The receiver has decided, for good. */
    synchronized void decided(Htlc htlc, Htlc.Result result) {
        decided.add(htlc);
        outcomes.add(new Outcome(htlc, result));
    }

    /** What became of the sender's payments since it last asked. The money is the receiver's now, or the sender's again. */
    synchronized List<Outcome> settle(NodeId sender) {
        var settled = outcomes.stream()
                .filter(outcome -> outcome.htlc().from().equals(sender))
                .toList();
        outcomes.removeAll(settled);
        for (var outcome : settled) {
            var htlc = outcome.htlc();
            decided.remove(htlc);
            htlcs.remove(htlc);
            if (outcome.result() instanceof Htlc.Fulfilled) {
                openerMsat += sender.equals(opener) ? -htlc.amountMsat() : htlc.amountMsat();
            }
        }
        return settled;
    }

    @Override
    public String toString() {
        return "channel " + id;
    }
}
