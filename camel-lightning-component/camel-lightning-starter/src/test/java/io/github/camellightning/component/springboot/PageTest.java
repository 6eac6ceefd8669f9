// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component.springboot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camellightning.component.LightningComponent;
import io.github.camellightning.node.LightningNode;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.ByteArrayResource;

/** What the page on Spring Boot shows does in an application what the page says. */
class PageTest {

    private static final Path PAGE = Path.of("../../docs/spring-boot.adoc");
    private static final Pattern BLOCK =
            Pattern.compile("\\[source,(\\w+)]\\R-----\\R(.*?)\\R-----\\R", Pattern.DOTALL);

    @TempDir
    Path classes;

    private static List<String> blocks(String language) throws IOException {
        return BLOCK.matcher(Files.readString(PAGE))
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    /** Those of all the page's YAML together, as one application would have them. */
    private static Map<String, String> properties() throws IOException {
        var properties = new LinkedHashMap<String, String>();
        for (String yaml : blocks("yaml")) {
            for (var source :
                    new YamlPropertySourceLoader().load("page", new ByteArrayResource(yaml.getBytes(UTF_8)))) {
                for (String name : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
                    properties.put(name, String.valueOf(source.getProperty(name)));
                }
            }
        }
        return properties;
    }

    private static Set<String> known() throws IOException {
        var names = new TreeSet<String>();
        ClassLoader loader = PageTest.class.getClassLoader();
        for (URL each : Collections.list(loader.getResources("META-INF/spring-configuration-metadata.json"))) {
            for (JsonNode property : new ObjectMapper().readTree(each).path("properties")) {
                names.add(property.path("name").asText());
            }
        }
        return names;
    }

    @Test
    void everyPropertyIsOneThatIdesKnow() throws Exception {
        Set<String> known = known();

        // the options of a node and the names of groups of checks are below a map
        assertThat(properties().keySet()).hasSizeGreaterThan(8).allSatisfy(name -> assertThat(known)
                .anyMatch(each -> name.equals(each) || name.startsWith(each + ".")));
    }

    @Test
    void itsPropertiesMakeTheNodesAndSayWhichIsTheComponents() throws Exception {
        String[] properties = properties().entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .toArray(String[]::new);

        Boot.application(properties).run(context -> {
            assertThat(context.getBeansOfType(LightningNode.class)).containsOnlyKeys("alice", "shop");
            assertThat(context.getBean(CamelContext.class)
                            .getComponent("lightning", LightningComponent.class)
                            .getNode())
                    .isSameAs(context.getBean("alice"));
        });
    }

    @Test
    void itsJavaMakesABean() throws Exception {
        String method = blocks("java").stream()
                .reduce((one, another) -> one + "\n" + another)
                .orElseThrow();
        Path source = Files.writeString(classes.resolve("Nodes.java"), """
                import io.github.camellightning.node.peer.PeerNode;
                import org.springframework.context.annotation.Bean;
                import org.springframework.context.annotation.Configuration;
                @Configuration
                public class Nodes {
                """ + method + "\n}\n");
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-d", classes.toString(), source.toString());
        assertThat(compiled).isZero();

        try (var loader = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
            Boot.application().withUserConfiguration(loader.loadClass("Nodes")).run(context -> assertThat(
                            context.getBeansOfType(LightningNode.class))
                    .containsOnlyKeys("alice"));
        }
    }
}
