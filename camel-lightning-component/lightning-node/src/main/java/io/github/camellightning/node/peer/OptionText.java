// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.noise.KeyFile;
import io.github.camellightning.node.noise.NodeKey;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Reads options as users write them. What will not do is told with the option, the value, save where it is a secret, and the rule. */
final class OptionText {

    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[^\\[\\]]+]|[^\\[\\]:/\\s]*):(\\d{1,5})");
    private static final Pattern KEY = Pattern.compile("[0-9a-fA-F]{64}");
    private static final int MAX_QUOTED = 200;

    private OptionText() {}

    static List<PeerAddress> peers(String text) {
        List<PeerAddress> peers = list("peers", text, PeerAddress::parse);
        Set<NodeId> seen = new HashSet<>();
        for (PeerAddress peer : peers) {
            if (!seen.add(peer.nodeId())) {
                throw new InvalidMessageException(
                        "Invalid option peers: " + peer.nodeId() + " is named more than once, a peer has one address");
            }
        }
        return peers;
    }

    static Set<NodeId> allowPeers(String text) {
        return Set.copyOf(list("allowPeers", text, NodeId::new));
    }

    static Network network(String text) {
        return named("network", () -> Network.parse(text));
    }

    private static <T> List<T> list(String option, String text, Function<String, T> item) {
        return Arrays.stream(text.split(","))
                .map(String::trim)
                .filter(part -> !part.isEmpty())
                .map(part -> named(option, () -> item.apply(part)))
                .toList();
    }

    private static <T> T named(String option, Supplier<T> parse) {
        try {
            return parse.get();
        } catch (InvalidMessageException invalid) {
            throw new InvalidMessageException("Invalid option " + option + ": " + invalid.getMessage());
        }
    }

    /** An empty host means every address of this machine. */
    static InetSocketAddress listen(String text) {
        return address("listen", text, 0, true);
    }

    static InetSocketAddress proxy(String text) {
        return address("proxy", text, 1, false);
    }

    private static InetSocketAddress address(String option, String text, int firstPort, boolean mayBeEverywhere) {
        String value = Escaped.of(text, MAX_QUOTED);
        var parts = HOST_AND_PORT.matcher(text.trim());
        int port = parts.matches() ? Integer.parseInt(parts.group(2)) : -1;
        if (port < firstPort || port > 65_535 || (parts.group(1).isEmpty() && !mayBeEverywhere)) {
            throw new InvalidMessageException("Invalid option " + option + "=" + value
                    + ": it reads <host>:<port>, an IPv6 address in brackets, the port within " + firstPort
                    + " to 65535");
        }
        String host = parts.group(1);
        var address = host.isEmpty()
                ? new InetSocketAddress(port)
                : new InetSocketAddress(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
        if (address.isUnresolved()) {
            throw new InvalidMessageException("Invalid option " + option + "=" + value + ": no such host");
        }
        return address;
    }

    /** The value is in no message, and in no cause of one. */
    static NodeKey privateKey(String text) {
        String hex = text.trim();
        if (!KEY.matcher(hex).matches()) {
            throw new InvalidMessageException("Invalid option privateKey: a node key has 64 hex digits");
        }
        return named("privateKey", () -> NodeKey.of(HexFormat.of().parseHex(hex)));
    }

    static KeyFile keyFile(String text, SecureRandom random) {
        try {
            return KeyFile.open(Path.of(text), random);
        } catch (InvalidPathException invalid) {
            throw new InvalidMessageException("Option keyFile: '" + Escaped.of(text, MAX_QUOTED) + "' is no path");
        } catch (LightningException unusable) {
            throw new LightningException("Option keyFile: " + unusable.getMessage(), unusable);
        }
    }
}
