// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.testkit.lightningd.SimulatedNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** A reply of 100 MB to a file, by a process with 64 MB of heap, while others of its calls go on. */
@Command(
        name = "cln-rpc-large",
        description =
                "A reply of 100 MB through a route to a file in 64 MB of heap; -Dlightningd=<binary>: of a real one too.")
final class ClnRpcLarge implements Callable<Integer> {

    private static final String HEAP = "-Xmx64m";

    @ParentCommand
    private @Nullable Benchmarks parent;

    @Option(
            names = {"-m", "--megabytes"},
            defaultValue = "100",
            description = "How large (default: ${DEFAULT-VALUE}).")
    private int megabytes;

    @Override
    public Integer call() throws Exception {
        var report = Objects.requireNonNull(parent).report();
        report.machine();
        try (var network = new SimulatedNetwork();
                var daemon = Lightningd.Simulated.start(network, "large")) {
            measure(daemon, "the simulated lightningd");
        }
        if (Lightningd.Real.isThere()) {
            try (var daemon = Lightningd.Real.start(null)) {
                measure(daemon, "a real lightningd");
            }
        }
        return 0;
    }

    private void measure(Lightningd daemon, String title) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("cln-large");
        Path plugin = CProgram.extract("large-plugin.py", folder);
        Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwx------"));
        daemon.run("plugin", "subcommand", "start", "plugin", plugin.toString());
        Process child = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        HEAP,
                        "-Djava.io.tmpdir=" + folder,
                        "-classpath",
                        System.getProperty("java.class.path"),
                        Benchmarks.class.getName(),
                        "cln-rpc-large-client",
                        daemon.rpcFile().toString(),
                        folder.toString(),
                        Integer.toString(megabytes),
                        title)
                .inheritIO()
                .start();
        if (child.waitFor() != 0) {
            throw new IllegalStateException("The process with " + HEAP + " failed");
        }
    }
}
