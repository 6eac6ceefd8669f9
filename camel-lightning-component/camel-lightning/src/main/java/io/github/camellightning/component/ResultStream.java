// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.JsonResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.StreamCache;
import org.apache.camel.spi.UnitOfWork;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * A result as a stream that can be read again and copied, straight from where the node keeps it. It is gone when the last exchange that has it is done.
 */
final class ResultStream extends InputStream implements StreamCache {

    private final Shared shared;
    private InputStream in;
    private long position;

    private ResultStream(Shared shared) {
        this.shared = shared;
        this.in = shared.result.stream();
    }

    static ResultStream of(JsonResult result, Exchange exchange) {
        var shared = new Shared(result);
        shared.keepFor(exchange);
        return new ResultStream(shared);
    }

    /** The result and how many exchanges have it. */
    private static final class Shared {

        private final JsonResult result;
        private final AtomicInteger users = new AtomicInteger();

        Shared(JsonResult result) {
            this.result = result;
        }

        void keepFor(Exchange exchange) {
            users.incrementAndGet();
            var giveUp = new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    if (users.decrementAndGet() == 0) {
                        result.close();
                    }
                }
            };
            // set by splitters and the like, whose parts end before the whole that reads what they leave
            UnitOfWork ofTheWhole =
                    exchange.getProperty(ExchangePropertyKey.STREAM_CACHE_UNIT_OF_WORK, UnitOfWork.class);
            if (ofTheWhole != null && ofTheWhole.getRoute() != null) {
                ofTheWhole.addSynchronization(giveUp);
            } else {
                exchange.getExchangeExtension().addOnCompletion(giveUp);
            }
        }
    }

    @Override
    public int read() throws IOException {
        int read = in.read();
        position += read < 0 ? 0 : 1;
        return read;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read = in.read(into, offset, length);
        position += Math.max(0, read);
        return read;
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }

    @Override
    public void reset() {
        in = shared.result.stream();
        position = 0;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        transferTo(out);
    }

    @Override
    public StreamCache copy(Exchange exchange) {
        shared.keepFor(exchange);
        return new ResultStream(shared);
    }

    /** Whatever its size, no heap goes with it. */
    @Override
    public boolean inMemory() {
        return false;
    }

    @Override
    public long length() {
        return shared.result.size();
    }

    @Override
    public long position() {
        return position;
    }
}
