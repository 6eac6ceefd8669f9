// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.kafka;

import io.github.camellightning.node.delivery.RefusedException;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

/** Bob's application, which knows Kafka and nothing of Lightning: it confirms each order. The key is the customer's node id, and stays. */
final class Shop extends RouteBuilder {

    private final Topics topics;

    Shop(Topics topics) {
        this.topics = topics;
    }

    @Override
    public void configure() {
        from(topics.uri(topics.in(), "&groupId=shop&autoOffsetReset=earliest&breakOnFirstError=true&pollTimeoutMs=200"))
                .routeId("shop")
                .setBody(simple("confirmed: ${body}"))
                .to(topics.uri(topics.out(), ""));
    }

    /** Before an order is taken: the sender is told why it is not. */
    static void accept(Exchange order) {
        byte[] body = order.getMessage().getBody(byte[].class);
        if (body.length == 0) {
            throw new RefusedException("an order is not empty", false);
        }
    }
}
