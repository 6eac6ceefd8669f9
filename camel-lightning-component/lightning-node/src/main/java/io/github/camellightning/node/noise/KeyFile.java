// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.PrivateFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A node's key in a file: 64 hex digits and perhaps a line end, accessible to its owner alone. The file stays locked
 * while this is open: two nodes with one key would take each other's connections.
 */
public final class KeyFile implements Closeable {

    private static final Pattern CONTENT = Pattern.compile("([0-9a-fA-F]{64})(\r?\n)?");
    private static final int LONGEST_CONTENT = 66;

    /**
     * The files that are open in this JVM. It is static because locks belong to the process: POSIX drops them when the
     * process closes any descriptor of the file, so a second node must be refused before it opens the file.
     */
    private static final Set<Object> OPEN = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final Object identity;
    private final FileChannel channel;
    private final NodeKey key;

    private KeyFile(Path file, Object identity, FileChannel channel, NodeKey key) {
        this.file = file;
        this.identity = identity;
        this.channel = channel;
        this.key = key;
    }

    /**
     * Reads the key, or makes one where the file does not exist: with mode 0600, in folders of mode 0700.
     *
     * @throws LightningException naming the file and the cure where it cannot be created, others may access it, it holds
     *     no key, or another node uses it
     */
    public static KeyFile open(Path file, SecureRandom random) {
        if (Files.isDirectory(file)) {
            throw refusal(file, "it is a directory; name a file in it");
        }
        if (Files.isSymbolicLink(file) && !Files.exists(file)) {
            throw refusal(file, "it is a symbolic link into a loop or to nothing; remove it or name another file");
        }
        try {
            if (!Files.exists(file)) {
                byte[] secret = NodeKey.generate(random).secret();
                PrivateFile.create(file, (HexFormat.of().formatHex(secret) + "\n").getBytes(US_ASCII));
            }
            return lock(file);
        } catch (AccessDeniedException denied) {
            throw new LightningException(
                    "Cannot use key file " + file + ": no access to " + denied.getFile()
                            + "; let this process' user own it and read and write it (chmod 600)",
                    denied);
        } catch (IOException failed) {
            throw new LightningException(
                    "Cannot use key file " + file + ": " + failed + "; name a file in a folder that can be written to",
                    failed);
        }
    }

    public NodeKey key() {
        return key;
    }

    /** Lets another node use the key. */
    @Override
    public synchronized void close() {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.close();
        } catch (IOException failed) {
            throw new LightningException("Cannot close key file " + file, failed);
        } finally {
            OPEN.remove(identity);
        }
    }

    private static KeyFile lock(Path file) throws IOException {
        Object identity = identity(file);
        if (!OPEN.add(identity)) {
            throw inUse(file, "this JVM");
        }
        FileChannel channel = null;
        try {
            requireOwnerOnly(file);
            channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            requireLock(file, channel);
            if (!identity.equals(identity(file))) {
                throw refusal(file, "it was replaced while it was opened; start again");
            }
            return new KeyFile(file, identity, channel, read(file, channel));
        } catch (IOException | RuntimeException failed) {
            if (channel != null) {
                channel.close();
            }
            OPEN.remove(identity);
            throw failed;
        }
    }

    private static void requireLock(Path file, FileChannel channel) throws IOException {
        try {
            if (channel.tryLock() == null) {
                throw inUse(file, "another process");
            }
        } catch (OverlappingFileLockException held) {
            throw inUse(file, "this JVM");
        }
    }

    private static void requireOwnerOnly(Path file) throws IOException {
        var shared = PrivateFile.sharedMode(file);
        if (shared.isPresent()) {
            throw refusal(
                    file,
                    "others than its owner may access it (" + shared.get()
                            + "); a node's key is its owner's alone: chmod 600");
        }
    }

    private static NodeKey read(Path file, FileChannel channel) throws IOException {
        var buffer = ByteBuffer.allocate(LONGEST_CONTENT + 1);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            // until the file or the buffer ends
        }
        var content = CONTENT.matcher(new String(buffer.array(), 0, buffer.position(), US_ASCII));
        if (!content.matches()) {
            throw refusal(
                    file,
                    "it does not hold 64 hex digits; put the right file there, or move this one away and a new key is made");
        }
        try {
            return NodeKey.of(HexFormat.of().parseHex(content.group(1)));
        } catch (InvalidMessageException invalid) {
            throw refusal(file, "its 64 hex digits are no private key of secp256k1; put the right file there");
        }
    }

    /** What stays the same under each name of the file, and differs when the file is replaced. */
    private static Object identity(Path file) throws IOException {
        var fileKey = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return fileKey != null ? fileKey : file.toRealPath();
    }

    private static LightningException inUse(Path file, String where) {
        return refusal(file, "a node in " + where + " uses it; stop that one, or give each node a key file of its own");
    }

    private static LightningException refusal(Path file, String reasonAndCure) {
        return new LightningException("Cannot use key file " + file + ": " + reasonAndCure);
    }
}
