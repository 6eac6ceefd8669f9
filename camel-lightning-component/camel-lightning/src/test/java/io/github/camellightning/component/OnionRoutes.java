// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.wire.TlvStream;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

/** The routes of the page on onions, from the node {@code alice} to the node {@code carol}, which are beans. */
final class OnionRoutes {

    private static final HexFormat HEX = HexFormat.of();
    private static final String CALL = "?outputType=JsonNode&node=#";

    private OnionRoutes() {}

    /** Sends the body to the node that the header {@code to} names, in an onion; the new body is what it says, or the preimage where it takes the money. */
    static final class Sender extends RouteBuilder {

        @Override
        public void configure() {
            from("direct:onion")
                    .setProperty("message", body())
                    .setProperty("preimage")
                    .exchange(exchange -> OnionSender.random())
                    .setBody(constant(""))
                    .to("lightning:rpc/getinfo" + CALL + "alice")
                    .setProperty("info", body())
                    .setBody()
                    .exchange(OnionSender::routeWanted)
                    .to("lightning:rpc/getroutes" + CALL + "alice")
                    .setProperty("path")
                    .body(JsonNode.class, routes -> routes.at("/routes/0/path"))
                    .setBody()
                    .exchange(OnionSender::onion)
                    .to("lightning:rpc/createonion" + CALL + "alice")
                    .setBody()
                    .exchange(OnionSender::payment)
                    .to("lightning:rpc/sendonion" + CALL + "alice")
                    .setBody()
                    .exchange(exchange -> Map.of("payment_hash", OnionSender.paymentHash(exchange), "timeout", 60))
                    .doTry()
                    .to("lightning:rpc/waitsendpay" + CALL + "alice")
                    .process(OnionSender::taken)
                    .doCatch(RemoteErrorException.class)
                    .process(OnionSender::answered)
                    .end();
        }
    }

    /** Takes the money of messages that begin with "paid" and answers others. Keysends, and payments without a message, are left to lightningd. */
    static final class Receiver extends RouteBuilder {

        @Override
        public void configure() {
            from("lightning:hook/htlc_accepted" + CALL + "carol")
                    .setProperty("hook")
                    .body(JsonNode.class, hook -> hook)
                    .setProperty("payload")
                    .body(JsonNode.class, PaymentOnion::payload)
                    .setBody()
                    .exchange(exchange -> OnionReceiver.message(exchange))
                    .choice()
                    .when(body().isNull())
                    .setBody(constant("{\"result\":\"continue\"}"))
                    .otherwise()
                    .to("mock:received")
                    .process(OnionReceiver::decide)
                    .end();
        }
    }

    /** Sends the body in an onion message over the nodes that the header {@code nodes} lists, the own one first. */
    static final class Speaker extends RouteBuilder {

        @Override
        public void configure() {
            from("direct:onion-message")
                    .process(exchange -> exchange.setProperty("path", blinded(exchange)))
                    .setBody()
                    .exchange(exchange -> Map.of(
                            "hops", path(exchange).hops(),
                            "assocdata", "",
                            "onion_size", exchange.getMessage().getHeader("size")))
                    .to("lightning:rpc/createonion" + CALL + "alice")
                    .setBody()
                    .exchange(exchange -> Map.of(
                            "path_key",
                            path(exchange).pathKey(),
                            "message",
                            exchange.getMessage().getBody(JsonNode.class).get("onion")))
                    .to("lightning:rpc/injectonionmessage" + CALL + "alice");
        }

        private static BlindedPath blinded(Exchange exchange) throws GeneralSecurityException {
            byte[] message = exchange.getMessage().getBody(byte[].class);
            List<String> nodes = exchange.getMessage().getHeader("nodes", List.class);
            return BlindedPath.through(nodes, TlvStream.EMPTY.with(PaymentOnion.MESSAGE, message));
        }

        private static BlindedPath path(Exchange exchange) {
            return exchange.getProperty("path", BlindedPath.class);
        }
    }

    /** Hands on what onion messages say in the message's record. */
    static final class Listener extends RouteBuilder {

        @Override
        public void configure() {
            from("lightning:hook/onion_message_recv" + CALL + "carol")
                    .split()
                    .body(JsonNode.class, hook -> hook.at("/onion_message/unknown_fields"))
                    .filter()
                    .body(JsonNode.class, field -> field.get("number").longValue() == PaymentOnion.MESSAGE)
                    .setBody()
                    .body(
                            JsonNode.class,
                            field -> HEX.parseHex(field.get("value").textValue()))
                    .to("mock:listened")
                    .end()
                    .end()
                    .setBody(constant("{\"result\":\"continue\"}"));
        }
    }
}
