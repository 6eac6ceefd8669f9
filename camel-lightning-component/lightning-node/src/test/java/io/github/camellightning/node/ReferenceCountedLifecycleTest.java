// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class ReferenceCountedLifecycleTest {

    private final List<CompletableFuture<Void>> ups = new ArrayList<>();
    private final List<CompletableFuture<Void>> downs = new ArrayList<>();
    private final ReferenceCountedLifecycle lifecycle =
            new ReferenceCountedLifecycle(() -> begun(ups), () -> begun(downs));

    private static CompletionStage<Void> begun(List<CompletableFuture<Void>> list) {
        var future = new CompletableFuture<Void>();
        list.add(future);
        return future;
    }

    private static CompletableFuture<Void> future(CompletionStage<Void> stage) {
        return stage.toCompletableFuture();
    }

    @Test
    void theFirstStartBringsTheNodeUpAndTheOthersJoinIt() {
        var first = future(lifecycle.start());
        var second = future(lifecycle.start());
        assertThat(ups).hasSize(1);
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();

        ups.get(0).complete(null);

        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
        assertThat(future(lifecycle.start())).isCompleted();
        assertThat(ups).hasSize(1);
    }

    @Test
    void theLastStopTakesTheNodeDown() {
        lifecycle.start();
        lifecycle.start();
        ups.get(0).complete(null);

        assertThat(future(lifecycle.stop())).isCompleted();
        assertThat(downs).isEmpty();

        var stopped = future(lifecycle.stop());
        assertThat(downs).hasSize(1);
        assertThat(stopped).isNotDone();
        downs.get(0).complete(null);
        assertThat(stopped).isCompleted();
    }

    @Test
    void aStopWithoutAStartDoesNothing() {
        assertThat(future(lifecycle.stop())).isCompleted();
        lifecycle.start();
        ups.get(0).complete(null);

        assertThat(downs).isEmpty();
        lifecycle.stop();
        assertThat(downs).hasSize(1);
    }

    @Test
    void aStartDuringTheStopWaitsForItsEnd() {
        lifecycle.start();
        ups.get(0).complete(null);
        lifecycle.stop();

        var restarted = future(lifecycle.start());
        assertThat(ups).hasSize(1);

        downs.get(0).complete(null);
        assertThat(ups).hasSize(2);
        ups.get(1).complete(null);
        assertThat(restarted).isCompleted();
    }

    @Test
    void aStopDuringTheStartTakesTheNodeDownOnceItIsUp() {
        var started = future(lifecycle.start());
        var stopped = future(lifecycle.stop());
        assertThat(downs).isEmpty();

        ups.get(0).complete(null);
        assertThat(started).isCompleted();
        downs.get(0).complete(null);
        assertThat(stopped).isCompleted();
    }

    @Test
    void aStartThatFailsCountsForNothingAndTheNextTriesAgain() {
        var first = future(lifecycle.start());
        var second = future(lifecycle.start());
        ups.get(0).completeExceptionally(new LightningException("port in use"));
        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompletedExceptionally();

        var third = future(lifecycle.start());
        ups.get(1).complete(null);
        assertThat(third).isCompleted();

        lifecycle.stop();
        assertThat(downs).hasSize(1);
    }

    @Test
    void aStartThatThrowsIsAStartThatFails() {
        var lame = new ReferenceCountedLifecycle(
                () -> {
                    throw new IllegalStateException("no threads left");
                },
                () -> begun(downs));

        assertThat(future(lame.start())).isCompletedExceptionally();
        assertThat(future(lame.stop())).isCompleted();
        assertThat(downs).isEmpty();
    }

    /** The stop took back the start that failed later: neither may count twice. */
    @Test
    void aStopDuringAStartThatFailsLeavesTheCountRight() {
        lifecycle.start();
        var stopped = future(lifecycle.stop());
        ups.get(0).completeExceptionally(new LightningException("port in use"));
        assertThat(stopped).isCompleted();

        lifecycle.start();
        lifecycle.start();
        ups.get(1).complete(null);
        lifecycle.stop();
        assertThat(downs).as("one of two users is still there").isEmpty();

        lifecycle.stop();
        assertThat(downs).hasSize(1);
    }

    @Test
    void oneOfTwoWhoStopsDuringAStartThatFailsLeavesTheCountRight() {
        lifecycle.start();
        lifecycle.start();
        lifecycle.stop();
        ups.get(0).completeExceptionally(new LightningException("port in use"));

        lifecycle.start();
        lifecycle.start();
        ups.get(1).complete(null);
        lifecycle.stop();
        assertThat(downs).isEmpty();
    }

    @Test
    void aStopThatFailsDoesNotKeepTheNodeFromStartingAgain() {
        lifecycle.start();
        ups.get(0).complete(null);
        var stopped = future(lifecycle.stop());
        downs.get(0).completeExceptionally(new LightningException("cannot close the key file"));
        assertThat(stopped).isCompletedExceptionally();

        var restarted = future(lifecycle.start());
        assertThat(ups).hasSize(2);
        ups.get(1).complete(null);
        assertThat(restarted).isCompleted();
    }
}
