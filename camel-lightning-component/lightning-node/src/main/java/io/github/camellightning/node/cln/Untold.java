// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.cln.plugin.Manifest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is wanted and lightningd does not know of, since it refused it or the plugin for it has ended: it is told again, later and later where that does not
 * last.
 */
final class Untold {

    /** After so long without trouble the next one is the first again. */
    static final long LASTING_SECONDS = 60;

    private static final Logger LOG = LoggerFactory.getLogger(CoreLightningNode.class);

    /** Takes a step after a while. */
    interface Later {
        void after(long millis, Runnable step);
    }

    private final Supplier<Manifest> wanted;
    private final Function<String, Manifest> method;
    private final Function<Manifest, CompletionStage<Void>> tell;
    private final Supplier<@Nullable Plugins> running;
    private final Later later;
    private final LongSupplier clock;
    private final Pause pause = new Pause();
    private volatile @Nullable String refusal;
    private long troubleAt;

    /**
     * @param wanted all of it
     * @param method the part of it that is a command
     * @param tell completes when lightningd knows, or need not know any more
     * @param running the plugins of a node that is up; null where it is not
     * @param clock in nanoseconds
     */
    Untold(
            Supplier<Manifest> wanted,
            Function<String, Manifest> method,
            Function<Manifest, CompletionStage<Void>> tell,
            Supplier<@Nullable Plugins> running,
            Later later,
            LongSupplier clock) {
        this.wanted = wanted;
        this.method = method;
        this.tell = tell;
        this.running = running;
        this.later = later;
        this.clock = clock;
        this.troubleAt = clock.getAsLong();
    }

    /** Whether lightningd will not have what it was told, now or later. */
    static boolean isRefused(Throwable failure) {
        return CoreLightningNode.unwrapped(failure) instanceof InvalidMessageException;
    }

    /** Why lightningd does not have all that is wanted, though it was asked; null where it has. */
    @Nullable
    String refusal() {
        return refusal;
    }

    void tell() {
        Manifest all = wanted.get();
        tell.apply(all)
                .exceptionallyCompose(
                        refused -> isRefused(refused) ? tellEachAlone(all) : CompletableFuture.failedFuture(refused))
                .whenComplete((told, failure) -> told(failure));
    }

    private void told(@Nullable Throwable failure) {
        if (failure == null) {
            refusal = null;
            return;
        }
        String reason = String.valueOf(CoreLightningNode.unwrapped(failure).getMessage());
        refusal = reason;
        LOG.error(
                "lightningd refuses what routes ask of it, and is asked again. Change the routes, or what stands in their way: {}",
                reason);
        tellLater();
    }

    /** Where one command's name is another's, the others are to be had all the same. */
    private CompletionStage<Void> tellEachAlone(Manifest all) {
        return CompletableFuture.allOf(Stream.concat(
                        Stream.of(all.withoutMethods()), all.methods().stream().map(each -> method.apply(each.name())))
                .map(each -> tell.apply(each).toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    /** Unless those that run now have ended by then: whoever comes after them is told all. */
    void tellLater() {
        Plugins now = running.get();
        later.after(nextPause(), () -> {
            if (now != null && running.get() == now && now.over() == null) {
                tell();
            }
        });
    }

    private synchronized long nextPause() {
        long now = clock.getAsLong();
        if (now - troubleAt > TimeUnit.SECONDS.toNanos(LASTING_SECONDS)) {
            pause.reset();
        }
        troubleAt = now;
        return pause.next();
    }
}
