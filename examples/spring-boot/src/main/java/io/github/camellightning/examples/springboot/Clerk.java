// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.springboot;

import io.github.camellightning.node.delivery.RefusedException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** What Bob takes: no empty order, and he is slow to believe. */
@Component
@Profile("bob")
public class Clerk {

    private final Set<String> doubted = ConcurrentHashMap.newKeySet();

    /** @throws RefusedException for good where there is nothing in it, and for now each time that a doubtful one is new to him */
    public void accept(String order) {
        if (order.isEmpty()) {
            throw new RefusedException("an order is not empty", false);
        }
        if (order.contains("doubtful") && doubted.add(order)) {
            throw new RefusedException("ask again", true);
        }
    }
}
