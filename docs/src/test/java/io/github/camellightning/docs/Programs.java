// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Programs of the machine that know whether a text is of their language. */
final class Programs {

    private static final long PATIENCE_SECONDS = 60;

    private Programs() {}

    static void parseAsPython(CodeBlock block) throws IOException, InterruptedException {
        check(block, "python3", "-c", "import ast, sys; ast.parse(sys.stdin.read())");
    }

    /** Gives the block to the program, which is to end with 0. */
    static void check(CodeBlock block, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(block.text().getBytes(UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }
}
