// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The runes of a secret, over restarts, revocations and clocks that jump. */
@Timeout(60)
class RunesTest {

    private static final NodeId PEER = new NodeId("02c6d2af6bbe484b82892b9b3587dbe905d4d1bd9a40729c74d01392d0a6500f7c");
    private static final Instant START = Instant.ofEpochSecond(1_795_205_996);

    @TempDir
    Path directory;

    /** What the system's clock shows. */
    private Instant wall = START;
    /** What has really passed. */
    private Duration passed = Duration.ZERO;

    private Path file;
    private Runes runes;

    @BeforeEach
    void open() {
        file = directory.resolve("node").resolve("runes");
        runes = opened();
    }

    @AfterEach
    void close() {
        runes.close();
    }

    private Runes opened() {
        var made = new Runes(new RuneClock(() -> wall, () -> passed.toNanos()));
        made.setRuneFile(file.toString());
        return made;
    }

    private void restart() {
        runes.close();
        runes = opened();
    }

    /** As after a crash: nothing is written at the end. */
    private void crash() throws IOException {
        Path state = file.resolveSibling("runes.state");
        byte[] content = Files.readAllBytes(state);
        runes.close();
        Files.write(state, content);
        runes = opened();
    }

    private void pass(Duration time) {
        wall = wall.plus(time);
        passed = passed.plus(time);
    }

    private static String refusal(Runes checking, Rune rune, String method, String params) throws Exception {
        try {
            checking.check(rune, new RuneRequest(PEER, method, Json.read(params)))
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            return null;
        } catch (ExecutionException refused) {
            assertThat(refused.getCause()).isInstanceOf(RuneRefusedException.class);
            return refused.getCause().getMessage();
        }
    }

    private String refusal(Rune rune) throws Exception {
        return refusal(runes, rune, "x", "{}");
    }

    @Test
    void whatIsMadeIsAllowedWhatItsRestrictionsAllow() throws Exception {
        Rune rune = runes.make("method=getinfo");
        assertThat(refusal(runes, rune, "getinfo", "{}")).isNull();
        assertThat(refusal(runes, rune, "stop", "{}")).isEqualTo("Not permitted: method is not equal to getinfo");
        assertThat(refusal(runes, rune.restrict(Restriction.parseAll("pnum=0")), "getinfo", "{}"))
                .isNull();
        assertThat(refusal(runes, rune.restrict(Restriction.parseAll("pnum=0")), "getinfo", "[1]"))
                .isEqualTo("Not permitted: number of parameters is not equal to 0");
    }

    @Test
    void eachRuneHasAnIdOfItsOwnOverRestartsAndCrashes() throws Exception {
        assertThat(runes.make().number()).isZero();
        restart();
        assertThat(runes.make().number()).isEqualTo(1);
        crash();
        assertThat(runes.make().number()).isEqualTo(2);
        assertThat(runes.list()).extracting(MadeRune::id).containsExactly(0L, 1L, 2L);
    }

