// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.peer.PeerNode;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.h2.jdbcx.JdbcConnectionPool;

/** One end of acknowledged delivery in a JVM of its own, to be killed: a folder of files, or where they go. */
final class DeliveryEnd {

    static final int SENDER = 41;
    static final int RECEIVER = 42;

    private DeliveryEnd() {}

    static Process start(String end, Path folder, int port) throws IOException {
        return OtherJvm.start(
                DeliveryEnd.class, folder.resolve(end + ".log"), end, folder.toString(), Integer.toString(port));
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        int port = Integer.parseInt(arguments[2]);
        var camel = new DefaultCamelContext();
        if (arguments[0].equals("sender")) {
            send(camel, folder, port);
        } else {
            receive(camel, folder, port);
        }
        camel.start();
        Thread.currentThread().join();
    }

    private static void send(DefaultCamelContext camel, Path folder, int port) throws Exception {
        var node = new PeerNode();
        node.setPrivateKey(PeerNodes.key(SENDER));
        node.setPeers(NodeKeys.id(RECEIVER) + "@127.0.0.1:" + port);
        node.getLimits().setRedialMinMillis(100);
        node.getLimits().setRedialMaxMillis(500);
        camel.getRegistry().bind("sender", node);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("file:" + folder.resolve("outbox") + "?delete=true&initialDelay=0&delay=50")
                        .threads(16, 16)
                        .to("lightning:sendcustommsg?delivery=acknowledged&synchronous=true&peerId="
                                + NodeKeys.id(RECEIVER));
            }
        });
    }

    private static void receive(DefaultCamelContext camel, Path folder, int port) throws Exception {
        var node = new PeerNode();
        node.setPrivateKey(PeerNodes.key(RECEIVER));
        node.setListen("127.0.0.1:" + port);
        camel.getRegistry().bind("receiver", node);
        // what was committed is not to be in memory only when this is killed
        var database = JdbcConnectionPool.create("jdbc:h2:" + folder.resolve("handled") + ";WRITE_DELAY=0", "sa", "");
        camel.getRegistry().bind("handled", new JdbcMessageIdRepository(database, "files"));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("lightning:custommsg?delivery=acknowledged&idempotentRepository=#handled")
                        .setHeader(Exchange.FILE_NAME, header(LightningConstants.FILE_NAME))
                        .to("file:" + folder.resolve("inbox"))
                        .process(exchange -> exchange.getMessage()
                                .setBody(exchange.getMessage().getHeader(LightningConstants.FILE_NAME) + "\n"))
                        .setHeader(Exchange.FILE_NAME, constant("journal"))
                        .to("file:" + folder + "?fileExist=Append");
            }
        });
    }
}
