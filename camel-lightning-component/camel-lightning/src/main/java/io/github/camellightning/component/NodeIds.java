// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.NodeId;
import java.util.Map;
import org.apache.camel.support.LRUCacheFactory;

/** Node ids as routes write them. To check that one is a point of the curve takes 100 µs, so those that pass are remembered. */
final class NodeIds {

    private static final int REMEMBERED = 1_000;

    private final Map<String, NodeId> parsed = LRUCacheFactory.newLRUCache(REMEMBERED);

    /** @throws InvalidMessageException naming the rule */
    NodeId parse(String hex) {
        NodeId known = parsed.get(hex);
        if (known == null) {
            known = new NodeId(hex);
            parsed.put(hex, known);
        }
        return known;
    }
}
