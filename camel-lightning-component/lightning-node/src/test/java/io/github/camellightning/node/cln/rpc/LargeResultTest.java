// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import static io.github.camellightning.node.cln.rpc.Outcomes.failureOf;
import static io.github.camellightning.node.cln.rpc.Outcomes.resultOf;
import static io.github.camellightning.node.cln.rpc.Outcomes.textOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.ResultBuffer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Results that memory does not hold. */
@Timeout(120)
class LargeResultTest {

    private static final int THRESHOLD = 100_000;
    private static final int LIMIT = 10_000_000;

    @TempDir
    Path directory;

    @TempDir
    Path spool;

    private ScriptedDaemon daemon;
    private RpcClient client;

    @BeforeEach
    void connect() {
        daemon = new ScriptedDaemon(directory);
        client = new RpcClient(daemon.settings()
                .spoolThreshold(THRESHOLD)
                .spoolDirectory(spool)
                .maxResponseSize(LIMIT)
                .build());
    }

    @AfterEach
    void close() {
        client.close();
        daemon.close();
    }

    @Test
    void aSpooledResultIsByteForByteWhatCame() throws IOException {
        String json = large(5_000_000);
        CompletionStage<JsonResult> call = client.call(RpcRequest.of("x"));
        ScriptedDaemon.Client connection = daemon.accept();
        connection.reply(connection.request(), json);

        JsonResult result = resultOf(call);
        assertThat(result.size()).isEqualTo(json.length());
        assertThat(result.text()).isEqualTo(json);
        assertThat(result.json()).hasToString(json);
        try (InputStream one = result.stream();
                InputStream other = result.stream()) {
            assertThat(one.skip(2_000_000)).isEqualTo(2_000_000);
            assertThat(one.available()).isEqualTo(json.length() - 2_000_000);
            assertThat((char) one.read()).isEqualTo(json.charAt(2_000_000));
            assertThat(new String(other.readNBytes(1_000), UTF_8)).isEqualTo(json.substring(0, 1_000));
            assertThat(one.readAllBytes()).hasSize(json.length() - 2_000_001);
            assertThat(one.read()).isEqualTo(-1);
        }
        result.close();
        result.close();
        assertThatExceptionOfType(LightningException.class).isThrownBy(result::text);
    }

    @Test
    void aResultOfTheThresholdIsInMemoryAndOneByteMoreIsNot() {
        for (int size : new int[] {THRESHOLD - 1, THRESHOLD, THRESHOLD + 1}) {
            String json = "\"" + "x".repeat(size - 2) + "\"";
            var buffer = new ResultBuffer(THRESHOLD, LIMIT, spool);
            byte[] bytes = json.getBytes(UTF_8);
            for (int from = 0; from < size; from += 777) {
                buffer.append(bytes, from, Math.min(777, size - from));
            }
            try (JsonResult result = buffer.result()) {
                assertThat(result.text()).isEqualTo(json);
                assertThat(buffer.isSpooled()).isEqualTo(size > THRESHOLD);
            }
        }
    }

    @Test
    void noFileStaysNotEvenWhileItIsRead() {
        CompletionStage<JsonResult> call = client.call(RpcRequest.of("x"));
        ScriptedDaemon.Client connection = daemon.accept();
        connection.reply(connection.request(), large(1_000_000));
        try (JsonResult result = resultOf(call)) {
            assertThat(result.size()).isEqualTo(1_000_000);
            assertThat(spool).isEmptyDirectory();
        }
    }

    @Test
    void aResultThatNobodyReadsHoldsUpNoOtherCall() {
        CompletionStage<JsonResult> unread = client.call(RpcRequest.of("x"));
        ScriptedDaemon.Client connection = daemon.accept();
        connection.reply(connection.request(), large(LIMIT));
        CompletionStage<JsonResult> next = client.call(RpcRequest.of("y"));
        connection.reply(connection.request(), "1");
        assertThat(textOf(next)).isEqualTo("1");
        resultOf(unread).close();
    }

    @Test
    void aResultBeyondTheLimitFailsItsCallAloneAndIsNotKept() {
        CompletionStage<JsonResult> huge = client.call(RpcRequest.of("x"));
        CompletionStage<JsonResult> next = client.call(RpcRequest.of("y"));
        ScriptedDaemon.Client connection = daemon.accept();
        List<JsonNode> requests = connection.requests(2);
        connection.reply(requests.get(0), large(LIMIT + 1));
        connection.reply(requests.get(1), "1");

        assertThat(failureOf(huge))
                .isExactlyInstanceOf(LightningException.class)
                .hasMessage("lightningd carried out x, but its result of " + (LIMIT + 1)
                        + " bytes is larger than maxResponseSize=" + LIMIT)
                .satisfies(e -> assertThat(e.isRetryable()).isFalse());
        assertThat(textOf(next)).isEqualTo("1");
    }

