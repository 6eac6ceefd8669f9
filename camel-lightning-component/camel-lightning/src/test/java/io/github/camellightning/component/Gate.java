// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** A step of a route at which exchanges wait until they are let through; it remembers who came and who left. */
final class Gate implements Processor {

    private final Semaphore permits = new Semaphore(0);
    private final List<String> entered = new CopyOnWriteArrayList<>();
    private final List<String> left = new CopyOnWriteArrayList<>();

    @Override
    public void process(Exchange exchange) throws InterruptedException {
        String body = exchange.getMessage().getBody(String.class);
        entered.add(body);
        permits.acquire();
        left.add(body);
    }

    void letThrough(int exchanges) {
        permits.release(exchanges);
    }

    void open() {
        permits.release(1_000_000);
    }

    List<String> entered() {
        return entered;
    }

    List<String> left() {
        return left;
    }
}
