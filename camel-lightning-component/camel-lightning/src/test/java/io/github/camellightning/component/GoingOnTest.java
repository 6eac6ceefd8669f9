// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.camel.util.concurrent.SynchronousExecutorService;
import org.junit.jupiter.api.Test;

/** On which thread a route goes on after {@code to("lightning:…")}, whose caller never waits for it. */
class GoingOnTest extends LightningTestSupport {

    private static final String TO_PEER = "lightning:sendcustommsg?messageType=0x9419&peerId=" + NodeKeys.id(101);

    /** The name of the thread on which a route goes on once the node, on a thread of that name, has sent. */
    private String threadAfter(String to) throws Exception {
        var sending = new CompletableFuture<Void>();
        alice.onSend((peer, message) -> sending);
        start(in -> in.from("direct:out").to(to).process(exchange -> exchange.getMessage()
                .setBody(Thread.currentThread().getName())));
        CompletableFuture<String> result =
                context.createProducerTemplate().asyncRequestBody("direct:out", "", String.class);
        await().until(() -> context.getInflightRepository().size() == 1);

        new Thread(() -> sending.complete(null), "the-node").start();

        return result.get(10, TimeUnit.SECONDS);
    }

    @Test
    void oneOfTheComponents() throws Exception {
        assertThat(threadAfter(TO_PEER)).contains("LightningWorker");
    }

    @Test
    void oneOfAPoolOfTheUsers() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor(task -> new Thread(task, "the-pool"));
        context.getRegistry().bind("pool", pool);
        try {
            assertThat(threadAfter(TO_PEER + "&executorService=#pool")).isEqualTo("the-pool");
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void theNodesWhereThePoolHasNone() throws Exception {
        context.getRegistry().bind("here", new SynchronousExecutorService());

        assertThat(threadAfter(TO_PEER + "&executorService=#here")).isEqualTo("the-node");
    }

    @Test
    void oneOfTheComponentsWhereThePoolTakesNothingMore() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        pool.shutdown();
        context.getRegistry().bind("pool", pool);

        assertThat(threadAfter(TO_PEER + "&executorService=#pool")).contains("LightningWorker");
    }
}
