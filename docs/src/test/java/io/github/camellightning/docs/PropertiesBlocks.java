// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.camel.support.PropertyBindingSupport;

/** Beans are made and get their values; other names are known to Camel or to the component. */
final class PropertiesBlocks {

    private static final String BEANS = "camel.beans.";
    private static final String COMPONENT = "camel.component.lightning.";
    private static final String CLASS = "#class:";
    /** To set it is to give up this process's standard output. */
    private static final Set<String> NOT_SET = Set.of("stdio");

    private final Set<String> known = ofCamelMain();

    void check(CodeBlock block) throws Exception {
        var properties = new Properties();
        properties.load(new StringReader(block.text()));
        var beans = new TreeMap<String, Object>();
        try (var sandbox = new Sandbox()) {
            properties.forEach((name, value) ->
                    sandbox.camel().getPropertiesComponent().addOverrideProperty(name.toString(), value.toString()));
            sandbox.camel().build();
            Set<String> names = new TreeSet<>(properties.stringPropertyNames());
            for (String name : names) {
                if (isBean(name, properties)) {
                    Object bean = PropertyBindingSupport.resolveBean(sandbox.camel(), properties.getProperty(name));
                    beans.put(name.substring(BEANS.length()), bean);
                    sandbox.camel().getRegistry().bind(name.substring(BEANS.length()), bean);
                }
            }
            names.removeIf(name -> isBean(name, properties));
            for (String name : names) {
                String value = properties.getProperty(name);
                if (name.startsWith(BEANS)) {
                    String[] beanAndOption = name.substring(BEANS.length()).split("\\.", 2);
                    set(sandbox, Objects.requireNonNull(beans.get(beanAndOption[0]), name), beanAndOption[1], value);
                } else if (name.startsWith(COMPONENT)) {
                    set(sandbox, sandbox.camel().getComponent("lightning"), name.substring(COMPONENT.length()), value);
                } else if (name.startsWith("camel.")) {
                    assertThat(known).contains(plain(name));
                }
            }
        }
    }

    private static boolean isBean(String name, Properties properties) {
        return name.startsWith(BEANS) && properties.getProperty(name).startsWith(CLASS);
    }

    private static void set(Sandbox sandbox, Object target, String option, String value) {
        if (NOT_SET.contains(option)) {
            assertThat(Arrays.stream(target.getClass().getMethods()).map(method -> plain(method.getName())))
                    .contains("set" + option);
            return;
        }
        boolean bound = PropertyBindingSupport.build()
                .withCamelContext(sandbox.camel())
                .withTarget(target)
                .withProperty(option, value.startsWith("{{hashicorp:") ? "1".repeat(64) : value)
                .withFluentBuilder(false)
                .withRemoveParameters(false)
                .bind();
        assertThat(bound)
                .as(option + " of " + target.getClass().getSimpleName())
                .isTrue();
    }

    private static Set<String> ofCamelMain() {
        var names = new TreeSet<String>();
        String file = "META-INF/camel-main-configuration-metadata.json";
        try (InputStream in = PropertiesBlocks.class.getClassLoader().getResourceAsStream(file)) {
            for (JsonNode property : new ObjectMapper().readTree(in).get("properties")) {
                names.add(plain(property.get("name").asText()));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return names;
    }

    /** Camel takes names with dashes and without. */
    private static String plain(String name) {
        return name.replace("-", "").toLowerCase(Locale.ROOT);
    }
}
