// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.jms;

import io.github.camellightning.node.LightningNode;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.apache.camel.spi.IdempotentRepository;
import org.h2.jdbcx.JdbcDataSource;

/** One side of the bridge, in a Camel context of its own: a Lightning node, a broker, and routes between them. */
final class Side implements AutoCloseable {

    private static final int SHUTDOWN_SECONDS = 10;

    private final CamelContext camel = new DefaultCamelContext();

    /** @param handled the database that keeps which envelopes were handled */
    Side(LightningNode node, Broker broker, Path handled, RoutesBuilder... routes) throws Exception {
        camel.getShutdownStrategy().setTimeout(SHUTDOWN_SECONDS);
        camel.getRegistry().bind("node", node);
        camel.addComponent("jms", transacted(broker));
        var repository = repository(handled);
        camel.getRegistry().bind("handled", repository);
        camel.addService(repository);
        for (RoutesBuilder each : routes) {
            camel.addRoutes(each);
        }
    }

    /** In a database, for Camel's repository in a file looks through all of it for each new key. What is committed is written at once. */
    private static IdempotentRepository repository(Path file) {
        var database = new JdbcDataSource();
        database.setURL("jdbc:h2:" + file.toAbsolutePath() + ";WRITE_DELAY=0;DB_CLOSE_DELAY=10");
        return new JdbcMessageIdRepository(database, "orders");
    }

    /** Consumers and producers use the session, and so the transaction, of the consumer's thread: JMS' own, for there is one broker. */
    private static JmsComponent transacted(Broker broker) {
        var jms = new JmsComponent();
        jms.setConnectionFactory(broker.connections());
        jms.setTransacted(true);
        jms.setLazyCreateTransactionManager(false);
        return jms;
    }

    CamelContext camel() {
        return camel;
    }

    Side start() {
        camel.start();
        return this;
    }

    /** What is on its way is waited for; what is not done by then is rolled back, or will be sent again. */
    @Override
    public void close() {
        camel.stop();
    }
}
