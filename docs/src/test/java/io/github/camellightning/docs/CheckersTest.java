// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.testkit.lightningd.LightningdExtension;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a block does not go through, and is told. */
class CheckersTest {

    @FunctionalInterface
    private interface Check {
        void check(CodeBlock block) throws Exception;
    }

    @RegisterExtension
    static final LightningdExtension LIGHTNING = new LightningdExtension();

    private final Map<String, Check> checks = Map.of(
            "java", block -> JavaBlocks.compile(List.of(block)).check(block),
            "yaml", new YamlBlocks()::check,
            "xml", new XmlBlocks()::check,
            "properties", new PropertiesBlocks()::check,
            "sh", new ShellBlocks()::check,
            "python", Programs::parseAsPython);

    @BeforeAll
    static void startDaemon() {
        Sandbox.startDaemon(LIGHTNING);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '§',
            value = {
                "java; from(\"direct:a\").too(\"mock:b\"); too",
                "java; from(\"direct:a\").to(\"lightning:sendcustommsg?peer=x\"); peer",
                "java; from(\"direct:a\").to(\"lightning:custommsg\"); sendcustommsg",
                "java; from(\"kafka:a?groupIdd=b\").to(\"mock:b\"); groupIdd",
                "java; from(\"kafkaesque:a\").to(\"mock:b\"); kafkaesque",
                "yaml; - route: {from: {uri: \"lightning:hook/custommsg\", steps: [{log: x}]}}; custommsg",
                "yaml; - route: {from: {uri: \"direct:a\", step: []}}; step",
                "yaml; {services: {a: {image: b, volumes: [ \"c:/c\" ]}}, volumes: {d: {}}}; d",
                "xml; <route><from uri=\"file:a?moove=b\"/><to uri=\"mock:b\"/></route>; moove",
                "xml; <bean class=\"io.github.camellightning.node.peer.PeerNode\"><property name=\"key\" value=\"a\"/></bean>; key",
                "xml; <dependency><groupId>org.apache.camel</groupId><artifactId>camel-kafkaesque</artifactId></dependency>; kafkaesque",
                "properties; camel.main.autoConfiguration = true; autoconfiguration",
                "properties; camel.component.lightning.runes = a; runes",
                "sh; ./mvnw -pl examples/nothing exec:exec; nothing",
                "sh; if true; syntax",
                "python; def f(:; SyntaxError"
            })
    void aBlockThatIsWrongFailsNamingWhatIsWrong(String language, String text, String named) {
        var block = new CodeBlock(Page.of("README.md"), 1, language, text + (language.equals("java") ? ";\n" : "\n"));

        assertThatThrownBy(() -> checks.get(language).check(block))
                .satisfies(failure -> assertThatItsWordsContain(failure, named));
    }

    private static void assertThatItsWordsContain(Throwable failure, String named) {
        var words = new StringBuilder();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            words.append(each).append('\n');
        }
        assertThat(words.toString()).containsIgnoringCase(named);
    }
}
