// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** What an application may leave out, it can. */
class WithoutOptionalJarsTest {

    /** Sends one message from a node to another and returns what came. */
    public static final class Program implements Callable<String> {

        @Override
        public String call() throws Exception {
            var alice = new TestNode(1);
            var bob = new TestNode(2);
            TestNode.connect(alice, bob);
            try (CamelContext context = new DefaultCamelContext()) {
                context.getRegistry().bind("alice", alice);
                context.getRegistry().bind("bob", bob);
                context.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:out")
                                .to("lightning:sendcustommsg?node=#alice&messageType=37913&peerId=" + bob.nodeId());
                        from("lightning:custommsg?node=#bob").to("seda:in");
                    }
                });
                context.start();
                context.createProducerTemplate().sendBody("direct:out", "hello");
                return context.createConsumerTemplate().receiveBody("seda:in", 10_000, String.class);
            }
        }
    }

    @Test
    void messagesComeAndGoWithNeitherMicrometerNorCamelTelemetry() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (var without = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(without);
            assertThat(catchThrowable(() -> without.loadClass("io.micrometer.core.instrument.MeterRegistry")))
                    .isInstanceOf(ClassNotFoundException.class);
            assertThat(catchThrowable(() -> without.loadClass("org.apache.camel.telemetry.SpanDecorator")))
                    .isInstanceOf(ClassNotFoundException.class);

            Object program = without.loadClass(Program.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();

            assertThat(((Callable<?>) program).call()).isEqualTo("hello");
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static URL[] classPath() throws MalformedURLException {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        File[] needed = Arrays.stream(all.split(File.pathSeparator))
                .filter(entry -> !entry.contains("micrometer") && !entry.contains("telemetry"))
                .map(File::new)
                .toArray(File[]::new);
        var urls = new URL[needed.length];
        for (int i = 0; i < needed.length; i++) {
            urls[i] = needed[i].toURI().toURL();
        }
        return urls;
    }
}
