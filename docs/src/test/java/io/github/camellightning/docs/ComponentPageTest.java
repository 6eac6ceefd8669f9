// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.tooling.model.JsonMapper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables of the component page are those of the metadata. With {@code -Ddocs.update=true} they are written, in place of being compared. */
class ComponentPageTest {

    private static final String PAGE = "docs/component.adoc";

    private static ComponentTables tables;

    @BeforeAll
    static void readTheMetadata() throws Exception {
        try (var camel = new DefaultCamelContext()) {
            tables = new ComponentTables(
                    JsonMapper.generateComponentModel(camel.getComponentParameterJsonSchema("lightning")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"header", "component options", "endpoint options", "message headers"})
    void whatIsGeneratedOfThePageIsNotStale(String part) throws Exception {
        Page page = Page.of(PAGE);
        Matcher there = Pattern.compile("(?s)(// " + part + ": START[^\n]*\n)(.*?)(// " + part + ": END\n)")
                .matcher(page.text());
        assertThat(there.find())
                .as("the mark '// " + part + ": START' on " + PAGE)
                .isTrue();
        String generated = generated(part);

        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(
                    page.file(),
                    page.text().substring(0, there.end(1))
                            + generated
                            + page.text().substring(there.start(3)));
        } else {
            assertThat(there.group(2))
                    .as("stale: ./mvnw -pl docs -am process-test-classes surefire:test -Dtest=ComponentPageTest"
                            + " -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.update=true writes it anew")
                    .isEqualTo(generated);
        }
    }

    private static String generated(String part) {
        return switch (part) {
            case "header" -> tables.header();
            case "component options" -> tables.componentOptions();
            case "endpoint options" -> tables.endpointOptions();
            case "message headers" -> tables.headers();
            default -> throw new IllegalArgumentException(part);
        };
    }
}
