// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import java.util.concurrent.atomic.LongAdder;

/** What went through a node since it was made. */
final class PeerCounters {

    /** Messages that a listener wanted. */
    final LongAdder received = new LongAdder();
    /** Messages that nobody wanted. */
    final LongAdder unclaimed = new LongAdder();
    /** Inbound connections refused by a limit or the allow-list. */
    final LongAdder refused = new LongAdder();
    /** How often a configured peer was gone and came back. */
    final LongAdder reconnects = new LongAdder();
}
