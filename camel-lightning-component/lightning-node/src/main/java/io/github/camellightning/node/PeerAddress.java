// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who and where to dial: {@code <node id>@<host>[:<port>]}, the host a name, an IPv4 address, an IPv6 address in brackets or
 * a Tor {@code .onion} name; the port is 9735 where absent.
 */
public record PeerAddress(NodeId nodeId, String host, int port) {

    public static final int DEFAULT_PORT = 9735;

    private static final Pattern FORM =
            Pattern.compile("([^@]*)@(\\[[0-9a-fA-F]*:[0-9a-fA-F:.]*(?:%\\w+)?]|[^\\[\\]:@/,\\s]+)(?::(\\d{1,5}))?");

    /** @throws InvalidMessageException where the host is empty or the port not within 1 to 65535 */
    public PeerAddress {
        if (host.isBlank() || port < 1 || port > 65_535) {
            throw invalid(nodeId + "@" + host + ":" + port);
        }
    }

    /** @throws InvalidMessageException where the text is not of the form above */
    public static PeerAddress parse(String text) {
        Matcher parts = FORM.matcher(text.trim());
        if (!parts.matches()) {
            throw invalid(text);
        }
        String host = parts.group(2);
        String port = parts.group(3);
        return new PeerAddress(
                new NodeId(parts.group(1)),
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                port == null ? DEFAULT_PORT : Integer.parseInt(port));
    }

    @Override
    public String toString() {
        return nodeId + "@" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private static InvalidMessageException invalid(String text) {
        return new InvalidMessageException("Invalid peer address '" + Escaped.of(text, 200)
                + "': it reads <node id>@<host>:<port>, an IPv6 address in brackets, the port within 1 to 65535");
    }
}
