// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.support.LifecycleStrategySupport;
import org.junit.jupiter.api.Test;

/** The pool has as many threads as the option says, whoever sets it. */
class WorkerPoolTest {

    /** The pools of a context, by what they are called. */
    private static final class Sizes extends LifecycleStrategySupport {

        final Map<String, Integer> ofPools = new ConcurrentHashMap<>();

        @Override
        public void onThreadPoolAdd(
                CamelContext context,
                ThreadPoolExecutor pool,
                String id,
                String sourceId,
                String routeId,
                String threadPoolProfileId) {
            ofPools.put(threadPoolProfileId == null ? id : threadPoolProfileId, pool.getCorePoolSize());
        }
    }

    private final Sizes sizes = new Sizes();

    @Test
    void thatWasSetInProperties() throws Exception {
        var main = new Main();
        main.bind("sizes", sizes);
        main.addInitialProperty("camel.component.lightning.workerPoolSize", "3");
        main.start();
        try {
            assertThat(sizes.ofPools).containsEntry("LightningWorker", 3);
        } finally {
            main.stop();
        }
    }

    @Test
    void thatWasSetInJavaAlsoAfterAStop() throws Exception {
        var component = new LightningComponent();
        component.setWorkerPoolSize(3);
        try (var context = new DefaultCamelContext()) {
            context.addLifecycleStrategy(sizes);
            context.addComponent("lightning", component);
            context.start();
            assertThat(sizes.ofPools).containsEntry("LightningWorker", 3);

            component.stop();
            component.setWorkerPoolSize(4);
            component.start();
            assertThat(sizes.ofPools).containsEntry("LightningWorker", 4);
        }
    }
}
