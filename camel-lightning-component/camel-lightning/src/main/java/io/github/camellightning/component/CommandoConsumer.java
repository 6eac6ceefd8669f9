// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.CommandoNode;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.ServedMethod;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.api.management.ManagedResource;

/** {@code from("lightning:commando/...")}: a method of this node's that peers run under a rune. The body that the route leaves is the result. */
@ManagedResource(description = "Managed Lightning consumer that answers peers")
public final class CommandoConsumer extends RouteConsumer<JsonResult> {

    private final ServedMethod method;

    CommandoConsumer(LightningEndpoint endpoint, Processor processor, String name) {
        super(endpoint, processor);
        CallConfiguration options = endpoint.getCall();
        String usage = options.getUsage();
        this.method = Options.parse(
                "name", name, text -> new ServedMethod(text, usage == null ? "" : usage, options.getDescription()));
    }

    @Override
    Registration register(LightningNode node, Executor pool) {
        return requireServing(node).onCommando(method, (peer, params) -> answer(node, peer, params, pool));
    }

    private CommandoNode requireServing(LightningNode node) {
        if (node instanceof CommandoNode serving) {
            return serving;
        }
        throw new IllegalArgumentException("lightning:commando/" + method.name()
                + " in from(...) wants a node that answers commando itself, a PeerNode, and the node is a "
                + node.getClass().getSimpleName()
                + ": on Core Lightning the daemon's own commando serves from(\"lightning:rpc/" + method.name() + "\")");
    }

    @Override
    JsonResult answerOf(Exchange exchange) throws IOException {
        return ResultBodies.of(exchange.getMessage());
    }

    @Override
    void discard(JsonResult answer) {
        answer.close();
    }
}
