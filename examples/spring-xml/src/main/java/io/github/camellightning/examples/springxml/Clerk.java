// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.springxml;

import io.github.camellightning.node.delivery.RefusedException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.language.xpath.XPath;

/** What Bob takes: no empty order, and he is slow to believe. */
public class Clerk {

    private final Set<String> doubted = ConcurrentHashMap.newKeySet();

    /** @throws RefusedException for good where there is nothing in it, and for now each time that a doubtful one is new to him */
    public void accept(@XPath("string(/order)") String order) {
        if (order.isBlank()) {
            throw new RefusedException("an order is not empty", false);
        }
        if (order.contains("doubtful") && doubted.add(order)) {
            throw new RefusedException("ask again", true);
        }
    }
}
