// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningNode;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;

/** Which node an endpoint means: its own, else its component's, else the only one there is, a bean or what the component's options describe. */
final class NodeLookup {

    private NodeLookup() {}

    /** @throws IllegalArgumentException saying what to set, where there is none or a choice */
    static LightningNode find(@Nullable LightningNode ofEndpoint, LightningComponent component, Registry registry) {
        if (ofEndpoint != null) {
            return ofEndpoint;
        }
        LightningNode ofComponent = component.getNode();
        if (ofComponent != null) {
            return ofComponent;
        }
        Map<String, LightningNode> beans = new TreeMap<>(registry.findByTypeWithName(LightningNode.class));
        LightningNode described = component.describedNode();
        if (described == null) {
            return onlyOne(beans);
        }
        if (!beans.isEmpty()) {
            throw new IllegalArgumentException(
                    "Several Lightning nodes, the one of the component's lightningDir or rpcFile"
                            + " and " + String.join(", ", beans.keySet())
                            + ": say which with the option node of the endpoint or of"
                            + " the component lightning, like node=#"
                            + beans.keySet().iterator().next() + ", or leave out lightningDir and rpcFile");
        }
        return described;
    }

    private static LightningNode onlyOne(Map<String, LightningNode> beans) {
        // one bean may go by several names
        var nodes = Collections.newSetFromMap(new IdentityHashMap<LightningNode, Boolean>());
        nodes.addAll(beans.values());
        if (nodes.size() == 1) {
            return nodes.iterator().next();
        }
        throw new IllegalArgumentException(
                beans.isEmpty()
                        ? "No Lightning node: bind a bean of type LightningNode, a PeerNode for one, or set the option node of"
                                + " the endpoint or of the component lightning, or the component's lightningDir"
                        : "Several Lightning nodes, " + String.join(", ", beans.keySet())
                                + ": say which with the option node of"
                                + " the endpoint or of the component lightning, like node=#"
                                + beans.keySet().iterator().next());
    }
}
