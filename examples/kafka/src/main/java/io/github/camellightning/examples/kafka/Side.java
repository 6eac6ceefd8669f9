// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.kafka;

import io.github.camellightning.node.LightningNode;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.idempotent.kafka.KafkaIdempotentRepository;

/** One side of the bridge, in a Camel context of its own: a Lightning node, and routes both ways between it and its topics. */
final class Side implements AutoCloseable {

    /** Envelopes that are known again: as many as a sender may ever repeat, and more. */
    private static final int REMEMBERED = 100_000;

    private static final int SHUTDOWN_SECONDS = 10;

    private final CamelContext camel = new DefaultCamelContext();

    Side(Topics topics, LightningNode node, RoutesBuilder... routes) throws Exception {
        camel.getShutdownStrategy().setTimeout(SHUTDOWN_SECONDS);
        camel.getRegistry().bind("node", node);
        var handled = handled(topics);
        camel.getRegistry().bind("handled", handled);
        camel.addService(handled);
        for (RoutesBuilder each : routes) {
            camel.addRoutes(each);
        }
    }

    /** A topic of the same brokers, which all of them have before an envelope is acknowledged. */
    private static KafkaIdempotentRepository handled(Topics topics) {
        var producer = new Properties();
        producer.setProperty("bootstrap.servers", topics.brokers());
        producer.setProperty("acks", "all");
        var consumer = new Properties();
        consumer.setProperty("bootstrap.servers", topics.brokers());
        var repository = new KafkaIdempotentRepository(topics.handled(), consumer, producer);
        repository.setMaxCacheSize(REMEMBERED);
        // nobody but this side adds to it
        repository.setStartupOnly(true);
        return repository;
    }

    CamelContext camel() {
        return camel;
    }

    Side start() {
        camel.start();
        return this;
    }

    /** What is on its way is waited for; what is not done by then was not committed, or will be sent again. */
    @Override
    public void close() {
        camel.stop();
    }
}
