// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;

/** Thread pools whose work never comes back to the thread that hands it over: that is a thread of a node's. */
final class Pools {

    private Pools() {}

    static ExecutorService create(CamelContext context, Object owner, String name, int threads) {
        // what waits is bounded by those who hand it over; a bounded queue would let Camel's default run it on their
        // thread
        return create(context, owner, name, threads, threads, Integer.MAX_VALUE);
    }

    /** With a thread for each task: how many there are at once is for those to say who hand them over. */
    static ExecutorService elastic(CamelContext context, Object owner, String name, int threadsKept) {
        return create(context, owner, name, threadsKept, Integer.MAX_VALUE, 0);
    }

    private static ExecutorService create(
            CamelContext context, Object owner, String name, int threads, int maxThreads, int queue) {
        var profile = new ThreadPoolProfile(name);
        profile.setPoolSize(threads);
        profile.setMaxPoolSize(maxThreads);
        profile.setMaxQueueSize(queue);
        profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
        return context.getExecutorServiceManager().newThreadPool(owner, name, profile);
    }

    /** Where the pool takes nothing more, because it is stopped, the thread at hand finishes what was begun. */
    static Executor orOnThisThread(Executor pool) {
        return orOn(pool, Runnable::run);
    }

    /** Where the pool takes nothing more, another does. */
    static Executor orOn(Executor pool, Executor other) {
        return task -> {
            try {
                pool.execute(task);
            } catch (RejectedExecutionException full) {
                other.execute(task);
            }
        };
    }
}
