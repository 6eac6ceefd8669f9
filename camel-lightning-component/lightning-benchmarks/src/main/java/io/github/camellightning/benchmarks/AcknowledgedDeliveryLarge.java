// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MessageListener;
import io.github.camellightning.node.ReceivedMessage;
import io.github.camellightning.node.delivery.DeliverySettings;
import io.github.camellightning.node.delivery.EnvelopeBody;
import io.github.camellightning.node.delivery.EnvelopeReceiver;
import io.github.camellightning.node.delivery.EnvelopeSender;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** A body of a gigabyte from one PeerNode to another, both in a process with little heap. */
@Command(name = "delivery-large", hidden = true)
final class AcknowledgedDeliveryLarge implements Callable<Integer> {

    private static final CompletionStage<Void> HANDLED = CompletableFuture.completedFuture(null);
    private static final long PATIENCE_SECONDS = 300;
    private static final int WARM_UP_MEGABYTES = 200;

    @ParentCommand
    private @Nullable Benchmarks parent;

    @Option(
            names = {"-m", "--megabytes"},
            defaultValue = "1000")
    private int megabytes;

    @Override
    public Integer call() throws Exception {
        bare(WARM_UP_MEGABYTES);
        double bare = bare(megabytes);
        envelope(WARM_UP_MEGABYTES, null);
        double envelope = envelope(megabytes, null);
        var resumption = new Resumption();
        double cut = envelope(megabytes, resumption);
        var values = new LinkedHashMap<String, String>();
        values.put("messages of 65,533 bytes, MB/s", decimal(bare));
        values.put("one envelope, MB/s", decimal(envelope));
        values.put("of that", decimal(envelope / bare));
        values.put("one envelope, cut once and connected again at once, MB/s", decimal(cut));
        values.put("from the cut to the next part at the receiver, ms", decimal(resumption.took.get() / 1e6));
        values.put("heap, at most", Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB");
        Objects.requireNonNull(parent).report().values(megabytes + " MB in 64 MB of heap", values);
        return 0;
    }

    private static double bare(int megabytes) throws Exception {
        try (var contender = new NodeOneWay(CustomMessage.MAX_PAYLOAD)) {
            long began = System.nanoTime();
            contender.run((int) (megabytes * 1_000_000L / CustomMessage.MAX_PAYLOAD));
            return megabytes * 1e9 / (System.nanoTime() - began);
        }
    }

    private static double envelope(int megabytes, @Nullable Resumption cut) throws Exception {
        try (var pair = new NodePair(message -> HANDLED, message -> HANDLED);
                var receiver = new EnvelopeReceiver(
                        pair.listener,
                        DeliverySettings.DEFAULT,
                        Set.of(),
                        false,
                        Envelopes.FORGETFUL,
                        Envelopes.ACCEPTING);
                var sender = new EnvelopeSender(pair.dialler, DeliverySettings.DEFAULT)) {
            NodePair.await(receiver.registration().inForce());
            var half = new CompletableFuture<Void>();
            long began = System.nanoTime();
            CompletableFuture<Void> sending = Envelopes.send(
                            sender, pair.listener.nodeId(), new Zeros(megabytes * 1_000_000L, half))
                    .toCompletableFuture();
            half.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (cut != null) {
                pair.listener.onMessage(MessageFilter.types(DeliverySettings.DEFAULT_TYPE), cut);
                cut.begin();
                NodePair.await(pair.dialler.disconnect(pair.listener.nodeId()));
                NodePair.await(pair.dialler.connect(NodePair.addressOf(pair.listener)));
            }
            sending.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return megabytes * 1e9 / (System.nanoTime() - began);
        }
    }

    /** Sees at the receiver that the sender asks how far it got, and then goes on. */
    private static final class Resumption implements MessageListener {

        private static final int QUERY_BYTES = 100;

        private final CompletableFuture<Long> took = new CompletableFuture<>();
        private volatile long began;
        private volatile boolean asked;

        void begin() {
            began = System.nanoTime();
        }

        @Override
        public CompletionStage<Void> onMessage(ReceivedMessage message) {
            boolean query = message.message().payload().length < QUERY_BYTES;
            if (asked && !query) {
                took.complete(System.nanoTime() - began);
            }
            asked |= query;
            return HANDLED;
        }
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    /** Nothing but zeros, and so fast that reading is not what is measured. */
    private record Zeros(long size, CompletableFuture<Void> half) implements EnvelopeBody {

        @Override
        public InputStream open() {
            return new InputStream() {
                private long position;

                @Override
                public int read() {
                    throw new UnsupportedOperationException();
                }

                @Override
                public int read(byte[] into, int offset, int length) {
                    position += length;
                    if (position >= size / 2) {
                        half.complete(null);
                    }
                    return length;
                }

                @Override
                public long skip(long bytes) {
                    position += bytes;
                    return bytes;
                }
            };
        }
    }
}
