// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.spi.annotations.DevConsole;
import org.apache.camel.support.console.AbstractDevConsole;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;

/**
 * The console {@code lightning}: nodes, their peers, what routes consume and what operations send, with rates since the console was called before. It
 * shows no URI, for that may hold a rune.
 */
@DevConsole(name = "lightning", displayName = "Lightning", description = "Lightning nodes, their peers and traffic")
public final class LightningDevConsole extends AbstractDevConsole {

    private static final int MOST_PEERS = 100;

    private final ConsoleFigures figures = new ConsoleFigures(System::nanoTime);

    public LightningDevConsole() {
        super("camel", "lightning", "Lightning", "Lightning nodes, their peers and traffic");
    }

    private List<NodeWatch> watches() {
        return getCamelContext().getComponentNames().stream()
                .map(name -> getCamelContext().hasComponent(name))
                .filter(LightningComponent.class::isInstance)
                .flatMap(component -> ((LightningComponent) component).watches().stream())
                .toList();
    }

    @Override
    protected Map<String, Object> doCallJson(Map<String, Object> options) {
        var nodes = new JsonArray();
        for (NodeWatch watch : watches()) {
            JsonObject node = figures.node(watch);
            node.put("peers", figures.peers(watch, MOST_PEERS));
            node.put("routes", figures.routes(watch));
            node.put("operations", figures.operations(watch));
            nodes.add(node);
        }
        var root = new JsonObject();
        root.put("nodes", nodes);
        return root;
    }

    /** The same, a line for each thing. */
    @Override
    protected String doCallText(Map<String, Object> options) {
        var text = new StringBuilder();
        for (NodeWatch watch : watches()) {
            text.append("Node ").append(line(figures.node(watch))).append('\n');
            append(text, "Peer", figures.peers(watch, MOST_PEERS));
            append(text, "Route", figures.routes(watch));
            append(text, "Operation", figures.operations(watch));
        }
        return text.isEmpty() ? "No route uses a Lightning node yet\n" : text.toString();
    }

    private static void append(StringBuilder text, String what, JsonArray things) {
        for (Object thing : things) {
            text.append("    ")
                    .append(what)
                    .append(' ')
                    .append(line((JsonObject) thing))
                    .append('\n');
        }
    }

    private static String line(JsonObject thing) {
        return thing.entrySet().stream()
                .map(figure -> figure.getKey() + "=" + figure.getValue())
                .collect(Collectors.joining(" "));
    }
}
