// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Programs on Node.js that use the npm packages lnsocket 0.3.3 and lnmessage 0.2.7, which are installed from the npm registry. */
public final class NodeJs {

    private static final long INSTALL_SECONDS = 180;
    private static final long RUN_SECONDS = 60;
    private static final List<String> FILES = List.of(
            "package.json",
            "package-lock.json",
            "lnsocket.cjs",
            "lnsocket-commando.cjs",
            "lnmessage.mjs",
            "lnmessage-commando.mjs",
            "lnsocket-load.cjs",
            "lnmessage-load.mjs");

    private final Path directory;

    private NodeJs(Path directory) {
        this.directory = directory;
    }

    /** Why no program can be run here; empty where one can. */
    public static Optional<String> whyNot() {
        for (String tool : List.of("node", "npm")) {
            try {
                new ProcessBuilder(tool, "--version")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .destroy();
            } catch (IOException absent) {
                return Optional.of("there is no " + tool + " on the path");
            }
        }
        return Optional.empty();
    }

    /**
     * Installs the packages, in the versions and with the checksums of the lock file, running none of their scripts.
     *
     * @param directory to install in
     * @throws IOException with npm's words where the registry cannot be reached
     */
    public static NodeJs install(Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        for (String file : FILES) {
            try (InputStream in = Objects.requireNonNull(NodeJs.class.getResourceAsStream("/npm/" + file), file)) {
                Files.copy(in, directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        var installed = new NodeJs(directory);
        installed.run(INSTALL_SECONDS, List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
        return installed;
    }

    /**
     * Runs one of the programs to its end.
     *
     * @return the lines that it printed
     * @throws IOException with what it printed to its standard error where it fails
     */
    public List<String> run(String program, Object... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("node", program));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return run(RUN_SECONDS, command);
    }

    private List<String> run(long seconds, List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "out", ".txt");
        Path err = Files.createTempFile(directory, "err", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
            if (!ended || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command.subList(0, 2))
                        + (ended ? " failed: " : " did not end in " + seconds + " s: ")
                        + Files.readString(err)
                        + Files.readString(out));
            }
            return Files.readAllLines(out);
        } finally {
            process.destroyForcibly();
            delete(out);
            delete(err);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
