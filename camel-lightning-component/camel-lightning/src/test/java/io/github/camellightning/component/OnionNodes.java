// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.cln.CoreLightningNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;

/** Three nodes in a row, alice, bob and carol, real or simulated. Whatever is asked of them goes through routes' URIs. */
final class OnionNodes {

    static final List<String> NAMES = List.of("alice", "bob", "carol");

    private OnionNodes() {}

    /** A context with the nodes as beans. Only carol's is a plugin too. */
    static CamelContext context(Function<String, Path> rpcFiles) {
        var context = new DefaultCamelContext();
        for (String name : NAMES) {
            var node = new CoreLightningNode();
            node.setRpcFile(rpcFiles.apply(name).toString());
            node.setPlugin(name.equals("carol"));
            context.getRegistry().bind(name, node);
        }
        return context;
    }

    /** Calls a method of a node. */
    static JsonNode call(ProducerTemplate template, String node, String method, Map<String, ?> params) {
        return template.requestBody(
                "lightning:rpc/" + method + "?outputType=JsonNode&node=#" + node, params, JsonNode.class);
    }
}
