// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.rune.Rune;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command line says and does. */
class RunesCliTest {

    @TempDir
    Path directory;

    private final Map<String, String> environment = new HashMap<>();
    private String out;
    private String err;

    @BeforeEach
    void theEnvironmentNamesTheFile() {
        environment.put("LIGHTNING_RUNE_FILE", directory.resolve("runes").toString());
    }

    private int run(String input, String... args) {
        var written = new StringWriter();
        var complaints = new StringWriter();
        int code = RunesCli.commandLine(
                        new RuneInput(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), environment))
                .setOut(new PrintWriter(written))
                .setErr(new PrintWriter(complaints))
                .execute(args);
        out = written.toString();
        err = complaints.toString();
        return code;
    }

    @Test
    void aRuneIsMadeRestrictedListedExplainedAndRevoked() {
        assertThat(run("", "make", "method^orders|method=help", "rate=60")).isZero();
        String made = out.trim();
        assertThat(Rune.parse(made).english())
                .isEqualTo("method starts with orders OR method equal to help AND rate equal to 60");

        assertThat(run(made + "\n", "restrict", "pnum=1")).isZero();
        String restricted = out.trim();
        assertThat(Rune.parse(restricted).restrictions()).hasSize(3);

        assertThat(run(restricted, "explain")).isZero();
        assertThat(out)
                .isEqualToIgnoringNewLines(
                        "unique id 0: method starts with orders OR method equal to help AND rate equal to 60 AND pnum equal to 1\n");

        assertThat(run("", "make")).isZero();
        assertThat(run("", "revoke", "0")).isZero();
        assertThat(run("", "list")).isZero();
        assertThat(out.lines())
                .containsExactly(
                        "0, revoked, never used: method starts with orders OR method equal to help AND rate equal to 60",
                        "1, never used: allows everything");
        assertThat(out).doesNotContain(made);
        assertThat(run("", "list", "--runes")).isZero();
        assertThat(out).contains(made);
    }

    @Test
    void aRuneComesFromAFileOrTheEnvironmentToo() throws Exception {
        run("", "make", "readonly");
        String made = out.trim();
        Path file = Files.writeString(directory.resolve("a.rune"), made + "\n");
        assertThat(run("", "explain", "--rune-from", file.toString())).isZero();
        assertThat(out).contains("method starts with list");
        environment.put("LIGHTNING_RUNE", made);
        assertThat(run("", "explain")).isZero();
        assertThat(out).contains("method starts with list");
    }

    @Test
    void whatIsPrintedOfARuneCannotSteerATerminal() {
        run("", "make", "method=a\u001b[31mb");
        assertThat(run(out.trim(), "explain")).isZero();
        assertThat(out).contains("method equal to a\\u001b[31mb").doesNotContain("\u001b");
        assertThat(run("", "list")).isZero();
        assertThat(out).contains("method equal to a\\u001b[31mb").doesNotContain("\u001b");
    }

    @Test
    void whatWillNotDoIsNamedWithoutAStack() {
        assertThat(run("", "make", "method")).isNotZero();
        assertThat(err).startsWith("Invalid restriction").doesNotContain("at io.github");
        assertThat(run("not a rune", "explain")).isNotZero();
        assertThat(err).startsWith("Invalid rune").doesNotContain("not a rune");
        assertThat(run("", "revoke", "5", "4")).isNotZero();
        assertThat(err).contains("Invalid unique ids");
        assertThat(run("", "explain", "--rune-from", directory.resolve("absent").toString()))
                .isNotZero();
        assertThat(err).contains("absent").doesNotContain("at java");
        environment.clear();
        assertThat(run("", "list")).isNotZero();
        assertThat(err).contains("--rune-file", "LIGHTNING_RUNE_FILE");
        assertThat(run("")).isNotZero();
        assertThat(err).contains("Name a command");
    }
}
