// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camellightning.component.LightningComponent;
import io.github.camellightning.component.LightningComponentConfigurer;
import io.github.camellightning.component.LightningTlvDataFormat;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.peer.PeerNode;
import java.net.URL;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.tooling.model.BaseOptionModel;
import org.apache.camel.tooling.model.JsonMapper;
import org.junit.jupiter.api.Test;

/** Whatever Camel knows as an option of the component or the data format is a property of the application, and its IDE completes it. */
class OptionsTest {

    private static final String COMPONENT = "camel.component.lightning";
    private static final String DATA_FORMAT = "camel.dataformat.lightning-tlv";

    /** In the metadata of every starter of Camel's. */
    private static final List<String> OF_EVERY_STARTER = List.of("enabled", "customizer.enabled");

    private static List<? extends BaseOptionModel> optionsOfTheComponent() throws Exception {
        try (var camel = new DefaultCamelContext()) {
            return JsonMapper.generateComponentModel(camel.getComponentParameterJsonSchema("lightning"))
                    .getComponentOptions();
        }
    }

    private static List<? extends BaseOptionModel> optionsOfTheDataFormat() throws Exception {
        try (var camel = new DefaultCamelContext()) {
            return JsonMapper.generateDataFormatModel(camel.getDataFormatParameterJsonSchema("lightning-tlv"))
                    .getOptions();
        }
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    @Test
    void everyOptionOfTheComponentArrives() throws Exception {
        List<? extends BaseOptionModel> options = optionsOfTheComponent();
        String[] properties = options.stream()
                .map(option -> COMPONENT + "." + kebab(option.getName()) + "=" + another(option))
                .toArray(String[]::new);

        Boot.application(properties).withBean("alice", PeerNode.class).run(context -> {
            var component = context.getBean(CamelContext.class).getComponent("lightning", LightningComponent.class);
            var values = new LightningComponentConfigurer();
            assertThat(options).hasSizeGreaterThan(10).allSatisfy(option -> {
                Object value = values.getOptionValue(component, option.getName(), false);
                assertThat(value instanceof LightningNode ? "#alice" : String.valueOf(value))
                        .as(option.getName())
                        .isEqualToIgnoringCase(another(option));
            });
            assertThat(component.getNode()).isSameAs(context.getBean("alice"));
        });
    }

    /** A value that is not the option's default. */
    private static String another(BaseOptionModel option) {
        if (option.getEnums() != null) {
            return option.getEnums().stream()
                    .filter(choice -> !choice.equals(option.getDefaultValue()))
                    .findFirst()
                    .orElseThrow();
        }
        return switch (option.getJavaType()) {
            case "boolean" -> String.valueOf(!Boolean.parseBoolean(String.valueOf(option.getDefaultValue())));
            case "int" -> "7";
            case "java.lang.String" -> "some " + option.getName();
            case "io.github.camellightning.node.LightningNode" -> "#alice";
            default -> throw new AssertionError("An option of a new kind: " + option.getJavaType());
        };
    }

    @Test
    void whatIsNotSetStaysAsTheApplicationsOwnComponentHasIt() {
        var own = new LightningComponent();
        own.setWorkerPoolSize(3);

        Boot.application(COMPONENT + ".rune=of-the-properties")
                .withBean("lightning", LightningComponent.class, () -> own)
                .run(context -> {
                    var component =
                            context.getBean(CamelContext.class).getComponent("lightning", LightningComponent.class);
                    assertThat(component).isSameAs(own);
                    assertThat(component.getWorkerPoolSize()).isEqualTo(3);
                    assertThat(component.getRune()).isEqualTo("of-the-properties");
                });
    }

    @Test
    void placeholdersOfSpringAndOfCamelAreResolved() {
        Boot.application(
                        COMPONENT + ".lightning-dir=${home}/.lightning",
                        COMPONENT + ".rune={{shop.rune}}",
                        "home=/home/bitcoin",
                        "shop.rune=secret")
                .run(context -> {
                    var component =
                            context.getBean(CamelContext.class).getComponent("lightning", LightningComponent.class);
                    assertThat(component.getLightningDir()).isEqualTo("/home/bitcoin/.lightning");
                    assertThat(component.getRune()).isEqualTo("secret");
                });
    }

    @Test
    void theCustomizerCanBeTurnedOff() {
        Boot.application(COMPONENT + ".worker-pool-size=7", COMPONENT + ".customizer.enabled=false")
                .run(context -> assertThat(context.getBean(CamelContext.class)
                                .getComponent("lightning", LightningComponent.class)
                                .getWorkerPoolSize())
                        .isEqualTo(10));
    }

    @Test
    void theOptionOfTheDataFormatArrives() {
        Boot.application(DATA_FORMAT + ".known-types=0-2,65537").run(context -> {
            var format =
                    (LightningTlvDataFormat) context.getBean(CamelContext.class).createDataFormat("lightning-tlv");
            assertThat(format.getKnownTypes()).isEqualTo("0-2,65537");
        });
    }

    @Test
    void theMetadataHasEveryOptionOfTheComponentWithItsTypeAndItsDefault() throws Exception {
        isDescribed(COMPONENT, optionsOfTheComponent());
    }

    @Test
    void theMetadataHasEveryOptionOfTheDataFormat() throws Exception {
        isDescribed(DATA_FORMAT, optionsOfTheDataFormat());
    }

    private static void isDescribed(String prefix, List<? extends BaseOptionModel> options) throws Exception {
        Map<String, JsonNode> properties = metadata(prefix + ".");
        assertThat(options).isNotEmpty().allSatisfy(option -> {
            JsonNode property = properties.get(kebab(option.getName()));
            assertThat(property).as(option.getName()).isNotNull();
            assertThat(property.path("type").asText())
                    .as("type of " + option.getName())
                    .isEqualTo(boxed(option.getJavaType()));
            assertThat(property.path("description").asText())
                    .as("description of " + option.getName())
                    .isNotBlank();
            assertThat(property.path("defaultValue").asText(null))
                    .as("default of " + option.getName())
                    .isEqualTo(option.getDefaultValue() == null ? null : String.valueOf(option.getDefaultValue()));
        });
        assertThat(properties.keySet())
                .as("nothing that the component no longer has")
                .allMatch(name -> OF_EVERY_STARTER.contains(name)
                        || options.stream()
                                .anyMatch(option -> kebab(option.getName()).equals(name)));
    }

    private static String boxed(String javaType) {
        return switch (javaType) {
            case "boolean" -> "java.lang.Boolean";
            case "int" -> "java.lang.Integer";
            // a reference to a bean
            case "io.github.camellightning.node.LightningNode" -> "java.lang.String";
            default -> javaType;
        };
    }

    /** The properties that this starter describes, by what comes after the prefix. */
    private static Map<String, JsonNode> metadata(String prefix) throws Exception {
        var properties = new HashMap<String, JsonNode>();
        ClassLoader classes = OptionsTest.class.getClassLoader();
        for (URL each : Collections.list(classes.getResources("META-INF/spring-configuration-metadata.json"))) {
            for (JsonNode property : new ObjectMapper().readTree(each).path("properties")) {
                String name = property.path("name").asText();
                if (name.startsWith(prefix)) {
                    properties.put(name.substring(prefix.length()), property);
                }
            }
        }
        return properties;
    }
}
