// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What a {@link CommandoClient} may use.
 *
 * @param deadline of a call that has none of its own, from the last part sent or received on
 * @param maxCallsPerPeer calls that have not ended, those that wait to be sent included; more fail
 * @param maxCalls the same, of all peers
 * @param maxRequestBytes of all requests that are not sent yet; a single one may be larger
 * @param bufferBytes of replies that wait to be spooled; with more, peers are to be read no further. At eight times as much replies are given up.
 * @param spoolThreshold bytes of a result that memory holds; a larger one goes to a file
 * @param spoolDirectory for these files, which have no name there for longer than their making takes
 */
public record CommandoSettings(
        Duration deadline,
        int maxCallsPerPeer,
        int maxCalls,
        long maxRequestBytes,
        long bufferBytes,
        int spoolThreshold,
        Path spoolDirectory) {

    public static CommandoSettings withDeadline(Duration deadline) {
        return new CommandoSettings(
                deadline, 64, 1_024, 64L << 20, 4L << 20, 64 << 10, Path.of(System.getProperty("java.io.tmpdir")));
    }
}
