// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component.springboot;

import io.github.camellightning.node.LightningNode;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.spi.Registry;

/** A node by the name of its bean: {@code #alice}, {@code #bean:alice}, or {@code alice}, for in YAML a {@code #} begins a comment. */
final class NodeReference {

    private NodeReference() {}

    /** @throws IllegalArgumentException naming the option and what there is, where there is no such node */
    static LightningNode lookUp(Registry registry, String option, String text) {
        String name = text.startsWith("#bean:") ? text.substring("#bean:".length()) : text.replaceFirst("^#", "");
        LightningNode found = registry.lookupByNameAndType(name, LightningNode.class);
        if (found == null) {
            Set<String> nodes = new TreeSet<>(
                    registry.findByTypeWithName(LightningNode.class).keySet());
            throw new IllegalArgumentException(
                    "Invalid option " + option + " = " + text + ": no bean of type LightningNode"
                            + " has that name; there is " + (nodes.isEmpty() ? "none" : String.join(", ", nodes)));
        }
        return found;
    }
}
