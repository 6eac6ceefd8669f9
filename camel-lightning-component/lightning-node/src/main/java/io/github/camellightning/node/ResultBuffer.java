// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes a result's bytes as they come: into memory up to a threshold, then into a file of mode 0600 without a name, and nowhere beyond a limit. For one
 * thread at a time.
 */
public final class ResultBuffer {

    private static final int FIRST_BYTES = 512;

    private final int threshold;
    private final long limit;
    private final Path directory;

    private byte[] memory = new byte[0];
    private int inMemory;
    private @Nullable FileChannel file;
    private long size;
    private @Nullable IOException failure;

    /**
     * @param threshold bytes to keep in memory
     * @param limit bytes to keep at all
     * @param directory for the file
     */
    public ResultBuffer(int threshold, long limit, Path directory) {
        this.threshold = threshold;
        this.limit = limit;
        this.directory = directory;
    }

    public void append(byte[] bytes, int offset, int length) {
        size += length;
        if (isTooLarge() || failure != null) {
            discard();
        } else if (file == null && size <= threshold) {
            appendToMemory(bytes, offset, length);
        } else {
            appendToFile(bytes, offset, length);
        }
    }

    private void appendToMemory(byte[] bytes, int offset, int length) {
        if (inMemory + length > memory.length) {
            long grown = Math.max(Math.max(FIRST_BYTES, inMemory + length), 2L * memory.length);
            memory = Arrays.copyOf(memory, (int) Math.min(grown, Math.max(threshold, inMemory + length)));
        }
        System.arraycopy(bytes, offset, memory, inMemory, length);
        inMemory += length;
    }

    private void appendToFile(byte[] bytes, int offset, int length) {
        try {
            if (file == null) {
                file = newFile();
                write(file, memory, 0, inMemory);
                memory = new byte[0];
                inMemory = 0;
            }
            write(file, bytes, offset, length);
        } catch (IOException e) {
            discard();
            failure = e;
        }
    }

    /** Made with mode 0600, and removed from its directory as soon as it is open: whatever ends this process, no file stays. */
    private FileChannel newFile() throws IOException {
        Path path = Files.createTempFile(directory, "lightning-", ".json");
        return FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }

    private static void write(FileChannel file, byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
    }

    public boolean isTooLarge() {
        return size > limit;
    }

    public long size() {
        return size;
    }

    /** Why it could not be kept, if so. */
    public @Nullable IOException failure() {
        return failure;
    }

    /** Whether it went into a file. */
    public boolean isSpooled() {
        return file != null;
    }

    /** All that was kept; the buffer must take no more then. */
    public JsonResult result() {
        return new JsonResult(content());
    }

    /** The same where it is no JSON. */
    public Content content() {
        return file == null ? new Content.InMemory(memory, inMemory) : new Content.InFile(file, size);
    }

    /** Gives back what it holds; its size is still counted. */
    public void discard() {
        memory = new byte[0];
        inMemory = 0;
        FileChannel open = file;
        file = null;
        if (open != null) {
            new Content.InFile(open, size).close();
        }
    }
}
