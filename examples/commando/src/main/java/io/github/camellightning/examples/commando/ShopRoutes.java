// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.commando;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camellightning.node.RemoteErrorException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

/** What the shop answers to peers who have a rune for it. */
final class ShopRoutes extends RouteBuilder {

    static final String STATUS = "orders.status";
    static final String LIST = "orders.list";

    private static final int NO_SUCH_ORDER = -1_404;
    private static final int INVALID_PARAMS = -32_602;

    private final ObjectMapper json = new ObjectMapper();
    private final Path orders;

    /** @param orders a JSON file, read for each call: what is written into it is answered at once */
    ShopRoutes(Path orders) {
        this.orders = orders;
    }

    @Override
    public void configure() {
        fromF("lightning:commando/%s?node=#shop&outputType=Map&usage=order&description=State of an order", STATUS)
                .routeId("shop-answers")
                .process(this::status);

        fromF("lightning:commando/%s?node=#shop&description=Numbers of all orders", LIST)
                .routeId("shop-lists")
                .process(exchange -> exchange.getMessage()
                        .setBody(Map.of(
                                "orders", json.convertValue(read(), Map.class).keySet())));
    }

    private void status(Exchange exchange) throws IOException {
        Object number = exchange.getMessage().getBody(Map.class).get("order");
        if (number == null) {
            throw new RemoteErrorException(INVALID_PARAMS, "missing required parameter: order", null);
        }
        JsonNode order = read().get(number.toString());
        if (order == null) {
            throw new RemoteErrorException(NO_SUCH_ORDER, "there is no order " + number, null);
        }
        exchange.getMessage().setBody(order);
    }

    private JsonNode read() throws IOException {
        return json.readTree(orders.toFile());
    }
}
