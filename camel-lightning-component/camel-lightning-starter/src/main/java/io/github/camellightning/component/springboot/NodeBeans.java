// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component.springboot;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.node.peer.PeerNode;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/** Makes beans of the nodes in the application's properties. An option that a node does not have fails the start: it would be a default in disguise. */
final class NodeBeans implements ImportBeanDefinitionRegistrar {

    private static final BindHandler KNOWN_OPTIONS_ONLY =
            new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter());

    private final Binder binder;

    NodeBeans(Environment environment) {
        binder = Binder.get(environment);
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        register("lightning.peer-nodes", PeerNode.class, registry);
        register("lightning.core-lightning-nodes", CoreLightningNode.class, registry);
    }

    private <T extends LightningNode> void register(String prefix, Class<T> kind, BeanDefinitionRegistry registry) {
        binder.bind(prefix, Bindable.mapOf(String.class, kind), KNOWN_OPTIONS_ONLY)
                .ifBound(nodes -> nodes.forEach((name, node) -> registry.registerBeanDefinition(
                        name,
                        BeanDefinitionBuilder.genericBeanDefinition(kind, () -> node)
                                .getBeanDefinition())));
    }
}
