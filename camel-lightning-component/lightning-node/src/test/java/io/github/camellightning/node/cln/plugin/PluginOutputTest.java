// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PluginOutputTest {

    private static final JsonMapper JSON = new JsonMapper();

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final CompletableFuture<String> broken = new CompletableFuture<>();
    private final PluginOutput output = new PluginOutput(written, JSON, broken::complete);

    @AfterEach
    void close() {
        output.end();
    }

    @Test
    void whatTheReaderSaysIsWrittenByItselfBeforeItReadsOn() {
        output.readerIsThisThread();
        output.add(text("one"));
        output.add(text("two"));
        assertThat(written.size()).isZero();

        output.flush();

        assertThat(written.toString(UTF_8)).isEqualTo("\"one\"\n\n\"two\"\n\n");
    }

    @Test
    void whatOtherThreadsSayIsWrittenWithoutTheReader() {
        startWriter(output);

        output.add(text("one"));

        await().untilAsserted(() -> assertThat(written.toString(UTF_8)).isEqualTo("\"one\"\n\n"));
    }

    @Test
    void whatTheReaderHandsOverIsWrittenByTheOther() {
        startWriter(output);
        output.readerIsThisThread();
        output.add(text("one"));

        output.handOver();

        await().untilAsserted(() -> assertThat(written.toString(UTF_8)).isEqualTo("\"one\"\n\n"));
    }

    @Test
    void theReaderDoesNotWaitForAWriteOfTheOther() throws Exception {
        var taken = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var slow = new PluginOutput(
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        throw new AssertionError("bytes are written many at a time");
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        taken.countDown();
                        try {
                            goOn.await();
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                        written.write(bytes, offset, length);
                    }
                },
                JSON,
                broken::complete);
        startWriter(slow);
        slow.add(text("of the other"));
        taken.await();
        slow.readerIsThisThread();
        slow.add(text("of the reader"));

        slow.flush();

        assertThat(written.size()).isZero();
        goOn.countDown();
        await().untilAsserted(() ->
                assertThat(written.toString(UTF_8)).isEqualTo("\"of the other\"\n\n\"of the reader\"\n\n"));
        slow.end();
    }

    @Test
    void aBrokenPipeIsToldAndEndsTheWriting() throws Exception {
        var failing = new PluginOutput(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                },
                JSON,
                broken::complete);
        Thread writer = startWriter(failing);

        failing.add(text("one"));

        assertThat(broken.get()).isEqualTo("the pipe to lightningd broke: Broken pipe");
        writer.join();
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
