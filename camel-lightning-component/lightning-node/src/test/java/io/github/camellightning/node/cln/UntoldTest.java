// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.cln.plugin.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When lightningd is told again what it refused, or what the plugin that it was told by was for. */
class UntoldTest {

    private final Wanted wanted = new Wanted(() -> false);
    private final Plugins plugins = new Plugins(
            wanted,
            new MessagePlugin(wanted.messages, new HookQueue(wanted.messages, peer -> {}), null, wanted.counters),
            (plugin, opened) -> CompletableFuture.completedFuture(null),
            () -> {},
            (plugin, reason) -> {});
    private final List<Long> pauses = new ArrayList<>();
    private final List<Manifest> told = new ArrayList<>();
    private Runnable next;
    private Plugins running = plugins;
    private InvalidMessageException refusal;
    private long nanos;

    private final Untold untold = new Untold(
            () -> Manifest.NOTHING,
            wanted::method,
            manifest -> {
                told.add(manifest);
                return refusal == null
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(refusal);
            },
            () -> running,
            (millis, step) -> {
                pauses.add(millis);
                next = step;
            },
            () -> nanos);

    private void lostAgain(int times) {
        for (int i = 0; i < times; i++) {
            untold.tellLater();
            next.run();
        }
    }

    @Test
    void whatNeverLastsIsToldLaterAndLater() {
        lostAgain(9);

        assertThat(pauses).containsExactly(500L, 1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 30_000L, 30_000L, 30_000L);
        assertThat(told).hasSize(9);
    }

    @Test
    void whatLastedForAWhileIsToldSoon() {
        lostAgain(9);
        pauses.clear();
        nanos += TimeUnit.SECONDS.toNanos(Untold.LASTING_SECONDS) + 1;

        lostAgain(1);

        assertThat(pauses).containsExactly(500L);
    }

    @Test
    void whatIsRefusedIsToldUntilItIsNot() {
        refusal = new InvalidMessageException("another plugin has that name");
        untold.tell();
        next.run();
        assertThat(untold.refusal()).isEqualTo("another plugin has that name");
        refusal = null;

        next.run();

        assertThat(untold.refusal()).isNull();
        assertThat(pauses).containsExactly(500L, 1_000L);
    }

    @Test
    void nothingIsToldOnceThosePluginsAreNotWhatRuns() {
        untold.tellLater();
        running = null;

        next.run();

        assertThat(told).isEmpty();
    }
}
