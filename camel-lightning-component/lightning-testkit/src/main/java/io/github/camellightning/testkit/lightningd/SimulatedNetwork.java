// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.node.noise.NodeKey;
import io.github.camellightning.testkit.lightningd.Daemon.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Simulated nodes that can dial each other, by addresses that exist nowhere else. Close it to stop them all. */
public final class SimulatedNetwork implements AutoCloseable {

    /** A socket's path has 108 bytes on Linux and 104 on macOS; behind the folder come name, network and file. */
    private static final int LONGEST_DIR = 50;

    private static final int FIRST_PORT = 19_735;
    private static final int FIRST_EPHEMERAL_PORT = 40_000;
    private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "localhost", "::1", "[::1]");

    private final SecureRandom random = new SecureRandom();
    private final Map<Integer, SimulatedLightningd> nodes = new ConcurrentHashMap<>();
    private final AtomicInteger nextPort = new AtomicInteger(FIRST_PORT);
    private final AtomicInteger nextEphemeralPort = new AtomicInteger(FIRST_EPHEMERAL_PORT);
    private final Queue<WouldHaveCrashed> crashes = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Queue<PluginProcess> pluginProcesses = new ConcurrentLinkedQueue<>();
    private final Chain chain = new Chain();
    private final Path dir = createDir(random);

    /** Starts a node with the settings of a real one. */
    public SimulatedLightningd start(String name) {
        return start(name, NodeSettings.defaults());
    }

    /** @param name its alias and its folder: letters, digits, {@code -} and {@code _}, at most 20 */
    public SimulatedLightningd start(String name, NodeSettings settings) {
        if (!name.matches("[A-Za-z0-9_-]{1,20}")) {
            throw new IllegalArgumentException(
                    "Invalid name of a node '" + name + "': 1 to 20 letters, digits, '-' and '_'");
        }
        if (nodes.values().stream().anyMatch(node -> node.name().equals(name))) {
            throw new IllegalArgumentException("There is a node named '" + name + "' already");
        }
        int port = nextPort.getAndIncrement();
        var key = NodeKey.generate(random);
        var node = new SimulatedLightningd(new Identity(name, key, dir.resolve(name), port, settings), this);
        nodes.put(port, node);
        node.start();
        return node;
    }

    /** What would have brought one of the nodes down, and was not taken. */
    public List<WouldHaveCrashed> crashes() {
        return List.copyOf(crashes);
    }

    /** The same, and they are forgotten: what a test has taken does not fail it. */
    public List<WouldHaveCrashed> takeCrashes() {
        var taken = crashes();
        crashes.removeAll(taken);
        return taken;
    }

    /**
     * Throws if any node would have crashed, and forgets it.
     *
     * @throws WouldHaveCrashed the first; the others are suppressed in it
     */
    public void assertNoCrash() {
        var broken = failures.poll();
        if (broken != null) {
            throw new AssertionError("The simulated lightningd is broken", broken);
        }
        var taken = takeCrashes();
        if (!taken.isEmpty()) {
            var first = taken.get(0);
            taken.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    /** Stops all nodes at once, kills what is left of their plugins and deletes their folders. */
    @Override
    public void close() {
        nodes.values().forEach(SimulatedLightningd::crash);
        pluginProcesses.forEach(PluginProcess::kill);
        nodes.clear();
        try (Stream<Path> files = Files.walk(dir)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException notDeleted) {
            throw new UncheckedIOException(notDeleted);
        }
    }

    void crashed(WouldHaveCrashed crash) {
        crashes.add(crash);
    }

    void started(PluginProcess process) {
        pluginProcesses.removeIf(known -> !known.isAlive());
        pluginProcesses.add(process);
    }

    void failed(Throwable failure) {
        failures.add(failure);
    }

    /** The running node behind an address. */
    @Nullable
    Daemon listening(String host, int port) {
        var node = THIS_MACHINE.contains(host) ? nodes.get(port) : null;
        return node == null ? null : node.daemon();
    }

    Chain chain() {
        return chain;
    }

    int ephemeralPort() {
        return nextEphemeralPort.getAndIncrement();
    }

    private static Path createDir(SecureRandom random) {
        var preferred = Path.of(System.getProperty("java.io.tmpdir"));
        var parent = preferred.toString().length() <= LONGEST_DIR ? preferred : Path.of("/tmp");
        var name = "ln" + Long.toString(random.nextLong() >>> 1, 36).toLowerCase(Locale.ROOT);
        try {
            return Files.createDirectory(
                    parent.resolve(name).toAbsolutePath(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException notCreated) {
            throw new UncheckedIOException("No folder for simulated nodes in " + parent, notCreated);
        }
    }
}
