// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of errors knows every exception, and quotes none that there is not. */
class ErrorsPageTest {

    private static final List<String> MODULES = List.of(
            "camel-lightning-component/lightning-node/src/main/java",
            "camel-lightning-component/camel-lightning/src/main/java");

    private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| (`\\+.*?\\+`[^|]*) \\|");
    private static final Pattern MESSAGE = Pattern.compile("`\\+(.*?)\\+`");
    /** Where a text goes on in the next literal. */
    private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"");

    private final Page page = Page.of("docs/errors.adoc");

    @Test
    void everyExceptionIsOnThePage() {
        assertThat(sources())
                .extracting(file -> file.getFileName().toString())
                .filteredOn(name -> name.endsWith("Exception.java"))
                .hasSizeGreaterThan(10)
                .allSatisfy(name -> assertThat(page.text()).contains("`" + name.replace(".java", "") + "`"));
    }

    @Test
    void everyMessageOnThePageIsOneThatTheCodeHas() {
        String code = sources().stream().map(ErrorsPageTest::read).collect(Collectors.joining("\n"));
        String texts = JOINT.matcher(code).replaceAll("").replace("\\\"", "\"").replace("\\\\", "\\");

        List<String> messages = FIRST_CELL
                .matcher(page.text())
                .results()
                .flatMap(cell -> MESSAGE.matcher(cell.group(1)).results())
                .map(found -> found.group(1))
                .toList();
        assertThat(messages).hasSizeGreaterThan(100).allSatisfy(message -> assertThat(Arrays.stream(message.split("…"))
                        .map(part -> part.replaceFirst("^[:;]", "").trim())
                        .filter(part -> part.length() > 3))
                .as(message)
                .isNotEmpty()
                .allMatch(texts::contains));
    }

    private static List<Path> sources() {
        return MODULES.stream()
                .flatMap(module -> files(Page.ROOT.resolve(module)))
                .toList();
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
