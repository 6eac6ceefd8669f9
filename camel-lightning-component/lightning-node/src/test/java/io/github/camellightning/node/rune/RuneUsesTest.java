// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)

/** When runes were used, over rates, processes, crashes and clocks that jump. */
class RuneUsesTest extends RunesOnDisk {

    @Test
    void aRateIsSharedByAllThatWasDerived() throws Exception {
        Rune rune = runes.make();
        Rune once = rune.restrict(Restriction.parseAll("rate=1"));
        Rune often = rune.restrict(Restriction.parseAll("per=1sec"));
        assertThat(refusal(rune)).isNull();
        assertThat(refusal(once)).isEqualTo("Not permitted: too soon");
        pass(Duration.ofSeconds(1));
        assertThat(refusal(once)).isEqualTo("Not permitted: too soon");
        assertThat(refusal(often)).isNull();
        pass(Duration.ofSeconds(59));
        assertThat(refusal(once)).isEqualTo("Not permitted: too soon");
        pass(Duration.ofSeconds(1));
        assertThat(refusal(once)).isNull();
        assertThat(refusal(often)).isEqualTo("Not permitted: too soon");
    }

    @Test
    void aRateIsSharedByAllProcesses() throws Exception {
        Rune rune = runes.make("rate=1");
        try (Runes other = opened()) {
            assertThat(refusal(rune)).isNull();
            assertThat(refusal(other, rune, "x", "{}")).isEqualTo("Not permitted: too soon");
            pass(Duration.ofSeconds(60));
            assertThat(refusal(other, rune, "x", "{}")).isNull();
            assertThat(refusal(rune)).isEqualTo("Not permitted: too soon");
            pass(Duration.ofSeconds(60));
            assertThat(refusal(rune)).isNull();
            assertThat(refusal(other, rune, "x", "{}")).isEqualTo("Not permitted: too soon");
        }
    }

    @Test
    void whatAnotherProcessAllowsWithoutARateCountsForThoseWithOne() throws Exception {
        Rune rune = runes.make();
        Rune slow = rune.restrict(Restriction.parseAll("per=5sec"));
        try (Runes other = opened()) {
            assertThat(refusal(rune)).isNull();
            pass(Duration.ofSeconds(6));
            assertThat(refusal(other, rune, "x", "{}")).isNull();
            assertThat(refusal(slow)).isEqualTo("Not permitted: too soon");
        }
    }

    @Test
    void ofManyAtOnceInTwoProcessesARateLetsOneThrough() {
        Rune rune = runes.make("rate=1");
        try (Runes other = opened()) {
            long allowed = IntStream.range(0, 50)
                    .parallel()
                    .mapToObj(i -> catchThrowable(() -> (i % 2 == 0 ? runes : other)
                            .check(rune, new RuneRequest(PEER, "x", null))
                            .toCompletableFuture()
                            .get(20, TimeUnit.SECONDS)))
                    .filter(failure -> failure == null)
                    .count();
            assertThat(allowed).isEqualTo(1);
        }
    }

    @Test
    void whoClosesWritesNoEarlierUseThanAnother() throws Exception {
        Rune rune = runes.make("rate=1");
        Runes first = opened();
        assertThat(refusal(first, rune, "x", "{}")).isNull();
        pass(Duration.ofSeconds(60));
        assertThat(refusal(rune)).isNull();
        first.close();
        try (Runes third = opened()) {
            assertThat(third.list().get(0).lastUsed()).isEqualTo(wall);
        }
    }

