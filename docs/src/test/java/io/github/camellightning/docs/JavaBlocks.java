// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.apache.camel.builder.RouteBuilder;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * Statements become the {@code configure()} of a route builder, which is run, with its routes where it has some; methods after them become its methods. A
 * class is such a builder itself, or a test that is run.
 */
final class JavaBlocks {

    private static final Pattern CLASS = Pattern.compile("(?m)^(?:public )?(?:final )?class (\\w+)");
    /** From there on a block has methods. */
    private static final Pattern METHODS = Pattern.compile("(?m)^(?:/\\*\\*|static |@)");

    private static final String SUPPORT = "io.github.camellightning.docs";
    /** The classes of its tests are shown on the page, and belong to this package. */
    private static final Map<String, String> PACKAGES =
            Map.of("docs/onions.adoc", "io.github.camellightning.component");

    private static final String SOURCES = Page.ROOT
            .resolve("camel-lightning-component/camel-lightning/src/test/java")
            .toString();

    private static final String IMPORTS = List.of(
                    "static io.github.camellightning.docs.Samples.*",
                    "static java.nio.charset.StandardCharsets.UTF_8",
                    "static org.assertj.core.api.Assertions.assertThat",
                    "static org.awaitility.Awaitility.await",
                    "java.nio.file.Path",
                    "java.security.GeneralSecurityException",
                    "java.util.HexFormat",
                    "java.util.LinkedHashMap",
                    "java.util.List",
                    "java.util.Map",
                    "com.fasterxml.jackson.databind.JsonNode",
                    "io.github.camellightning.node.*",
                    "io.github.camellightning.node.cln.CoreLightningNode",
                    "io.github.camellightning.node.delivery.RefusedException",
                    "io.github.camellightning.node.peer.PeerNode",
                    "io.github.camellightning.node.rune.*",
                    "io.github.camellightning.node.wire.*",
                    "io.github.camellightning.testkit.lightningd.*",
                    "io.github.camellightning.component.*",
                    "io.github.camellightning.component.dsl.*",
                    "org.apache.camel.Exchange",
                    "org.apache.camel.Message",
                    "org.apache.camel.builder.RouteBuilder",
                    "org.apache.camel.builder.endpoint.EndpointRouteBuilder",
                    "org.apache.camel.component.kafka.consumer.KafkaManualCommit",
                    "org.apache.camel.spi.CamelEvent",
                    "org.apache.camel.support.EventNotifierSupport",
                    "org.apache.camel.test.junit5.CamelTestSupport",
                    "org.junit.jupiter.api.Test",
                    "org.springframework.context.annotation.Bean",
                    "org.junit.jupiter.api.extension.RegisterExtension",
                    "io.github.camellightning.docs.*")
            .stream()
            .collect(Collectors.joining(";\nimport ", "import ", ";\n"));

    private record Source(CodeBlock block, String className, String text) {

        static Source of(CodeBlock block) {
            String packageName = PACKAGES.getOrDefault(block.page().name(), SUPPORT);
            var test = CLASS.matcher(block.text());
            if (test.find() && test.start() == 0) {
                return new Source(block, packageName + "." + test.group(1), head(packageName) + block.text());
            }
            var methods = METHODS.matcher(block.text());
            int end = methods.find() ? methods.start() : block.text().length();
            String text = head(packageName)
                    + "public final class " + block.id() + " extends PageRoutes {\n"
                    + "@Override public void configure() throws Exception {\n"
                    + block.text().substring(0, end) + "}\n"
                    + block.text().substring(end) + "}\n";
            return new Source(block, packageName + "." + block.id(), text);
        }

        private static String head(String packageName) {
            return "package " + packageName + ";\n" + IMPORTS;
        }

        JavaFileObject asFile() {
            URI uri = URI.create("string:///" + className.replace('.', '/') + ".java");
            return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
                @Override
                public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                    return text;
                }
            };
        }
    }

    private final Map<CodeBlock, Source> sources;
    private final DiagnosticCollector<JavaFileObject> complaints;
    private final Path classes;

    private JavaBlocks(Map<CodeBlock, Source> sources, DiagnosticCollector<JavaFileObject> complaints, Path classes) {
        this.sources = sources;
        this.complaints = complaints;
        this.classes = classes;
    }

    /** All of them in one run of the compiler: what it says is told by the block that it is about. */
    static JavaBlocks compile(List<CodeBlock> blocks) throws IOException {
        Map<CodeBlock, Source> sources = blocks.stream().collect(Collectors.toMap(block -> block, Source::of));
        var complaints = new DiagnosticCollector<JavaFileObject>();
        Path classes = Files.createTempDirectory(Path.of("").toAbsolutePath(), "blocks");
        var options = List.of(
                "-proc:none",
                "-parameters",
                "-d",
                classes.toString(),
                "-classpath",
                System.getProperty("java.class.path"),
                "-sourcepath",
                SOURCES);
        var files = new ArrayList<JavaFileObject>();
        sources.values().forEach(source -> files.add(source.asFile()));
        ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, complaints, options, null, files)
                .call();
        return new JavaBlocks(sources, complaints, classes);
    }

    void check(CodeBlock block) throws Exception {
        Source source = sources.get(block);
        assertThat(errors())
                .as("of the block first, and what is wrong elsewhere keeps the compiler from all")
                .filteredOn(each -> isOf(each, source))
                .extracting(each -> line(each, source))
                .isEmpty();
        assertThat(errors()).extracting(each -> each.getMessage(Locale.ENGLISH)).isEmpty();
        try (var loader = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
            Class<?> compiled = loader.loadClass(source.className());
            if (RouteBuilder.class.isAssignableFrom(compiled)) {
                run((RouteBuilder) compiled.getConstructor().newInstance());
            } else {
                test(compiled);
            }
        }
    }

    private List<Diagnostic<? extends JavaFileObject>> errors() {
        return complaints.getDiagnostics().stream()
                .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                .toList();
    }

    private static boolean isOf(Diagnostic<? extends JavaFileObject> each, Source source) {
        return each.getSource() != null
                && each.getSource().getName().endsWith(source.className().replace('.', '/') + ".java");
    }

    private static String line(Diagnostic<?> each, Source source) {
        String line = source.text().lines().toList().get((int) each.getLineNumber() - 1);
        return each.getMessage(Locale.ENGLISH) + " in: " + line;
    }

    private static void run(RouteBuilder routes) throws Exception {
        try (var sandbox = new Sandbox()) {
            sandbox.add(routes);
            if (!sandbox.camel().getRouteDefinitions().isEmpty()) {
                sandbox.run();
            }
        }
    }

    private static void test(Class<?> test) {
        var listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(DiscoverySelectors.selectClass(test))
                                .build(),
                        listener);
        assertThat(listener.getSummary().getFailures())
                .extracting(failure -> String.valueOf(failure.getException()))
                .isEmpty();
        assertThat(listener.getSummary().getTestsSucceededCount()).isPositive();
    }
}
