// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.jms;

import io.github.camellightning.node.LightningNode;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.processor.idempotent.FileIdempotentRepository;

/** One side of the bridge, in a Camel context of its own: a Lightning node, a broker, and routes between them. */
final class Side implements AutoCloseable {

    /** Envelopes that are known again: as many as a sender may ever repeat, and more. */
    private static final int REMEMBERED = 100_000;

    private static final long MOST_BYTES = 100L << 20;
    private static final int SHUTDOWN_SECONDS = 10;

    private final CamelContext camel = new DefaultCamelContext();

    /** @param handled the file that keeps which envelopes were handled */
    Side(LightningNode node, Broker broker, Path handled, RoutesBuilder... routes) throws Exception {
        camel.getShutdownStrategy().setTimeout(SHUTDOWN_SECONDS);
        camel.getRegistry().bind("node", node);
        camel.addComponent("jms", transacted(broker));
        var repository = new FileIdempotentRepository();
        repository.setFileStore(handled.toFile());
        repository.setCacheSize(REMEMBERED);
        repository.setMaxFileStoreSize(MOST_BYTES);
        camel.getRegistry().bind("handled", repository);
        camel.addService(repository);
        for (RoutesBuilder each : routes) {
            camel.addRoutes(each);
        }
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
