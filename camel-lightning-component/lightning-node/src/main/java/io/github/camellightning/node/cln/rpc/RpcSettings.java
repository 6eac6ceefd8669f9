// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import io.github.camellightning.node.Escaped;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How an {@link RpcClient} behaves.
 *
 * @param socket lightningd's JSON-RPC socket, its {@code rpc-file}
 * @param clientName who asks, as it stands in the ids of requests and so in lightningd's log
 * @param deadline of a request that has none of its own
 * @param connectTimeout for a socket that is there and whose backlog is full
 * @param maxInFlight requests that wait for their replies; those that are more than these wait, in order, for a place
 * @param maxWaiting requests that wait for a place; more fail
 * @param maxWaitingBytes of the requests that wait for a place; a single one may be larger
 * @param maxSeparateCalls calls that have a connection and a thread of their own: those with notifications, of which more fail, and those apart
 * @param maxResponseSize bytes of a result whose request has no limit of its own; a larger one fails its call and is not kept
 * @param spoolThreshold bytes of a result that memory holds; a larger one goes to a file
 * @param spoolDirectory for these files, which have no name there for longer than their making takes
 * @param checkPeer whether the socket's owner must be this process's user or root
 * @param reconnectMin after a failed connection, calls fail at once for so long before the next try
 * @param reconnectMax to which that grows, doubled with each failure, each time more or less by up to a half
 */
public record RpcSettings(
        Path socket,
        String clientName,
        Duration deadline,
        Duration connectTimeout,
        int maxInFlight,
        int maxWaiting,
        long maxWaitingBytes,
        int maxSeparateCalls,
        long maxResponseSize,
        int spoolThreshold,
        Path spoolDirectory,
        boolean checkPeer,
        Duration reconnectMin,
        Duration reconnectMax) {

    public static final String DEFAULT_CLIENT_NAME = "camel";
    public static final int DEFAULT_MAX_IN_FLIGHT = 256;

    /** @throws IllegalArgumentException naming the option, its value and the rule */
    public RpcSettings {
        requireClientName(clientName);
        positive("deadline", deadline);
        positive("connectTimeout", connectTimeout);
        requireMaxInFlight(maxInFlight);
        atLeast(0, "maxWaiting", maxWaiting);
        atLeast(0, "maxWaitingBytes", maxWaitingBytes);
        atLeast(0, "maxSeparateCalls", maxSeparateCalls);
        atLeast(1, "maxResponseSize", maxResponseSize);
        atLeast(0, "spoolThreshold", spoolThreshold);
        positive("reconnectMin", reconnectMin);
        require(
                reconnectMax.compareTo(reconnectMin) >= 0,
                "reconnectMax",
                reconnectMax,
                "it must be at least reconnectMin=" + reconnectMin);
    }

    /** Defaults for everything but the socket. */
    public static Builder builder(Path socket) {
        return new Builder(socket);
    }

    public static RpcSettings of(Path socket) {
        return builder(socket).build();
    }

    /** @throws IllegalArgumentException naming the option, its value and the rule */
    public static String requireClientName(String clientName) {
        if (!clientName.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException("Invalid option clientName=" + Escaped.of(clientName, 200)
                    + ": it must be 1 to 64 letters, digits, points, dashes or underscores");
        }
        return clientName;
    }

    /** @throws IllegalArgumentException naming the option, its value and the rule */
    public static int requireMaxInFlight(int maxInFlight) {
        if (maxInFlight < 1) {
            throw new IllegalArgumentException("Invalid option maxInFlight=" + maxInFlight + ": it must be at least 1");
        }
        return maxInFlight;
    }

    private static void positive(String option, Duration value) {
        require(!value.isNegative() && !value.isZero(), option, value, "it must be more than nothing");
    }

    private static void atLeast(long least, String option, long value) {
        require(value >= least, option, value, "it must be at least " + least);
    }

    private static void require(boolean holds, String option, Object value, String rule) {
        if (!holds) {
            throw new IllegalArgumentException("Invalid option " + option + "=" + value + ": " + rule);
        }
    }

    /** Each method sets the component of its name. */
    public static final class Builder {
        private final Path socket;
        private String clientName = DEFAULT_CLIENT_NAME;
        private Duration deadline = Duration.ofSeconds(60);
        private Duration connectTimeout = Duration.ofSeconds(10);
        private int maxInFlight = DEFAULT_MAX_IN_FLIGHT;
        private int maxWaiting = 10_000;
        private long maxWaitingBytes = 64 << 20;
        private int maxSeparateCalls = 16;
        private long maxResponseSize = 512 << 20;
        private int spoolThreshold = 1 << 20;
        private Path spoolDirectory = Path.of(System.getProperty("java.io.tmpdir"));
        private boolean checkPeer = true;
        private Duration reconnectMin = Duration.ofMillis(50);
        private Duration reconnectMax = Duration.ofSeconds(1);

        private Builder(Path socket) {
            this.socket = socket;
        }

        public Builder clientName(String value) {
            clientName = value;
            return this;
        }

        public Builder deadline(Duration value) {
            deadline = value;
            return this;
        }

        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        public Builder maxInFlight(int value) {
            maxInFlight = value;
            return this;
        }

        public Builder maxWaiting(int value) {
            maxWaiting = value;
            return this;
        }

        public Builder maxWaitingBytes(long value) {
            maxWaitingBytes = value;
            return this;
        }

        public Builder maxSeparateCalls(int value) {
            maxSeparateCalls = value;
            return this;
        }

        public Builder maxResponseSize(long value) {
            maxResponseSize = value;
            return this;
        }

        public Builder spoolThreshold(int value) {
            spoolThreshold = value;
            return this;
        }

        public Builder spoolDirectory(Path value) {
            spoolDirectory = value;
            return this;
        }

        public Builder checkPeer(boolean value) {
            checkPeer = value;
            return this;
        }

        public Builder reconnectMin(Duration value) {
            reconnectMin = value;
            return this;
        }

        public Builder reconnectMax(Duration value) {
            reconnectMax = value;
            return this;
        }

        public RpcSettings build() {
            return new RpcSettings(
                    socket,
                    clientName,
                    deadline,
                    connectTimeout,
                    maxInFlight,
                    maxWaiting,
                    maxWaitingBytes,
                    maxSeparateCalls,
                    maxResponseSize,
                    spoolThreshold,
                    spoolDirectory,
                    checkPeer,
                    reconnectMin,
                    reconnectMax);
        }
    }
}
