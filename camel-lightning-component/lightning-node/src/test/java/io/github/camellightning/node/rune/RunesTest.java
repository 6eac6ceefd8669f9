// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.LightningException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)

/** The runes of a secret: made, revoked and refused, over restarts and from several processes. */
class RunesTest extends RunesOnDisk {

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
    void aRuneIsRestrictedByItsText() throws Exception {
        Rune restricted = runes.restrict(runes.make("method=getinfo").encode(), "pnum=0");
        assertThat(refusal(runes, restricted, "getinfo", "{}")).isNull();
        assertThat(refusal(runes, restricted, "getinfo", "[1]")).contains("number of parameters");
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
