// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.files;

import io.github.camellightning.node.LightningNode;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.processor.idempotent.FileIdempotentRepository;

/** One side of the bridge, in a Camel context of its own: a Lightning node, and routes between it and folders. */
final class Side implements AutoCloseable {

    /** Keys that are known again: as many as a sender may ever repeat, and more. */
    private static final int REMEMBERED = 100_000;

    private static final long MOST_BYTES = 100L << 20;
    private static final int SHUTDOWN_SECONDS = 10;

    private final CamelContext camel = new DefaultCamelContext();

    /** @param handled the file that keeps which envelopes were handled */
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

    static IdempotentRepository repository(Path file) {
        var repository = new FileIdempotentRepository();
        repository.setFileStore(file.toFile());
        repository.setCacheSize(REMEMBERED);
        repository.setMaxFileStoreSize(MOST_BYTES);
        return repository;
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
