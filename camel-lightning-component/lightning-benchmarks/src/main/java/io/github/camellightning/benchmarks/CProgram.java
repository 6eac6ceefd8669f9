// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Programs of the resources, in a folder of their own: what our side is compared to. */
final class CProgram {

    private CProgram() {}

    /** The file as it is. */
    static Path extract(String name, Path folder) throws IOException {
        try (InputStream source = CProgram.class.getResourceAsStream("/cln/" + name)) {
            if (source == null) {
                throw new NoSuchFileException("/cln/" + name, null, "it is not on the class path");
            }
            Path file = folder.resolve(name);
            Files.write(file, source.readAllBytes());
            return file;
        }
    }

    /** What the system's {@code cc} makes of a source; empty where there is no {@code cc}. */
    static Optional<Path> compile(String name, Path folder) throws IOException, InterruptedException {
        Path program = folder.resolve(name);
        Path source = extract(name + ".c", folder);
        Process compiler;
        try {
            compiler = new ProcessBuilder("cc", "-O2", "-o", program.toString(), source.toString())
                    .inheritIO()
                    .start();
        } catch (IOException noCompiler) {
            return Optional.empty();
        }
        if (compiler.waitFor() != 0) {
            throw new IOException("cc does not compile " + source);
        }
        return Optional.of(program);
    }

    /** Runs a program to its end and returns what it printed. */
    static String run(Path program, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(program.toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream output = process.getInputStream()) {
            String printed = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(program + " failed");
            }
            return printed;
        }
    }
}
