// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.files;

import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeCompletedEvent;
import org.apache.camel.support.EventNotifierSupport;

/** Counts what a route has completed, for whoever waits for it. */
final class Tally extends EventNotifierSupport {

    private final String route;
    private int completed;

    Tally(String route) {
        this.route = route;
    }

    @Override
    public void notify(CamelEvent event) {
        if (event instanceof ExchangeCompletedEvent done
                && route.equals(done.getExchange().getFromRouteId())) {
            increment();
        }
    }

    private synchronized void increment() {
        completed++;
        notifyAll();
    }

    synchronized int completed() {
        return completed;
    }

    /** Waits until so many are completed, or until none has been for so long. */
    synchronized void await(int wanted, long patienceMillis) throws InterruptedException {
        int seen = -1;
        while (seen < completed && completed < wanted) {
            seen = completed;
            wait(patienceMillis);
        }
    }
}
