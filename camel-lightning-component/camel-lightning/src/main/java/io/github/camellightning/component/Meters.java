// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The figures of one node, where something publishes them. */
interface Meters extends AutoCloseable {

    /** There is one more operation to publish: what its producers did. */
    void sending(LightningOperation operation, SendCounts counts);

    /** There is one more operation to publish: what its consumers did. */
    void receiving(LightningOperation operation, Counters counters);

    /** Publishes nothing more. */
    @Override
    void close();

    /** Those of Micrometer, where that is there and the context's registry has a meter registry; else nobody's. */
    static Meters of(CamelContext context, NodeWatch watch) {
        try {
            return MicrometerMeters.of(context, watch);
        } catch (LinkageError noMicrometer) {
            Logger log = LoggerFactory.getLogger(Meters.class);
            log.debug("No meters: Micrometer is not on the class path");
            return new Unpublished();
        }
    }

    /** Nobody wants to know. */
    final class Unpublished implements Meters {

        @Override
        public void sending(LightningOperation operation, SendCounts counts) {
            // the figures are there all the same
        }

        @Override
        public void receiving(LightningOperation operation, Counters counters) {
            // the figures are there all the same
        }

        @Override
        public void close() {
            // there is nothing
        }
    }
}
