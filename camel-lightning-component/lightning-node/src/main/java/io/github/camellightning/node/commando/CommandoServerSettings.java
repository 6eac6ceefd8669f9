// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What peers may make a {@link CommandoServer} do.
 *
 * @param unfinished how long a request may take to arrive; then it is dropped
 * @param maxRequestBytes of all requests that are arriving or wait; what exceeds it is not taken
 * @param inFlightPerPeer calls of one peer that run, until their reply is written; others wait
 * @param inFlight the same, of all peers
 * @param waitingPerPeer calls of one peer that wait; more are refused
 * @param badRunesPerMinute so many, and the peer is disconnected
 * @param repeats how long a request that comes again is not run again
 * @param maxRepeats how many requests without a reply are remembered for that, of all peers, and an eighth of them of one; the oldest are forgotten
 * @param replyWindow bytes of replies to one peer that wait to be written
 * @param spoolThreshold bytes of a filtered result that memory holds; a larger one goes to a file
 * @param spoolDirectory for these files
 */
public record CommandoServerSettings(
        Duration unfinished,
        long maxRequestBytes,
        int inFlightPerPeer,
        int inFlight,
        int waitingPerPeer,
        int badRunesPerMinute,
        Duration repeats,
        int maxRepeats,
        int replyWindow,
        int spoolThreshold,
        Path spoolDirectory) {

    public static CommandoServerSettings defaults() {
        return new CommandoServerSettings(
                Duration.ofSeconds(30),
                64L << 20,
                8,
                256,
                256,
                5,
                Duration.ofMinutes(5),
                1_000,
                256 << 10,
                64 << 10,
                Path.of(System.getProperty("java.io.tmpdir")));
    }
}
