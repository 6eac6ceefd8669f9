// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component.springboot;

import io.github.camellightning.component.LightningComponent;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.apache.camel.spring.boot.ComponentConfigurationProperties;
import org.apache.camel.spring.boot.util.ConditionalOnHierarchicalProperties;
import org.apache.camel.spring.boot.util.HierarchicalPropertiesEvaluator;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/** Sets what the properties {@code camel.component.lightning.*} say on the component, whoever made it. */
@AutoConfiguration(after = CamelAutoConfiguration.class)
@ConditionalOnBean(CamelAutoConfiguration.class)
@ConditionalOnHierarchicalProperties({"camel.component", LightningComponentAutoConfiguration.PREFIX})
@EnableConfigurationProperties({ComponentConfigurationProperties.class, LightningComponentConfiguration.class})
public class LightningComponentAutoConfiguration {

    static final String PREFIX = "camel.component.lightning";

    @Bean
    @Lazy
    ComponentCustomizer configureLightningComponent(
            LightningComponentConfiguration configuration, Environment environment) {
        return new ComponentCustomizer() {
            @Override
            public void configure(String name, Component target) {
                copy(configuration, (LightningComponent) target);
            }

            @Override
            public boolean isEnabled(String name, Component target) {
                return target instanceof LightningComponent
                        && HierarchicalPropertiesEvaluator.evaluate(
                                environment, "camel.component.customizer", PREFIX + ".customizer");
            }
        };
    }

    /** Option by option: the compiler knows them, and none has to be found by reflection. */
    private static void copy(LightningComponentConfiguration from, LightningComponent to) {
        CamelContext context = to.getCamelContext();
        // Spring has resolved its placeholders; these are Camel's, of a vault for one
        UnaryOperator<@Nullable String> resolved =
                text -> text == null ? null : context.resolvePropertyPlaceholders(text);
        String node = resolved.apply(from.getNode());
        if (node != null) {
            to.setNode(NodeReference.lookUp(context.getRegistry(), PREFIX + ".node", node));
        }
        set(resolved.apply(from.getLightningDir()), to::setLightningDir);
        set(resolved.apply(from.getNetwork()), to::setNetwork);
        set(resolved.apply(from.getRpcFile()), to::setRpcFile);
        set(resolved.apply(from.getRune()), to::setRune);
        set(from.getWorkerPoolSize(), to::setWorkerPoolSize);
        set(from.getBridgeErrorHandler(), to::setBridgeErrorHandler);
        set(from.getLazyStartProducer(), to::setLazyStartProducer);
        set(from.getAutowiredEnabled(), to::setAutowiredEnabled);
        set(from.getHealthCheckConsumerEnabled(), to::setHealthCheckConsumerEnabled);
        set(from.getHealthCheckProducerEnabled(), to::setHealthCheckProducerEnabled);
        set(from.getHealthCheckPeers(), to::setHealthCheckPeers);
    }

    private static <T> void set(@Nullable T value, Consumer<T> option) {
        if (value != null) {
            option.accept(value);
        }
    }
}
