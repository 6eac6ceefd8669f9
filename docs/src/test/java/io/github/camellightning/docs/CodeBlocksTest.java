// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camellightning.node.rune.Restriction;
import io.github.camellightning.testkit.lightningd.LightningdExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever a page shows as code is compiled, loaded or run. */
class CodeBlocksTest {

    @FunctionalInterface
    private interface Check {
        void check(CodeBlock block) throws Exception;
    }

    /** Of the languages that are none: output to look at, and diagrams. */
    private static final List<String> NO_CODE = List.of("text", "mermaid");

    @RegisterExtension
    static final LightningdExtension LIGHTNING = new LightningdExtension();

    /** They are compiled with their module, and run by its tests. */
    private static final Path TEST_SOURCES = Page.ROOT.resolve(
            "camel-lightning-component/camel-lightning/src/test/java/io/github/camellightning/component");

    private static final Pattern INCLUDED_SOURCE = Pattern.compile("include::\\{sources}/(\\w+\\.java)\\[]\n");

    /** Part of the names of those that are to be tried, for who writes a page. */
    private static final String WANTED = System.getProperty("docs.block", "");

    private static final List<CodeBlock> BLOCKS =
            Page.all().stream().flatMap(page -> page.codeBlocks().stream()).toList();

    private static JavaBlocks java;

    private final Map<String, Check> checks = Map.ofEntries(
            Map.entry("java", block -> java.check(block)),
            Map.entry("yaml", new YamlBlocks()::check),
            Map.entry("xml", new XmlBlocks()::check),
            Map.entry("properties", new PropertiesBlocks()::check),
            Map.entry("json", CodeBlocksTest::isJson),
            Map.entry("rune", CodeBlocksTest::areRestrictions),
            Map.entry("python", Programs::parseAsPython),
            Map.entry("sh", new ShellBlocks()::check),
            Map.entry("shell", new ShellBlocks()::check),
            Map.entry("bash", new ShellBlocks()::check),
            Map.entry("", new ShellBlocks()::check));

    @BeforeAll
    static void compileAtOnce() throws Exception {
        Sandbox.startDaemon(LIGHTNING);
        java = JavaBlocks.compile(BLOCKS.stream()
                .filter(block -> block.language().equals("java") && !block.isIncluded())
                .toList());
    }

    @TestFactory
    Stream<DynamicTest> everyBlockWorks() {
        return BLOCKS.stream()
                .filter(block -> !NO_CODE.contains(block.language()) && !block.isIncluded())
                .filter(block -> block.toString().contains(WANTED))
                .map(block -> DynamicTest.dynamicTest(
                        block.toString(), block.page().file().toUri(), () -> check(block)));
    }

    @Test
    void thePagesHaveBlocksOfEachLanguage() {
        assertThat(BLOCKS)
                .extracting(CodeBlock::language)
                .contains("java", "yaml", "xml", "properties", "json", "rune", "python", "sh", "");
    }

    @Test
    void sourcesOfTestsAreShownWhole() throws Exception {
        List<CodeBlock> included = BLOCKS.stream().filter(CodeBlock::isIncluded).toList();
        assertThat(included).isNotEmpty();
        for (CodeBlock block : included) {
            Matcher source = INCLUDED_SOURCE.matcher(block.text());
            assertThat(source.matches()).as("%s %s", block, block.text()).isTrue();
            Path shown = TEST_SOURCES.resolve(source.group(1));
            Path rendered = Page.HTML.resolve(
                    block.page().file().getFileName().toString().replace(".adoc", ".html"));
            assertThat(textOf(Files.readString(rendered)))
                    .contains(Files.readString(shown).strip());
        }
    }

    private static String textOf(String html) {
        return html.replaceAll("<[^>]*>", "")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
    }

    @Test
    void onlyThePageOnSpringBootHasBlocksThatAreTriedElsewhere() {
        assertThat(Page.all())
                .filteredOn(page -> page.text().contains("\n-----\n"))
                .allSatisfy(page -> assertThat(page.name()).isEqualTo("docs/spring-boot.adoc"));
    }

    private void check(CodeBlock block) throws Exception {
        Check check = checks.get(block.language());
        if (check == null) {
            fail("Nobody checks blocks of the language '" + block.language() + "'; there are " + checks.keySet()
                    + ", and " + NO_CODE + " for what is no code");
        } else {
            check.check(block);
        }
    }

    private static void isJson(CodeBlock block) throws Exception {
        new ObjectMapper()
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .readTree(block.text());
    }

    private static void areRestrictions(CodeBlock block) {
        List<String> lines =
                block.text().lines().map(line -> line.replaceAll("\\s+#.*", "")).toList();
        assertThat(Restriction.parseAll(lines.toArray(String[]::new))).hasSizeGreaterThanOrEqualTo(lines.size());
    }
}
