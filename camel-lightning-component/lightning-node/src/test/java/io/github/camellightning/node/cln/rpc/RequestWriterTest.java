// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who writes requests, and what becomes of a writer that cannot. */
@Timeout(60)
class RequestWriterTest {

    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    /** An OutOfMemoryError is another such error, at which JUnit itself would give up. */
    static List<Throwable> failures() {
        return List.of(
                new IOException("Broken pipe"),
                new IllegalStateException("broken"),
                new InternalError("unable to create native thread"));
    }

    /** @param room none of it: a thread of the writer's writes, which may wait */
    private RequestWriter writer(long room, Throwable failure) {
        return new RequestWriter(new Broken(failure), room, null, failures::add, "writer");
    }

    private static Call call(long number) {
        return new Call(
                number,
                "test#" + number,
                RpcRequest.of("getinfo"),
                System.nanoTime() + TimeUnit.HOURS.toNanos(1),
                1,
                null);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whateverFailsItIsToldOnceAndNothingIsTakenAnyMore(Throwable failure) {
        RequestWriter writer = writer(1_000_000, failure);
        assertThat(writer.enqueue(call(1))).isTrue();

        writer.flush();

        assertThat(failures).containsExactly(failure);
        assertThat(writer.enqueue(call(2))).isFalse();
        writer.awaitEnd();
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whateverFailsOnTheThreadThatMayWaitIsToldToo(Throwable failure) {
        RequestWriter writer = writer(0, failure);
        assertThat(writer.enqueue(call(1))).isTrue();

        writer.flush();

        await().untilAsserted(() -> assertThat(failures).containsExactly(failure));
        assertThat(writer.enqueue(call(2))).isFalse();
        writer.awaitEnd();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "there are no virtual threads")
    void noVirtualThreadWrites() throws Exception {
        var wroteOn = new CompletableFuture<String>();
        var output = new OutputStream() {
            @Override
            public void write(byte[] bytes, int offset, int length) {
                wroteOn.complete(Thread.currentThread().getName());
            }

            @Override
            public void write(int one) {
                throw new UnsupportedOperationException();
            }
        };
        var writer = new RequestWriter(output, 1_000_000, null, failures::add, "writer");
        writer.enqueue(call(1));

        Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, (Runnable) writer::flush);

        assertThat(wroteOn.get()).isEqualTo("writer");
        writer.close();
    }

    private static final class Broken extends OutputStream {

        private final Throwable failure;

        Broken(Throwable failure) {
            this.failure = failure;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (failure instanceof IOException io) {
                throw io;
            } else if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }
    }
}
