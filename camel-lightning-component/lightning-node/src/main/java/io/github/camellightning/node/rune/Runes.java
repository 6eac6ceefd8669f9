// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.LightningException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The runes of a secret in a file: makes, lists, revokes and checks them. What was revoked, the next unique id and when runes were used is in a file
 * beside it, {@code <rune file>.state}, on disk before anything is acknowledged; any number of processes may use it at once.
 *
 * <p>A JavaBean: set {@code runeFile}. All methods but {@link #check} may wait for the disk.
 */
public final class Runes implements RuneCheck, AutoCloseable {

    private final RuneClock clock;
    private @Nullable Path runeFile;
    private volatile @Nullable OpenRunes open;

    public Runes() {
        this(RuneClock.system());
    }

    /** @param runeFile as {@link #setRuneFile} takes it */
    public Runes(Path runeFile) {
        this();
        this.runeFile = runeFile;
    }

    Runes(RuneClock clock) {
        this.clock = clock;
    }

    /**
     * A file with the secret of the runes, 32 to 110 hex digits. Made, with mode 0600, where it does not exist; refused where others can read it.
     *
     * @throws InvalidMessageException where it is no path
     */
    public void setRuneFile(String runeFile) {
        try {
            this.runeFile = Path.of(runeFile);
        } catch (InvalidPathException invalid) {
            throw new InvalidMessageException(
                    "Invalid option runeFile=" + Escaped.of(runeFile, 200) + ": it is no path");
        }
    }

    /**
     * Reads the files, or makes them. Done with the first use, but for whoever must not wait then.
     *
     * @throws LightningException naming the file and the cure where one cannot be used
     */
    public synchronized void open() {
        if (open == null) {
            Path file = runeFile;
            if (file == null) {
                throw new InvalidMessageException(
                        "Option runeFile is not set: it names the file with the secret of the runes");
            }
            MasterSecret secret = RuneSecretFile.read(file, new SecureRandom());
            open = new OpenRunes(secret, RuneStore.open(file.resolveSibling(file.getFileName() + ".state")), clock);
        }
    }

    private OpenRunes opened() {
        OpenRunes now = open;
        while (now == null) {
            open();
            now = open;
        }
        return now;
    }

    /** A new rune, with a unique id of its own, that allows what the restrictions do; without any it allows everything. */
    public Rune make(List<Restriction> restrictions) {
        return opened().make(restrictions);
    }

    /** The same with restrictions as {@link Restriction#parseAll} takes them. */
    public Rune make(String... restrictions) {
        return make(Restriction.parseAll(restrictions));
    }

    /**
     * The same rune with more restrictions; that needs no secret, whoever has a rune can do it.
     *
     * @param rune as {@link Rune#encode} wrote it
     * @param restrictions as {@link Restriction#parseAll} takes them
     */
    public Rune restrict(String rune, String... restrictions) {
        return Rune.parse(rune).restrict(Restriction.parseAll(restrictions));
    }

    /** Those that were made here, by their unique ids. */
    public List<MadeRune> list() {
        return opened().list();
    }

    /** Revokes a rune and all that were derived from it, for good. */
    public void revoke(long id) {
        revoke(id, id);
    }

    /**
     * The same for a range of unique ids, its ends included. They need not have been given to runes yet.
     *
     * @throws InvalidMessageException where it is no range
     */
    public void revoke(long first, long last) {
        if (first < 0 || last < first) {
            throw new InvalidMessageException("Invalid unique ids " + first + " to " + last
                    + ": the first must be at least 0, and the last not before it");
        }
        opened().revoke(new RuneState.Range(first, last));
    }

    @Override
    public CompletionStage<Void> check(Rune rune, RuneRequest request) {
        try {
            return opened().check(rune, request);
        } catch (LightningException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    /** Writes down what time it is, as is done from time to time where runes are checked. */
    CompletionStage<Void> noteTime() {
        return opened().noteTime();
    }

    /** Writes what was used to the second. What comes then opens the files again. */
    @Override
    public synchronized void close() {
        OpenRunes closing = open;
        open = null;
        if (closing != null) {
            closing.close();
        }
    }
}
