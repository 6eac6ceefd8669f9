// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** Files that are their owner's alone, mode 0600, and there whole or not at all, whatever ends this process or its machine. */
public final class PrivateFile {

    private PrivateFile() {}

    /** Makes it, in folders of mode 0700 where there are none. One that another process makes meanwhile stays. */
    public static void create(Path file, byte[] content) throws IOException {
        Path folder = folder(file);
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, mode(folder, "rwx------"));
        }
        Path temporary = written(file, folder, content);
        try {
            // an atomic move would replace the file of somebody who has just started
            Files.createLink(file, temporary);
        } catch (FileAlreadyExistsException anotherWasFaster) {
            return;
        } catch (FileSystemException | UnsupportedOperationException noLinksHere) {
            Files.move(temporary, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
        force(folder);
    }

    /** Puts it in place of the one there is, if any. On disk when this returns. */
    public static void replace(Path file, byte[] content) throws IOException {
        Path folder = folder(file);
        Path temporary = written(file, folder, content);
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        force(folder);
    }

    /** To write to; made where there is none. */
    public static FileChannel channel(Path file) throws IOException {
        return FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), mode(file, "rw-------"));
    }

    private static Path folder(Path file) {
        return requireNonNull(file.toAbsolutePath().getParent(), "only a root has no parent, and that is a directory");
    }

    private static Path written(Path file, Path folder, byte[] content) throws IOException {
        Path temporary = Files.createTempFile(folder, file.getFileName() + ".", ".tmp", mode(folder, "rw-------"));
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            var buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        } catch (IOException | RuntimeException failed) {
            Files.deleteIfExists(temporary);
            throw failed;
        }
        return temporary;
    }

    /** A name is on disk when its folder is. Not every system lets folders be opened; those write them through. */
    private static void force(Path folder) throws IOException {
        FileChannel opened;
        try {
            opened = FileChannel.open(folder, StandardOpenOption.READ);
        } catch (IOException notOpened) {
            return;
        }
        try (opened) {
            opened.force(true);
        }
    }

    /** The mode where others than the owner may access it; empty where none may, or where the system has no modes. */
    public static Optional<String> sharedMode(Path file) throws IOException {
        if (!hasPosixModes(file)) {
            return Optional.empty();
        }
        var mode = Files.getPosixFilePermissions(file);
        boolean shared = mode.stream().map(PosixFilePermission::name).anyMatch(name -> !name.startsWith("OWNER"));
        return shared ? Optional.of(PosixFilePermissions.toString(mode)) : Optional.empty();
    }

    private static boolean hasPosixModes(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] mode(Path file, String mode) {
        return hasPosixModes(file)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }
}
