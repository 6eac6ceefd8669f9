// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camellightning.node.rune.Restriction;
import io.github.camellightning.testkit.lightningd.LightningdExtension;
import java.util.List;
import java.util.Map;
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
        java = JavaBlocks.compile(
                BLOCKS.stream().filter(block -> block.language().equals("java")).toList());
    }

    @TestFactory
    Stream<DynamicTest> everyBlockWorks() {
        return BLOCKS.stream()
                .filter(block -> !NO_CODE.contains(block.language()))
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
