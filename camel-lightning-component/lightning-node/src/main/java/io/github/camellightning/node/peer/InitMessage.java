// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.wire.TlvStream;
import io.github.camellightning.node.wire.WireException;
import io.github.camellightning.node.wire.WireReader;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * BOLT 1's {@code init}: features, and in its TLV stream the chains that the sender is on (type 1, 32 bytes each) and the address at
 * which it sees the receiver (type 3, never acted upon here).
 *
 * @param networks chain hashes; empty: the sender did not say
 */
record InitMessage(
        Features features, List<byte[]> networks, @Nullable InetSocketAddress remoteAddress) {

    private static final long NETWORKS = 1;
    private static final long REMOTE_ADDRESS = 3;
    private static final int CHAIN_HASH = 32;

    /** What we send: see {@link Features#OURS}; the old global features stay empty. */
    static InitMessage ours(@Nullable Network network, @Nullable InetSocketAddress remoteAddress) {
        return new InitMessage(
                Features.OURS, network == null ? List.of() : List.of(network.chainHash()), publicOnly(remoteAddress));
    }

    CustomMessage encode() {
        byte[] featureBytes = features.encode();
        TlvStream tlvs = TlvStream.EMPTY;
        if (!networks.isEmpty()) {
            var hashes = ByteBuffer.allocate(CHAIN_HASH * networks.size());
            networks.forEach(hashes::put);
            tlvs = tlvs.with(NETWORKS, hashes.array());
        }
        if (remoteAddress != null) {
            tlvs = tlvs.with(REMOTE_ADDRESS, descriptor(remoteAddress));
        }
        byte[] tlvBytes = tlvs.encode();
        byte[] payload = ByteBuffer.allocate(4 + featureBytes.length + tlvBytes.length)
                .putShort((short) 0)
                .putShort((short) featureBytes.length)
                .put(featureBytes)
                .put(tlvBytes)
                .array();
        return new CustomMessage(MessageTypes.INIT, payload);
    }

    /**
     * @throws WireException where it is cut short or its TLV stream is not canonical or demands what we do not know
     * @throws ProtocolException where its networks are no whole number of chain hashes
     */
    static InitMessage decode(byte[] payload) {
        var in = new WireReader(payload);
        Features global = Features.decode(in.bytes(in.u16()));
        Features local = Features.decode(in.bytes(in.u16()));
        TlvStream tlvs = TlvStream.parse(in.bytes(in.remaining())).requireNoUnknownEven(type -> false);
        byte[] networks = tlvs.value(NETWORKS).orElse(new byte[0]);
        if (networks.length % CHAIN_HASH != 0) {
            throw new ProtocolException("malformed init (networks of " + networks.length + " bytes)", true);
        }
        return new InitMessage(global.or(local), hashes(networks), null);
    }

    /** Whether two nodes that both say which chains they are on share one. */
    boolean sharesNetworkWith(InitMessage other) {
        return networks.isEmpty()
                || other.networks.isEmpty()
                || networks.stream().anyMatch(hash -> other.networks.stream().anyMatch(h -> Arrays.equals(hash, h)));
    }

    private static List<byte[]> hashes(byte[] networks) {
        return IntStream.range(0, networks.length / CHAIN_HASH)
                .mapToObj(i -> Arrays.copyOfRange(networks, i * CHAIN_HASH, (i + 1) * CHAIN_HASH))
                .toList();
    }

    /** BOLT 7's address descriptor: 1 and IPv4 or 2 and IPv6, then the port. */
    private static byte[] descriptor(InetSocketAddress address) {
        byte[] ip = address.getAddress().getAddress();
        return ByteBuffer.allocate(1 + ip.length + 2)
                .put((byte) (address.getAddress() instanceof Inet4Address ? 1 : 2))
                .put(ip)
                .putShort((short) address.getPort())
                .array();
    }

    private static @Nullable InetSocketAddress publicOnly(@Nullable InetSocketAddress remote) {
        if (remote == null || remote.isUnresolved()) {
            return null;
        }
        InetAddress address = remote.getAddress();
        boolean uniqueLocal = address.getAddress().length == 16 && (address.getAddress()[0] & 0xfe) == 0xfc;
        boolean local = address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                || uniqueLocal;
        return local ? null : remote;
    }
}