    @Test
    void aResultThatCannotBeSpooledFailsItsCallAlone() throws IOException {
        Files.delete(spool);
        CompletionStage<JsonResult> unlucky = client.call(RpcRequest.of("x"));
        CompletionStage<JsonResult> next = client.call(RpcRequest.of("y"));
        ScriptedDaemon.Client connection = daemon.accept();
        List<JsonNode> requests = connection.requests(2);
        connection.reply(requests.get(0), large(1_000_000));
        connection.reply(requests.get(1), "1");

        assertThat(failureOf(unlucky))
                .isExactlyInstanceOf(LightningException.class)
                .hasMessageStartingWith("lightningd carried out x, but its result of 1000000 bytes could not be kept in"
                        + " spoolDirectory=" + spool + ": ");
        assertThat(textOf(next)).isEqualTo("1");
        Files.createDirectory(spool);
    }

    @Test
    void aCallThatEndsInTheMiddleOfItsResultLeavesNothingBehind() {
        resultOf(client.connect());
        CompletionStage<JsonResult> late = client.call(RpcRequest.of("x").withDeadline(Duration.ofMillis(500)));
        ScriptedDaemon.Client connection = daemon.accept();
        String reply = ScriptedDaemon.Client.replyTo(connection.request(), large(1_000_000));
        connection.write(reply.substring(0, 500_000));
        failureOf(late);
        connection.write(reply.substring(500_000));

        CompletionStage<JsonResult> next = client.call(RpcRequest.of("y"));
        connection.reply(connection.request(), "1");
        assertThat(textOf(next)).isEqualTo("1");
        assertThat(spool).isEmptyDirectory();
    }

    @Test
    void anErrorBeyondReasonFailsItsCallAlone() {
        CompletionStage<JsonResult> call = client.call(RpcRequest.of("x"));
        ScriptedDaemon.Client connection = daemon.accept();
        connection.replyError(connection.request(), "{\"code\":1,\"message\":\"" + "x".repeat(2_000_000) + "\"}");
        assertThat(failureOf(call))
                .isExactlyInstanceOf(LightningException.class)
                .hasMessageMatching("lightningd answered x with an error of 20000\\d\\d bytes, which is more than .*");
        CompletionStage<JsonResult> next = client.call(RpcRequest.of("y"));
        connection.reply(connection.request(), "1");
        assertThat(textOf(next)).isEqualTo("1");
    }

    @Test
    void aHundredMegabytesPassThroughAHeapOfTwentyFour() throws Exception {
        int size = 100 << 20;
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx24m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeResultProgram.class.getName(),
                        daemon.socket().toString(),
                        spool.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .directory(new File("").getAbsoluteFile())
                .start();
        try {
            ScriptedDaemon.Client connection = daemon.accept();
            JsonNode request = connection.request();
            connection.write("{\"jsonrpc\":\"2.0\",\"id\":" + request.get("id") + ",\"result\":\"");
            byte[] piece = "x".repeat(1 << 20).getBytes(UTF_8);
            for (int i = 0; i < size / piece.length; i++) {
                connection.write(piece);
            }
            connection.write("\"}\n\n");
            assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(directory.resolve("output"))).endsWith("read " + (size + 2) + "\n");
        } finally {
            process.destroyForcibly();
        }
        assertThat(spool).isEmptyDirectory();
    }

    private static String large(int size) {
        String start = "{\"items\":[";
        String item = "\"0123456789\",";
        String end = "\"\"]}";
        int items = (size - start.length() - end.length()) / item.length();
        int rest = size - start.length() - end.length() - items * item.length();
        return start + item.repeat(items) + "\"" + "r".repeat(rest) + end.substring(1);
    }

    @Test
    void aRequestMayHaveALimitOfItsOwnSmallerOrLarger() {
        CompletionStage<JsonResult> small = client.call(RpcRequest.of("x").withMaxResponseSize(1_000_000));
        CompletionStage<JsonResult> large = client.call(RpcRequest.of("x").withMaxResponseSize(3L * LIMIT));
        ScriptedDaemon.Client connection = daemon.accept();
        List<JsonNode> requests = connection.requests(2);
        String tooMuch = large(5_000_000);
        String enough = large(2 * LIMIT);
        connection.reply(requests.get(0), tooMuch);
        connection.reply(requests.get(1), enough);

        assertThat(failureOf(small))
                .hasMessageContaining("maxResponseSize=1000000")
                .hasMessageContaining("of " + tooMuch.length() + " bytes");
        assertThat(resultOf(large).size()).isEqualTo(enough.length());
    }

    @Test
    void aLimitHoldsToWhereTheResultComesBeforeTheId() {
        CompletionStage<JsonResult> small = client.call(RpcRequest.of("x").withMaxResponseSize(1_000_000));
        ScriptedDaemon.Client connection = daemon.accept();
        JsonNode id = connection.request().get("id");
        connection.write("{\"jsonrpc\":\"2.0\",\"result\":" + large(5_000_000) + ",\"id\":" + id + "}\n\n");

        assertThat(failureOf(small)).hasMessageContaining("maxResponseSize=1000000");
    }

    @Test
    void aRequestThatMayHaveNoResultIsRefused() {
        assertThatExceptionOfType(InvalidMessageException.class)
                .isThrownBy(() -> RpcRequest.of("x").withMaxResponseSize(0))
                .withMessageContaining("maxResponseSize");
    }
}
