// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import java.io.IOException;

/** Something whose speed is measured. It is set up once and stays so from round to round. */
interface Contender extends AutoCloseable {

    /** Does so many operations and returns when the last one has arrived where it belongs. */
    void run(int operations) throws Exception;

    @Override
    void close() throws IOException;
}
