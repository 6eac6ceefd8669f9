// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.commando;

import io.github.camellightning.node.PeerAddress;
import org.apache.camel.builder.RouteBuilder;

/** Calls on the shop. The rune is that of the component, or of the header {@code CamelLightningRune}, and in no URI. */
final class CustomerRoutes extends RouteBuilder {

    private final PeerAddress shop;

    CustomerRoutes(PeerAddress shop) {
        this.shop = shop;
    }

    @Override
    public void configure() {
        fromF("direct:%s", ShopRoutes.STATUS)
                .toF("lightning:commando/%s?node=#customer&autoConnect=true&peerId=%s", ShopRoutes.STATUS, shop);
        fromF("direct:%s", ShopRoutes.LIST)
                .toF("lightning:commando/%s?node=#customer&autoConnect=true&peerId=%s", ShopRoutes.LIST, shop);
    }
}
