// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of errors knows every exception, and quotes none that there is not. */
class ErrorsPageTest {

    private static final List<String> MODULES = List.of(
            "camel-lightning-component/lightning-node/src/main/java",
            "camel-lightning-component/camel-lightning/src/main/java");

    private static final String VALUE = ThrownMessages.VALUE;
    private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| (`\\+.*?\\+`[^|]*) \\|");
    private static final Pattern MESSAGE = Pattern.compile("`\\+(.*?)\\+`");
    /** Where a text goes on in the next literal. */
    private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"");

    /** What is thrown within and leaves as something else, or in the log. */
    private static final Set<String> WITHIN = Set.of(
            "Secp256k1.java",
            "WireWriter.java",
            // which Runes quotes as what is wrong with an invoice
            "Bech32.java",
            "Bolt11.java",
            "Bolt12.java",
            "Bolt12Fields.java",
            "MerkleRoot.java",
            "RuneRequest.java");

    private static final Set<String> MET_BY_ROUTES = Set.of(
            "InvalidMessageException",
            "NotConnectedException",
            "TimeoutException",
            "QueueFullException",
            "OutcomeUnknownException",
            "RefusedException",
            "LightningException",
            "IllegalArgumentException");

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
        assertThat(messages).hasSizeGreaterThan(100).allSatisfy(message -> assertThat(
                        Arrays.stream(message.split(VALUE))
                                .map(part -> part.replaceFirst("^[:;]", "").trim())
                                .filter(part -> part.length() > 3))
                .as(message)
                .isNotEmpty()
                .allMatch(texts::contains));
    }

    @Test
    void everyMessageThatRoutesMayMeetIsOnThePage() {
        List<String> onThePage = MESSAGE.matcher(page.text())
                .results()
                .map(found -> found.group(1))
                .toList();

        List<ThrownMessages.Thrown> messages = ThrownMessages.in(sources()).stream()
                .filter(thrown -> MET_BY_ROUTES.contains(thrown.exception()))
                .filter(thrown -> !WITHIN.contains(thrown.source()))
                .toList();
        assertThat(messages).hasSizeGreaterThan(150);
        assertThat(messages)
                .filteredOn(thrown -> onThePage.stream().noneMatch(message -> alike(message, thrown.message())))
                .isEmpty();
    }

    /** Whether both may come to the same text. */
    private static boolean alike(String left, String right) {
        if (left.isEmpty() && right.isEmpty()) {
            return true;
        }
        if (left.startsWith(VALUE)) {
            return alike(left.substring(1), right) || !right.isEmpty() && alike(left, right.substring(1));
        }
        if (right.startsWith(VALUE)) {
            return alike(right, left);
        }
        return !left.isEmpty()
                && !right.isEmpty()
                && left.charAt(0) == right.charAt(0)
                && alike(left.substring(1), right.substring(1));
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
