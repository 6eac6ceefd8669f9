// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.TimeoutException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PluginOutputTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MEGABYTE = 1024 * 1024;
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final CompletableFuture<String> broken = new CompletableFuture<>();
    private final PluginOutput output = new PluginOutput(written, JSON, broken::complete);

    @AfterEach
    void close() {
        output.end();
    }

    @Test
    void whatTheReaderSaysIsWrittenByItselfBeforeItReadsOn() throws Exception {
        output.readerIsThisThread();
        output.add(text("one"));
        output.add(text("two"));
        assertThat(written.size()).isZero();

        output.flush();

        assertThat(written.toString(UTF_8)).isEqualTo("\"one\"\n\n\"two\"\n\n");
    }

    @Test
    void whatOtherThreadsSayIsWrittenWithoutTheReader() throws Exception {
        startWriter(output);

        output.add(text("one"));

        await().untilAsserted(() -> assertThat(written.toString(UTF_8)).isEqualTo("\"one\"\n\n"));
    }

    @Test
    void whatTheReaderHandsOverIsWrittenByTheOther() throws Exception {
        startWriter(output);
        output.readerIsThisThread();
        output.add(text("one"));

        output.handOver();

        await().untilAsserted(() -> assertThat(written.toString(UTF_8)).isEqualTo("\"one\"\n\n"));
    }

    /** lightningd's pump may be waiting to get rid of what it has for us, and not read until it has. */
    @Test
    void moreThanAPipeTakesAtOnceIsNotWrittenByTheReader() throws Exception {
        output.readerIsThisThread();
        String large = "x".repeat(16 * 1024);
        output.add(text(large));

        output.flush();
        assertThat(written.size()).isZero();

        startWriter(output);
        await().untilAsserted(() -> assertThat(written.toString(UTF_8)).isEqualTo("\"" + large + "\"\n\n"));
    }

    @Test
    void theReaderDoesNotWaitForAWriteOfTheOther() throws Exception {
        var pipe = new SlowPipe();
        var slow = new PluginOutput(pipe, JSON, broken::complete);
        startWriter(slow);
        slow.add(text("of the other"));
        pipe.taken.await();
        slow.readerIsThisThread();
        slow.add(text("of the reader"));

        slow.flush();

        assertThat(written.size()).isZero();
        pipe.goOn.complete(null);
        await().untilAsserted(() ->
                assertThat(written.toString(UTF_8)).isEqualTo("\"of the other\"\n\n\"of the reader\"\n\n"));
        slow.end();
    }

    @ParameterizedTest
    @ValueSource(classes = {IOException.class, OutOfMemoryError.class, IllegalStateException.class})
    void whateverBreaksThePipeIsToldAndEndsTheWriting(Class<? extends Throwable> kind) throws Exception {
        var pipe = new SlowPipe();
        pipe.goOn.completeExceptionally(kind.getConstructor(String.class).newInstance("on purpose"));
        var failing = new PluginOutput(pipe, JSON, broken::complete);
        Thread writer = startWriter(failing);

        failing.add(text("one"));

        assertThat(broken.get()).startsWith("the pipe to lightningd broke: ").endsWith("on purpose");
        writer.join();
    }

    @Test
    void ofABrokenBatchNobodyKnowsWhatArrivedAndOnlyTheRestMayBeTriedAgain() throws Exception {
        var pipe = new SlowPipe();
        var failing = new PluginOutput(pipe, JSON, broken::complete);
        startWriter(failing);
        CompletionStage<Void> half = failing.addAndTell(text("one"), LONG);
        pipe.taken.await();
        CompletionStage<Void> waiting = failing.addAndTell(text("two"), LONG);

        pipe.goOn.completeExceptionally(new IOException("Broken pipe"));

        assertThat(failure(half)).isInstanceOf(OutcomeUnknownException.class);
        assertThat(failure(waiting)).isInstanceOf(NotConnectedException.class);
    }

    @Test
    void anEndDuringAWriteLeavesItsOutcomeUnknown() throws Exception {
        var pipe = new SlowPipe();
        var ending = new PluginOutput(pipe, JSON, broken::complete);
        startWriter(ending);
        CompletionStage<Void> half = ending.addAndTell(text("one"), LONG);
        pipe.taken.await();

        ending.end();
        pipe.goOn.completeExceptionally(new IOException("Stream closed"));

        assertThat(failure(half)).isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void whatLightningdDoesNotReadInTimeIsNotWrittenLater() throws Exception {
        var pipe = new SlowPipe();
        var slow = new PluginOutput(pipe, JSON, broken::complete);
        startWriter(slow);
        CompletionStage<Void> half = slow.addAndTell(text("one"), SHORT);
        pipe.taken.await();
        CompletionStage<Void> waiting = slow.addAndTell(text("two"), SHORT);

        assertThat(failure(half)).isInstanceOf(OutcomeUnknownException.class);
        assertThat(failure(waiting)).isInstanceOf(TimeoutException.class);
        slow.add(text("three"));
        pipe.goOn.complete(null);

        await().untilAsserted(() -> assertThat(written.toString(UTF_8)).isEqualTo("\"one\"\n\n\"three\"\n\n"));
        slow.end();
    }

    @ParameterizedTest
    @CsvSource({"1024,1", "8,2097152"})
    void moreThanMayWaitIsRefusedUntilThereIsRoom(int count, int length) throws Exception {
        for (int i = 0; i < count; i++) {
            output.addAndTell(text("x".repeat(length)), LONG);
        }

        assertThat(failure(output.addAndTell(text("one more"), LONG))).isInstanceOf(QueueFullException.class);

        startWriter(output);
        output.flushed().toCompletableFuture().get();
        output.addAndTell(text("one more"), LONG).toCompletableFuture().get();
    }

    @Test
    void aThreadThatIsInterruptedWhereAWriteIsToldWritesOn() throws Exception {
        var pipe = new SlowPipe();
        pipe.goOn.complete(null);
        var closing = new PluginOutput(pipe, JSON, broken::complete);
        closing.readerIsThisThread();
        CompletableFuture<Void> told = closing.addAndTell(text("one"), LONG)
                .thenRun(() -> Thread.currentThread().interrupt())
                .toCompletableFuture();
        closing.flush();
        assertThat(told).isDone();

        closing.add(text("two"));
        closing.flush();

        assertThat(written.toString(UTF_8)).isEqualTo("\"one\"\n\n\"two\"\n\n");
        assertThat(broken).isNotDone();
    }

    @Test
    void theMemoryOfALargeMessageIsGivenBackOnceItIsWritten() throws Exception {
        var kept = new ArrayList<Integer>();
        var large = new PluginOutput(
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        throw new UnsupportedOperationException("a batch is one write");
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) {
                        kept.add(bytes.length);
                    }
                },
                JSON,
                broken::complete);
        startWriter(large);

        large.addAndTell(text("x".repeat(3 * MEGABYTE)), LONG)
                .toCompletableFuture()
                .get();
        large.addAndTell(text("x"), LONG).toCompletableFuture().get();

        assertThat(kept.get(0)).isGreaterThan(3 * MEGABYTE);
        assertThat(kept.get(1)).isLessThan(MEGABYTE);
        large.end();
    }

    private static Throwable failure(CompletionStage<?> stage) {
        return assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> stage.toCompletableFuture().get())
                .actual()
                .getCause();
    }

    /** Takes no byte before it is told to go on, and closes, as a channel does, where an interrupted thread writes. */
    private final class SlowPipe extends OutputStream {

        private final CountDownLatch taken = new CountDownLatch(1);
        private final CompletableFuture<Void> goOn = new CompletableFuture<>();

        @Override
        public void write(int b) {
            throw new AssertionError("bytes are written many at a time");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (Thread.currentThread().isInterrupted()) {
                throw new ClosedByInterruptException();
            }
            taken.countDown();
            try {
                goOn.join();
            } catch (CompletionException failure) {
                SlowPipe.<RuntimeException>rethrow(failure.getCause());
            }
            written.write(bytes, offset, length);
        }

        @SuppressWarnings("unchecked")
        private static <X extends Throwable> void rethrow(Throwable failure) throws X {
            throw (X) failure;
        }
    }

    private static Thread startWriter(PluginOutput output) {
        var thread = new Thread(output::run);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static JsonNode text(String text) {
        return TextNode.valueOf(text);
    }
}
