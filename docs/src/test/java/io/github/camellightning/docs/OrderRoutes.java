// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import org.apache.camel.builder.RouteBuilder;

/** Those that the test on the page about tests tries. */
public final class OrderRoutes extends RouteBuilder {

    @Override
    public void configure() {
        from("lightning:custommsg?messageTypes=40001&replyType=40003")
                .routeId("orders")
                .setBody(simple("taken: ${bodyAs(String)}"));
    }
}
