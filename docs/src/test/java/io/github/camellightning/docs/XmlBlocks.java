// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.status.Status;
import java.io.ByteArrayInputStream;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.camel.CamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.xml.XmlBeanDefinitionReader;
import org.springframework.context.support.GenericXmlApplicationContext;
import org.springframework.core.io.ByteArrayResource;
import org.w3c.dom.Element;

/** Routes and whole contexts are run, beans made, dependencies looked for in the build, and logging is configured. */
final class XmlBlocks {

    @FunctionalInterface
    private interface Check {
        void check(CodeBlock block) throws Exception;
    }

    private final Map<String, Check> checks = Map.of(
            "route", block -> routes(block, "<routes>" + block.text() + "</routes>"),
            "routes", block -> routes(block, block.text()),
            "marshal",
                    block -> routes(
                            block,
                            "<routes><route><from uri=\"direct:in\"/>" + block.text()
                                    + "<to uri=\"mock:out\"/></route></routes>"),
            "bean", XmlBlocks::beans,
            "beans", XmlBlocks::context,
            "dependency", block -> new Dependencies().check(root(block)),
            "dependencies", block -> new Dependencies().check(root(block)),
            "project", block -> new Dependencies().checkProject(root(block)),
            "configuration", XmlBlocks::logback);

    void check(CodeBlock block) throws Exception {
        Element root = root(block);
        Check check = checks.get(root.getLocalName());
        if (check == null) {
            fail("Nobody checks <" + root.getLocalName() + ">, but " + checks.keySet());
        } else {
            check.check(block);
        }
    }

    private static Element root(CodeBlock block) throws Exception {
        var factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder()
                .parse(new ByteArrayInputStream(block.text().getBytes(UTF_8)))
                .getDocumentElement();
    }

    private static void routes(CodeBlock block, String routes) throws Exception {
        try (var sandbox = new Sandbox()) {
            PluginHelper.getRoutesLoader(sandbox.camel())
                    .loadRoutes(ResourceHelper.fromString(block.id() + ".xml", routes));
            sandbox.run();
        }
    }

    private static void beans(CodeBlock block) {
        String beans = "<beans xmlns=\"http://www.springframework.org/schema/beans\""
                + " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\""
                + "http://www.springframework.org/schema/beans https://www.springframework.org/schema/beans/spring-beans.xsd\">"
                + block.text() + "</beans>";
        var factory = new DefaultListableBeanFactory();
        int found =
                new XmlBeanDefinitionReader(factory).loadBeanDefinitions(new ByteArrayResource(beans.getBytes(UTF_8)));
        assertThat(found).isPositive();
        factory.preInstantiateSingletons();
    }

    /** Whole, as Spring starts it. */
    private static void context(CodeBlock block) throws Exception {
        try (var spring = new GenericXmlApplicationContext(
                new ByteArrayResource(block.text().getBytes(UTF_8)))) {
            CamelContext camel = spring.getBean(CamelContext.class);
            assertThat(camel.isStarted()).isTrue();
            assertThat(camel.getRoutes()).isNotEmpty();
        }
    }

    private static void logback(CodeBlock block) throws Exception {
        var context = new LoggerContext();
        var configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(new ByteArrayInputStream(block.text().getBytes(UTF_8)));
        context.stop();
        assertThat(context.getStatusManager().getCopyOfStatusList())
                .noneMatch(status -> status.getEffectiveLevel() >= Status.WARN);
    }
}
