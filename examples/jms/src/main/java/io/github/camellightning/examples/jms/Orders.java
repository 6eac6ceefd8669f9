// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.jms;

import io.github.camellightning.node.delivery.RefusedException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;

/** What Bob takes: no empty order, and one of his clerks is slow to believe. */
final class Orders {

    private final Set<String> doubted = ConcurrentHashMap.newKeySet();

    /** @throws RefusedException for good where there is nothing in it, and for now each time that a doubtful one is new to him */
    void accept(Exchange exchange) {
        String order = exchange.getMessage().getBody(String.class);
        if (order.isEmpty()) {
            throw new RefusedException("an order is not empty", false);
        }
        if (order.contains("doubtful") && doubted.add(order)) {
            throw new RefusedException("ask again", true);
        }
    }
}