    @Test
    void theSecretStaysAndIsItsOwnersAlone() throws Exception {
        Rune rune = runes.make();
        restart();
        assertThat(refusal(rune)).isNull();
        assertThat(Files.readString(file)).matches("[0-9a-f]{64}\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.resolveSibling("runes.state"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aRevokedRuneAndAllThatWasDerivedFromItStayRevoked() throws Exception {
        Rune rune = runes.make("method=x");
        Rune other = runes.make();
        runes.revoke(rune.number());
        assertThat(refusal(rune)).isEqualTo("Not authorized: Blacklisted rune");
        assertThat(refusal(rune.restrict(Restriction.parseAll("pnum=0"))))
                .isEqualTo("Not authorized: Blacklisted rune");
        assertThat(refusal(other)).isNull();
        crash();
        assertThat(refusal(rune)).isEqualTo("Not authorized: Blacklisted rune");
        assertThat(runes.list()).extracting(MadeRune::revoked).containsExactly(true, false);
    }

    @Test
    void rangesAreRevokedAndJoined() throws Exception {
        List<Rune> all = IntStream.range(0, 12).mapToObj(i -> runes.make()).toList();
        runes.revoke(4, 6);
        runes.revoke(1, 2);
        runes.revoke(7);
        runes.revoke(3, 3);
        runes.revoke(10, 1_000_000_000_000L);
        assertThat(Files.readString(file.resolveSibling("runes.state")).replaceAll("\\s", ""))
                .contains("\"revoked\":[[1,7],[10,1000000000000]]");
        for (Rune rune : all) {
            boolean revoked = rune.number() >= 1 && rune.number() <= 7 || rune.number() >= 10;
            assertThat(refusal(rune) != null).as("%d", rune.number()).isEqualTo(revoked);
        }
        assertThatThrownBy(() -> runes.revoke(3, 2)).isInstanceOf(InvalidMessageException.class);
        assertThatThrownBy(() -> runes.revoke(-1)).isInstanceOf(InvalidMessageException.class);
    }

    @Test
    void allIdsThereAreCanBeRevokedWhateverWasRevokedBefore() throws Exception {
        List<Rune> all = IntStream.range(0, 101).mapToObj(i -> runes.make()).toList();
        runes.revoke(5);
        runes.revoke(9);
        runes.revoke(0, Long.MAX_VALUE);
        assertThat(runes.list()).allMatch(MadeRune::revoked);
        for (int id : new int[] {7, 12, 100}) {
            assertThat(refusal(all.get(id))).contains("Blacklisted");
        }
    }

    @Test
    void whatIsRevokedWithAllStaysSoWhateverIsRevokedAfterwards() throws Exception {
        List<Rune> all = IntStream.range(0, 31).mapToObj(i -> runes.make()).toList();
        runes.revoke(0, Long.MAX_VALUE);
        runes.revoke(5);
        runes.revoke(20);
        assertThat(refusal(all.get(7))).contains("Blacklisted");
        assertThat(refusal(all.get(30))).contains("Blacklisted");
        restart();
        assertThat(refusal(all.get(7))).contains("Blacklisted");
        assertThat(refusal(all.get(30))).contains("Blacklisted");
    }

    @Test
    void whatAnotherProcessDoesCountsAtOnce() throws Exception {
        Rune rune = runes.make();
        assertThat(refusal(rune)).isNull();
        try (Runes commandLine = opened()) {
            assertThat(commandLine.make().number()).isEqualTo(1);
            commandLine.revoke(rune.number());
            assertThat(refusal(rune)).isEqualTo("Not authorized: Blacklisted rune");
            assertThat(runes.make().number()).isEqualTo(2);
            assertThat(commandLine.list()).hasSize(3);
        }
    }

    @Test
    void twoThatMakeRunesAtOnceNeverGiveOneIdTwice() throws Exception {
        try (Runes other = opened()) {
            var ids = IntStream.range(0, 40)
                    .parallel()
                    .mapToObj(i -> (i % 2 == 0 ? runes : other).make().number())
                    .toList();
            assertThat(ids).doesNotHaveDuplicates();
        }
    }

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

    @Test
    void aRuneWithoutANumberOrWithAVersionIsRefused() throws Exception {
        byte[] secret = java.util.HexFormat.of().parseHex(secretOf(runes));
        Rune master = Rune.master(Sha256State.initial().add(secret));
        assertThat(refusal(master)).startsWith("Not authorized: ").contains("unique_id");
        assertThat(refusal(master.withId("abc"))).contains("unique_id");
        assertThat(refusal(master.withId("99999999999999999999"))).contains("unique_id");
        assertThat(refusal(master.withId("1-2"))).isEqualTo("Not authorized: Version mismatch");
        assertThat(refusal(master.withId("77"))).isNull();
    }

    private String secretOf(Runes opened) throws IOException {
        opened.open();
        return Files.readString(file).trim();
    }

    @Test
    void aSecretOfLightningdMakesTheRunesOfLightningd() throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "00".repeat(16));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        // of its test vectors: unique id 1
        assertThat(refusal(Rune.parse("YDVzGiy7Aiy-tnZFqg-KJmU9jMRU4OCH1NGdKCuNpL09MQ==")))
                .isNull();
    }

    @Test
    void filesThatWillNotDoAreNamed() throws Exception {
        runes.open();
        Path state = file.resolveSibling("runes.state");
        for (String damaged :
                List.of("", "{}", "{\"nextId\":1}", Files.readString(state).replace("[ ]", "[[1]]"))) {
            runes.close();
            Files.writeString(state, damaged);
            runes = opened();
            assertThatThrownBy(() -> runes.make())
                    .isInstanceOf(LightningException.class)
                    .hasMessageContainingAll("runes.state", "put back");
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> runes.make()).hasMessageContainingAll(file.toString(), "chmod 600");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        for (String bad :
                List.of("", "abc", "00".repeat(15), "00".repeat(56), "zz".repeat(16), "00".repeat(16) + " ")) {
            Files.writeString(file, bad);
            assertThatThrownBy(() -> runes.make()).hasMessageContainingAll(file.toString(), "hex digits");
        }
        Files.delete(state);
        Files.delete(file);
        runes.open();
    }

    @Test
    void aRuneIsRefusedWhereNobodyCanTellWhetherItIsRevoked() throws Exception {
        Rune rune = runes.make();
        Files.delete(file.resolveSibling("runes.state"));
        var outcome = runes.check(rune, new RuneRequest(PEER, "x", null)).toCompletableFuture();
        assertThatThrownBy(() -> outcome.get(20, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(LightningException.class)
                .isNotInstanceOf(RuneRefusedException.class)
                .hasMessageContaining("runes.state");
        Files.createFile(file.resolveSibling("runes.state"));
        assertThat(runes.check(rune, new RuneRequest(PEER, "x", null)).toCompletableFuture())
                .isCompletedExceptionally();
        Files.writeString(file.resolveSibling("runes.state"), RuneState.NEW.json());
        assertThat(refusal(rune)).isNull();
    }

    @Test
    void withoutAFileNothingWorks() {
        assertThatThrownBy(() -> new Runes().make())
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("runeFile");
    }
}
