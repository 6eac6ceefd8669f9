// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may take up our time before we know who it is: counts and rates of inbound connections, in all and for each address. An address
 * is an IPv4 address or an IPv6 /64, since whoever has one IPv6 address has 2^64 of them.
 */
final class Admission {

    private static final int MAX_ADDRESSES = 10_000;

    private record AddressKey(byte[] prefix) {
        static AddressKey of(InetAddress address) {
            byte[] bytes = address.getAddress();
            return new AddressKey(bytes.length == 16 ? Arrays.copyOf(bytes, 8) : bytes);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof AddressKey that && Arrays.equals(prefix, that.prefix);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(prefix);
        }
    }

    private static final class PerAddress {
        private final TokenBucket rate;
        private int connections;

        private PerAddress(TokenBucket rate) {
            this.rate = rate;
        }
    }

    private final PeerLimits limits;
    private final int keptForConfigured;
    private final LongSupplier nanoTime;
    private final TokenBucket rate;
    private final Map<AddressKey, PerAddress> addresses = new HashMap<>();
    private int connections;
    private int pending;
    private int unlisted;

    Admission(PeerLimits limits, int configuredPeers, LongSupplier nanoTime) {
        this.limits = limits;
        this.keptForConfigured = configuredPeers;
        this.nanoTime = nanoTime;
        this.rate =
                new TokenBucket(limits.getHandshakesPerSecond(), limits.getHandshakesPerSecond(), nanoTime.getAsLong());
    }

    /** @return null where it may go on, and then one {@link #settled} and one {@link #closed} are due; else which limit it met */
    synchronized @Nullable String admit(InetAddress address) {
        if (connections >= limits.getMaxConnections() - keptForConfigured) {
            return "maxConnections";
        }
        if (pending >= limits.getMaxPendingHandshakes()) {
            return "maxPendingHandshakes";
        }
        long now = nanoTime.getAsLong();
        if (rate.isEmpty(now)) {
            // before anything is remembered of an address: a flood may come from very many
            return "handshakesPerSecond";
        }
        PerAddress from = perAddress(AddressKey.of(address), now);
        if (from.connections >= limits.getMaxConnectionsPerAddress()) {
            return "maxConnectionsPerAddress";
        }
        if (!from.rate.take(now)) {
            return "handshakesPerAddressPerSecond";
        }
        rate.take(now);
        from.connections++;
        connections++;
        pending++;
        return null;
    }

    /** It became a peer, or it never will. */
    synchronized void settled() {
        pending--;
    }

    synchronized void closed(InetAddress address) {
        connections--;
        PerAddress from = addresses.get(AddressKey.of(address));
        if (from != null) {
            from.connections--;
        }
    }

    /** @return whether there is a place for one more peer that is neither allow-listed nor configured; each true wants a {@link #unlistedLeft} */
    synchronized boolean admitUnlisted() {
        if (unlisted >= limits.getMaxUnlistedConnections()) {
            return false;
        }
        unlisted++;
        return true;
    }

    synchronized void unlistedLeft() {
        unlisted--;
    }

    /** An outbound connection takes a place too, save to a configured peer, whose place is kept anyway. */
    synchronized void dialled() {
        connections++;
    }

    synchronized void dialledClosed() {
        connections--;
    }

    synchronized int rememberedAddresses() {
        return addresses.size();
    }

    private PerAddress perAddress(AddressKey key, long now) {
        PerAddress known = addresses.get(key);
        if (known != null) {
            return known;
        }
        if (addresses.size() >= MAX_ADDRESSES) {
            forgetQuietAddresses(now);
        }
        var added = new PerAddress(
                new TokenBucket(limits.getHandshakesPerAddressPerSecond(), limits.getHandshakesPerAddressBurst(), now));
        addresses.put(key, added);
        return added;
    }

    private void forgetQuietAddresses(long now) {
        for (Iterator<PerAddress> each = addresses.values().iterator(); each.hasNext(); ) {
            PerAddress address = each.next();
            if (address.connections == 0 && address.rate.isFull(now)) {
                each.remove();
            }
        }
    }
}
