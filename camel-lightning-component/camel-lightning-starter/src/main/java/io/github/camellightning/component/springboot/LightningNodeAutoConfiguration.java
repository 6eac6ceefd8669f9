// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component.springboot;

import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Nodes in the application's properties: each {@code lightning.peer-nodes.<name>} is a {@link io.github.camellightning.node.peer.PeerNode}, each {@code
 * lightning.core-lightning-nodes.<name>} a {@link io.github.camellightning.node.cln.CoreLightningNode}, and a bean of that name. The component starts
 * and stops those that routes use.
 */
@AutoConfiguration(before = CamelAutoConfiguration.class)
@Import(NodeBeans.class)
public class LightningNodeAutoConfiguration {

    /** Apart, for an application without the actuator has no such class. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SanitizingFunction.class)
    static class Actuator {

        @Bean
        SanitizingFunction lightningSecrets() {
            return new SecretsOfLightning();
        }
    }
}
