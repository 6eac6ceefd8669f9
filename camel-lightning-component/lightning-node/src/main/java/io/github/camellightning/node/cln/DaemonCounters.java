// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import java.util.concurrent.atomic.LongAdder;

/** What went through a node since it was made. */
final class DaemonCounters {

    /** Messages that a listener wanted, without those that were passed over. */
    final LongAdder received = new LongAdder();
    /** Messages that nobody wanted. */
    final LongAdder unclaimed = new LongAdder();
    /** How often the daemon was lost and is back. */
    final LongAdder reconnects = new LongAdder();
}
