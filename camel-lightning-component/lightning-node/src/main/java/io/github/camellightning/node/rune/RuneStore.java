// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.PrivateFile;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RuneState} in a file, written whole and forced to disk with each change. Several processes may have it, a node and a command line: each change
 * is made to what the file holds, under a lock.
 */
final class RuneStore implements AutoCloseable {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** What tells one content of the file from another: each is a file of its own. */
    private record Stamp(@Nullable Object fileKey, FileTime modified, long size) {}

    private final Path file;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile RuneState state;
    private volatile Stamp stamp;
    /** Not before it is needed: who only reads leaves nothing behind. */
    private @Nullable LockFile lockFile;

    private boolean closed;

    private RuneStore(Path file, RuneState state, Stamp stamp) {
        this.file = file;
        this.state = state;
        this.stamp = stamp;
    }

    /** @throws LightningException naming the file, where it cannot be read or made */
    static RuneStore open(Path file) {
        try {
            if (!Files.exists(file)) {
                PrivateFile.create(file, bytes(RuneState.NEW));
            }
            Stamp stamp = stampOf(file);
            return new RuneStore(file, read(file), stamp);
        } catch (IOException failed) {
            throw unusable(file, failed);
        }
    }

    private static LightningException unusable(Path file, IOException failure) {
        return new LightningException(
                "Cannot use " + file + ", which holds what was revoked and used of runes: " + failure, failure);
    }

    private static byte[] bytes(RuneState state) {
        return state.json().getBytes(StandardCharsets.UTF_8);
    }

    private static RuneState read(Path file) throws IOException {
        try {
            return RuneState.parse(Files.readString(file));
        } catch (LightningException damaged) {
            throw new LightningException(
                    "Cannot use " + file + ", which holds what was revoked and used of runes: " + damaged.getMessage()
                            + "; put back a copy that is whole",
                    damaged);
        }
    }

    private static Stamp stampOf(Path file) throws IOException {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
    }

    /**
     * With what other processes did.
     *
     * @throws LightningException where the file can be read no more
     */
    RuneState current() {
        // who is writing reads what others did first
        if (writing.tryLock()) {
            try {
                refresh();
            } catch (IOException failed) {
                throw unusable(file, failed);
            } finally {
                writing.unlock();
            }
        }
        return state;
    }

    private void refresh() throws IOException {
        Stamp now = stampOf(file);
        if (!now.equals(stamp)) {
            state = read(file);
            stamp = now;
        }
    }

    /**
     * Waits for the disk, and for other processes.
     *
     * @param change to whatever the file holds; on disk when this returns
     * @throws LightningException where it is not
     */
    RuneState update(UnaryOperator<RuneState> change) {
        writing.lock();
        try (FileLock ignored = lock()) {
            refresh();
            RuneState changed = change.apply(state);
            if (!changed.equals(state)) {
                PrivateFile.replace(file, bytes(changed));
                state = changed;
                stamp = stampOf(file);
            }
            return changed;
        } catch (IOException failed) {
            throw unusable(file, failed);
        } finally {
            writing.unlock();
        }
    }

    private FileLock lock() throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            FileLock lock = lockFile().tryLock();
            if (lock != null) {
                return lock;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("another process has had its lock for "
                        + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS) + " s");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private LockFile lockFile() throws IOException {
        if (closed) {
            throw new IOException("it is closed");
        }
        LockFile opened = lockFile;
        if (opened == null) {
            opened = LockFile.open(file.resolveSibling(file.getFileName() + ".lock"));
            lockFile = opened;
        }
        return opened;
    }

    @Override
    public void close() {
        writing.lock();
        try {
            closed = true;
            if (lockFile != null) {
                lockFile.close();
                lockFile = null;
            }
        } catch (IOException failed) {
            throw unusable(file, failed);
        } finally {
            writing.unlock();
        }
    }
}
