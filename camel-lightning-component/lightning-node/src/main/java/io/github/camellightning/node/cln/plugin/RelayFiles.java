// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import io.github.camellightning.node.LightningException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXDatagramSocket;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.OperationNotSupportedSocketException;

/**
 * Where a relay is and where it finds us.
 *
 * @param executable what lightningd starts
 * @param server listens where the executable connects
 * @param ours what to remove at the end
 */
record RelayFiles(Path executable, AFUNIXServerSocket server, List<Path> ours) {

    /** What an installed relay adds to its own name. */
    static final String SOCKET_SUFFIX = ".socket";

    private static final int MAX_SOCKET_PATH = 107;

    /** A private folder with a script and a socket of its own. */
    static RelayFiles create(@Nullable Path parent) {
        try {
            Path folder = privateFolder(parent);
            try {
                Path socket = folder.resolve("socket");
                AFUNIXServerSocket server = listen(socket);
                Path executable = folder.resolve("camel-lightning");
                Files.createFile(executable, mode("rwx------"));
                Files.writeString(executable, script(socket, folder));
                writeProgram(folder);
                return new RelayFiles(executable, server, List.of(folder));
            } catch (IOException failure) {
                remove(folder);
                throw failure;
            }
        } catch (IOException failure) {
            throw new LightningException(
                    "Cannot prepare to be a plugin in " + (parent == null ? "the folder for temporary files" : parent)
                            + " (option relayDirectory): " + failure.getMessage(),
                    failure);
        }
    }

    /**
     * A script that somebody has installed: it looks for a socket of its own name.
     *
     * @param folder where the socket is, which lightningd sees too
     */
    static RelayFiles installed(Path executable, Path folder) {
        Path link = folder.resolve(executable.getFileName() + SOCKET_SUFFIX);
        try {
            Path hidden = privateFolder(folder);
            try {
                AFUNIXServerSocket server = listen(hidden.resolve("socket"));
                requireUnused(link);
                // relative, for lightningd may see the folder elsewhere
                Files.deleteIfExists(link);
                Files.createSymbolicLink(link, hidden.getFileName().resolve("socket"));
                return new RelayFiles(executable, server, List.of(link, hidden));
            } catch (IOException failure) {
                remove(hidden);
                throw failure;
            }
        } catch (IOException failure) {
            throw new LightningException(
                    "Cannot prepare to be a plugin by the relay " + executable + " (options relay, relayDirectory): "
                            + failure.getMessage(),
                    failure);
        }
    }

    /** A datagram socket cannot connect to one that listens, which does not notice; where nobody listens any more it is refused. */
    private static void requireUnused(Path link) throws IOException {
        try (var probe = AFUNIXDatagramSocket.newInstance()) {
            probe.connect(AFUNIXSocketAddress.of(link));
        } catch (OperationNotSupportedSocketException ofAnotherKind) {
            throw new IOException("another application waits for that relay at " + link
                    + ": each needs a relay, or a relayDirectory, of its own");
        } catch (IOException nobodyListens) {
            return;
        }
    }

    private static Path privateFolder(@Nullable Path parent) throws IOException {
        return parent == null
                ? Files.createTempDirectory("camel-lightning-", mode("rwx------"))
                : Files.createTempDirectory(parent, "camel-lightning-", mode("rwx------"));
    }

    private static FileAttribute<?> mode(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    /** In a folder that is ours alone: the mode of the socket, which starts out open to all, lets nobody in. */
    private static AFUNIXServerSocket listen(Path socket) throws IOException {
        requireShort(socket);
        AFUNIXServerSocket server = AFUNIXServerSocket.bindOn(AFUNIXSocketAddress.of(socket));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        return server;
    }

    private static void requireShort(Path socket) throws IOException {
        int bytes = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_SOCKET_PATH) {
            throw new IOException("the path of a Unix socket has at most " + MAX_SOCKET_PATH + " bytes, " + socket
                    + " has " + bytes + ": take a folder with a shorter path");
        }
    }

    private static String script(Path socket, Path folder) throws IOException {
        return new String(resource("relay.sh"), StandardCharsets.UTF_8)
                .replace("@SOCKET@", quoted(socket))
                .replace("@CLASSES@", quoted(folder));
    }

    private static String quoted(Path path) {
        return path.toString().replace("'", "'\\''");
    }

    /** For where there is nothing but java. */
    private static void writeProgram(Path folder) throws IOException {
        Path program = folder.resolve(RelayPump.class.getName().replace('.', '/') + ".class");
        Files.createDirectories(program.getParent());
        Files.write(program, resource("RelayPump.class"));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Relay.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is missing from the jar");
            }
            return in.readAllBytes();
        }
    }

    void remove() {
        try {
            for (Path path : ours) {
                remove(path);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void remove(Path tree) throws IOException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
