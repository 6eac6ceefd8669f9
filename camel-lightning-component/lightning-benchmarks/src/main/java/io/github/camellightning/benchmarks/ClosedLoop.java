// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Sends so many exchanges with the same body through an endpoint, a new one as soon as one is done. */
final class ClosedLoop {

    private static final int PATIENCE_SECONDS = 60;

    private final Endpoint endpoint;
    private final AsyncProducer producer;
    private final byte[] body;
    private final long[] nanos;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger left;
    private final CountDownLatch done = new CountDownLatch(1);
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    private ClosedLoop(Endpoint endpoint, AsyncProducer producer, byte[] body, int count) {
        this.endpoint = endpoint;
        this.producer = producer;
        this.body = body;
        this.nanos = new long[count];
        this.left = new AtomicInteger(count);
    }

    /** @param limit how many at once; with one the caller waits for each, as most of Camel's consumers do */
    static Latencies run(Endpoint endpoint, byte[] body, int count, int limit) throws Exception {
        try (AsyncProducer producer = endpoint.createAsyncProducer()) {
            producer.start();
            var loop = new ClosedLoop(endpoint, producer, body, count);
            long began = System.nanoTime();
            if (limit == 1) {
                loop.oneByOne();
            } else {
                for (int i = 0; i < limit; i++) {
                    loop.lane();
                }
                loop.await();
            }
            long elapsed = System.nanoTime() - began;
            Exception failed = loop.failure.get();
            if (failed != null) {
                throw failed;
            }
            return Latencies.of(loop.nanos, elapsed);
        }
    }

    private void oneByOne() throws Exception {
        for (int i = 0; i < nanos.length; i++) {
            long began = System.nanoTime();
            Exchange exchange = exchange();
            producer.process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
            nanos[i] = System.nanoTime() - began;
        }
    }

    private void lane() {
        boolean atOnce;
        do {
            int number = next.getAndIncrement();
            if (number >= nanos.length || failure.get() != null) {
                return;
            }
            long began = System.nanoTime();
            Exchange exchange = exchange();
            atOnce = producer.process(exchange, doneAtOnce -> {
                nanos[number] = System.nanoTime() - began;
                ended(exchange);
                if (!doneAtOnce) {
                    lane();
                }
            });
        } while (atOnce);
    }

    private Exchange exchange() {
        Exchange exchange = endpoint.createExchange();
        exchange.getMessage().setBody(body);
        return exchange;
    }

    private void ended(Exchange exchange) {
        if (exchange.getException() != null) {
            failure.compareAndSet(null, exchange.getException());
            done.countDown();
        }
        if (left.decrementAndGet() == 0) {
            done.countDown();
        }
    }

    private void await() throws InterruptedException, TimeoutException {
        if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException(left + " exchanges did not end within " + PATIENCE_SECONDS + " s");
        }
    }
}
