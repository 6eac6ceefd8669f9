// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import org.apache.camel.builder.RouteBuilder;

/** Those that the test of payments on the page about tests tries. */
public final class PaymentRoutes extends RouteBuilder {

    @Override
    public void configure() {
        from("direct:pay").to("lightning:rpc/xkeysend");
    }
}
