// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.files;

import io.github.camellightning.node.LightningNode;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.apache.camel.spi.IdempotentRepository;
import org.h2.jdbcx.JdbcDataSource;

/** One side of the bridge, in a Camel context of its own: a Lightning node, and routes between it and folders. */
final class Side implements AutoCloseable {

    private static final int SHUTDOWN_SECONDS = 10;

    private final CamelContext camel = new DefaultCamelContext();

    /** @param handled the database that keeps which envelopes were handled */
    Side(LightningNode node, Path handled, RoutesBuilder... routes) throws Exception {
        camel.getShutdownStrategy().setTimeout(SHUTDOWN_SECONDS);
        camel.getRegistry().bind("node", node);
        IdempotentRepository repository = repository(handled);
        camel.getRegistry().bind("handled", repository);
        camel.addService(repository);
        for (RoutesBuilder each : routes) {
            camel.addRoutes(each);
        }
    }

    /** In a database, for Camel's repository in a file looks through all of it for each new key. What is committed is written at once. */
    static IdempotentRepository repository(Path file) {
        var database = new JdbcDataSource();
        database.setURL("jdbc:h2:" + file.toAbsolutePath() + ";WRITE_DELAY=0;DB_CLOSE_DELAY=10");
        return new JdbcMessageIdRepository(database, "files");
    }

    CamelContext camel() {
        return camel;
    }

    Side start() {
        camel.start();
        return this;
    }

    /** What is on its way is waited for; what is not done by then stays in its folder, and will be sent again. */
    @Override
    public void close() {
        camel.stop();
    }
}
