// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import io.github.camellightning.node.PrivateFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A file that processes lock to take turns, shared by all of this process that name it. */
final class LockFile implements AutoCloseable {

    /**
     * By their real paths. The system gives locks to processes: where a process closes one of two channels of a file, its locks are gone, whichever channel
     * took them. So there is one channel of each, and everybody in the process must find it.
     */
    private static final Map<Path, LockFile> OPEN = new HashMap<>();

    private final Path file;
    private final FileChannel channel;
    private int users;

    private LockFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Makes it where there is none, with mode 0600. {@link #close} is to be called once for each of these. */
    static LockFile open(Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path folder = absolute.resolveSibling("").toRealPath();
        Path real = folder.resolve(absolute.getFileName());
        synchronized (OPEN) {
            LockFile lock = OPEN.get(real);
            if (lock == null) {
                lock = new LockFile(real, PrivateFile.channel(real));
                OPEN.put(real, lock);
            }
            lock.users++;
            return lock;
        }
    }

    /** Null where anybody has it. */
    @Nullable
    FileLock tryLock() throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldInThisProcess) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (OPEN) {
            if (--users == 0) {
                OPEN.remove(file, this);
                channel.close();
            }
        }
    }
}