    @Test
    void whoOnlyLooksWritesNothing() throws Exception {
        runes.make();
        runes.close();
        Path lock = file.resolveSibling("runes.state.lock");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(lock)))
                .isEqualTo("rw-------");
        Files.delete(lock);
        Object before = Files.getAttribute(file.resolveSibling("runes.state"), "unix:ino");
        wall = wall.plusSeconds(100);
        try (Runes looking = opened()) {
            assertThat(looking.list()).hasSize(1);
        }
        assertThat(Files.getAttribute(file.resolveSibling("runes.state"), "unix:ino"))
                .isEqualTo(before);
        assertThat(lock).doesNotExist();
    }

    @Test
    void whatIsRefusedIsNoUse() throws Exception {
        Rune rune = runes.make("method=x", "rate=1");
        assertThat(refusal(runes, rune, "y", "{}")).contains("method is not equal");
        assertThat(refusal(rune)).isNull();
    }

    @Test
    void ofManyAtOnceARateLetsOneThrough() {
        Rune rune = runes.make("rate=1");
        long allowed = IntStream.range(0, 50)
                .parallel()
                .mapToObj(i -> catchThrowable(() -> runes.check(rune, new RuneRequest(PEER, "x", null))
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS)))
                .filter(failure -> failure == null)
                .count();
        assertThat(allowed).isEqualTo(1);
    }

    @Test
    void theLastUseOutlivesRestartsAndCrashes() throws Exception {
        Rune rune = runes.make("rate=1");
        assertThat(refusal(rune)).isNull();
        crash();
        pass(Duration.ofSeconds(30));
        assertThat(refusal(rune)).isEqualTo("Not permitted: too soon");
        restart();
        pass(Duration.ofSeconds(31));
        assertThat(refusal(rune)).isNull();
        assertThat(runes.list().get(0).lastUsed()).isEqualTo(wall);
    }

    @Test
    void aCrashNeverMakesAUseEarlierThanItWas() throws Exception {
        Rune rune = runes.make();
        Rune once = rune.restrict(Restriction.parseAll("per=20sec"));
        // only the first is written down, as later than it is
        for (int i = 0; i < 5; i++) {
            assertThat(refusal(rune)).isNull();
            pass(Duration.ofSeconds(2));
        }
        crash();
        pass(Duration.ofSeconds(10));
        assertThat(refusal(once)).isEqualTo("Not permitted: too soon");
        pass(Duration.ofSeconds(10));
        assertThat(refusal(once)).isNull();
    }

    @Test
    void aRuneThatExpiredStaysSoWhenTheClockIsSetBack() throws Exception {
        long end = START.getEpochSecond() + 100;
        Rune rune = runes.make("time<" + end);
        assertThat(refusal(rune)).isNull();
        pass(Duration.ofSeconds(100));
        assertThat(refusal(rune)).isEqualTo("Not permitted: time is greater or equal to " + end);
        wall = START;
        assertThat(refusal(rune)).contains("time is greater");
        crash();
        assertThat(refusal(rune)).contains("time is greater");
        pass(Duration.ofSeconds(50));
        assertThat(refusal(rune)).contains("time is greater");
    }

    @Test
    void aRuneThatExpiredWhileNobodyUsedItStaysSoOverARestart() throws Exception {
        Rune rune = runes.make("time<" + (START.getEpochSecond() + 100));
        assertThat(refusal(rune)).isNull();
        pass(Duration.ofSeconds(100));
        restart();
        wall = START;
        assertThat(refusal(rune)).contains("time is greater");
    }

    @Test
    void overACrashItStaysSoOnceTheTimeWasNoted() throws Exception {
        Rune rune = runes.make("time<" + (START.getEpochSecond() + 100));
        assertThat(refusal(rune)).isNull();
        pass(Duration.ofSeconds(100));
        runes.noteTime().toCompletableFuture().get(20, TimeUnit.SECONDS);
        wall = START;
        crash();
        assertThat(refusal(rune)).contains("time is greater");
    }

    @Test
    void timePassesWhileTheClockIsBehind() throws Exception {
        Rune rune = runes.make("time<" + (START.getEpochSecond() + 100));
        assertThat(refusal(rune)).isNull();
        wall = START.minus(Duration.ofDays(1));
        passed = passed.plusSeconds(99);
        assertThat(refusal(rune)).isNull();
        passed = passed.plusSeconds(1);
        assertThat(refusal(rune)).contains("time is greater");
    }

    @Test
    void aClockThatIsSetForwardMakesNoRuneUsableSooner() throws Exception {
        Rune rune = runes.make("rate=1");
        assertThat(refusal(rune)).isNull();
        wall = wall.plus(Duration.ofDays(1));
        assertThat(refusal(rune)).isEqualTo("Not permitted: too soon");
        passed = passed.plusSeconds(60);
        assertThat(refusal(rune)).isNull();
    }
}
