// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component.springboot;

import io.github.camellightning.component.LightningTlvDataFormat;
import org.apache.camel.spi.DataFormat;
import org.apache.camel.spi.DataFormatCustomizer;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.apache.camel.spring.boot.DataFormatConfigurationProperties;
import org.apache.camel.spring.boot.util.ConditionalOnHierarchicalProperties;
import org.apache.camel.spring.boot.util.HierarchicalPropertiesEvaluator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/** Sets what the properties {@code camel.dataformat.lightning-tlv.*} say on each data format of that kind. */
@AutoConfiguration(after = CamelAutoConfiguration.class)
@ConditionalOnBean(CamelAutoConfiguration.class)
@ConditionalOnHierarchicalProperties({"camel.dataformat", LightningTlvDataFormatAutoConfiguration.PREFIX})
@EnableConfigurationProperties({DataFormatConfigurationProperties.class, LightningTlvDataFormatConfiguration.class})
public class LightningTlvDataFormatAutoConfiguration {

    static final String PREFIX = "camel.dataformat.lightning-tlv";

    @Bean
    @Lazy
    DataFormatCustomizer configureLightningTlvDataFormat(
            LightningTlvDataFormatConfiguration configuration, Environment environment) {
        return new DataFormatCustomizer() {
            @Override
            public void configure(String name, DataFormat target) {
                if (configuration.getKnownTypes() != null) {
                    ((LightningTlvDataFormat) target).setKnownTypes(configuration.getKnownTypes());
                }
            }

            @Override
            public boolean isEnabled(String name, DataFormat target) {
                return target instanceof LightningTlvDataFormat
                        && HierarchicalPropertiesEvaluator.evaluate(
                                environment, "camel.dataformat.customizer", PREFIX + ".customizer");
            }
        };
    }
}
