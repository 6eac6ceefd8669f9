// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.concurrent.atomic.LongAdder;

/** What became of the messages of a consumer since it was made. Those neither handled, failed nor dropped are on their way. */
record Counters(LongAdder received, LongAdder handled, LongAdder failed, LongAdder dropped) {

    Counters() {
        this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
    }
}
