// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.node.peer.PeerNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.file.cluster.FileLockClusterService;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.h2.jdbcx.JdbcConnectionPool;

/** One of several JVMs of which one at a time has the route, to be killed. What was handled is in a database that they share. */
final class ClusterMember {

    static final int KEY = 43;

    private ClusterMember() {}

    /** @param node {@code peer}, and the port that it listens on, or {@code lightningd}, and its socket */
    static Process start(String name, Path folder, String node, Object where) throws IOException {
        return OtherJvm.start(
                ClusterMember.class, folder.resolve(name + ".log"), name, folder.toString(), node, where.toString());
    }

    public static void main(String[] arguments) throws Exception {
        String name = arguments[0];
        Path folder = Path.of(arguments[1]);
        var camel = new DefaultCamelContext();
        camel.addService(cluster(name, folder));
        camel.getRegistry().bind("node", node(arguments[2], arguments[3]));
        // H2 keeps what was committed in memory for half a second, unless it is told not to
        var database = JdbcConnectionPool.create(
                "jdbc:h2:" + folder.resolve("handled") + ";AUTO_SERVER=TRUE;WRITE_DELAY=0", "sa", "");
        camel.getRegistry().bind("handled", new JdbcMessageIdRepository(database, "orders"));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("master:orders:lightning:custommsg?delivery=acknowledged&idempotentRepository=#handled")
                        .convertBodyTo(String.class)
                        .setHeader(Exchange.FILE_NAME, body())
                        .to("file:" + folder.resolve("inbox"))
                        .transform(body().append("\n"))
                        .setHeader(Exchange.FILE_NAME, constant(name + ".journal"))
                        .to("file:" + folder + "?fileExist=Append");
            }
        });
        camel.start();
        Thread.currentThread().join();
    }

    private static FileLockClusterService cluster(String name, Path folder) {
        var cluster = new FileLockClusterService();
        cluster.setId(name);
        cluster.setRoot(folder.resolve("locks").toString());
        cluster.setAcquireLockDelay(1, TimeUnit.MILLISECONDS);
        cluster.setAcquireLockInterval(200, TimeUnit.MILLISECONDS);
        return cluster;
    }

    private static LightningNode node(String kind, String where) {
        if (kind.equals("lightningd")) {
            var node = new CoreLightningNode();
            node.setRpcFile(where);
            return node;
        }
        var node = new PeerNode();
        node.setPrivateKey(PeerNodes.key(KEY));
        node.setListen("127.0.0.1:" + where);
        return node;
    }
}
