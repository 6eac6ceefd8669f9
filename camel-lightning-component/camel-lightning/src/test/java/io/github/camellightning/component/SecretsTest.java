// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.github.camellightning.node.peer.PeerNode;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.util.ObjectHelper;
import org.junit.jupiter.api.Test;

/** The node's secret key stays where it was given. */
class SecretsTest {

    private static final String KEY = "c0ffee00" + "1badcafe".repeat(7);

    private static final String RUNE = "wGxa-4YA1NVn_mIyr74tFhfgoyRN6onp6kfmG8vM6Yg9MA==";
    private static final String OTHER_RUNE = "ZTGCi5rtmsRbAGtJCx5gmrIqJJHNDdLpy3NYVJBYYFY9MQ==";

    @Test
    void aKeyInPropertiesShowsNeitherInLogsNorInManagementNorInHealth() throws Exception {
        var main = new Main();
        main.setPropertyPlaceholderLocations("classpath:secrets/application.properties");
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("lightning:custommsg").to("mock:in");
                from("lightning:custommsg?node=#bob").to("mock:in");
                from("direct:out").to("lightning:sendcustommsg?messageType=37913&peerId=" + NodeKeys.id(101));
            }
        });
        try (var logs = new Logs("ROOT")) {
            main.start();
            CamelContext context = main.getCamelContext();
            Throwable failure = catchThrowable(
                    () -> context.createProducerTemplate().sendBody("direct:out", "nobody is connected"));

            assertThat(ObjectHelper.createExceptionIterable(failure))
                    .isNotEmpty()
                    .noneMatch(each -> each.toString().contains(KEY));
            assertThat(managed()).hasSizeGreaterThan(10).noneMatch(text -> text.contains(KEY));
            assertThat(HealthCheckHelper.invoke(context).stream()
                            .map(result -> result.getMessage() + " " + result.getDetails()))
                    .isNotEmpty()
                    .noneMatch(text -> text.contains(KEY));
            assertThat(String.valueOf(context.getRegistry().lookupByName("alice")))
                    .doesNotContain(KEY);
            main.stop();

            // below INFO Camel prints each property that it sets, secret or not
            assertThat(logs.events().stream()
                            .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO) || isOurs(event)))
                    .isNotEmpty()
                    .noneMatch(event -> event.getFormattedMessage().contains(KEY));
            assertThat(logs.events().stream().filter(SecretsTest::isOurs)).isNotEmpty();
        }
    }

    @Test
    void aRuneShowsNeitherInLogsNorInManagementNorInExceptions() throws Exception {
        var main = new Main();
        main.bind("alice", new TestNode(1));
        main.addInitialProperty("camel.component.lightning.rune", OTHER_RUNE);
        main.addInitialProperty("camel.main.tracing", "true");
        main.addInitialProperty("camel.main.jmx-enabled", "true");
        main.addInitialProperty("the.rune", RUNE);
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                String peer = NodeKeys.id(101).hex();
                from("direct:out").to("lightning:commando/getinfo?peerId=" + peer + "&rune={{the.rune}}");
                from("direct:dynamic").toD("lightning:commando/${header.method}?peerId=" + peer + "&rune={{the.rune}}");
                from("direct:component").to("lightning:commando/getinfo?peerId=" + peer);
            }
        });
        try (var logs = new Logs("ROOT")) {
            main.start();
            CamelContext context = main.getCamelContext();
            var template = context.createProducerTemplate();
            List<Throwable> failures = List.of(
                    catchThrowable(() -> template.sendBody("direct:out", "{}")),
                    catchThrowable(() -> template.sendBodyAndHeader("direct:dynamic", "{}", "method", "getinfo")),
                    catchThrowable(() -> template.sendBody("direct:component", "{}")));

            assertThat(failures).allSatisfy(failure -> assertThat(ObjectHelper.createExceptionIterable(failure))
                    .isNotEmpty()
                    .noneMatch(each -> hasRune(each.toString())));
            assertThat(managed()).hasSizeGreaterThan(10).noneMatch(SecretsTest::hasRune);
            assertThat(context.getEndpoints()).noneMatch(endpoint -> hasRune(endpoint.toString()));
            assertThat(context.getRoutes()).noneMatch(route -> hasRune(route.toString()));
            main.stop();
            assertThat(logs.events().stream()
                            .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO) || isOurs(event)))
                    .isNotEmpty()
                    .noneMatch(event -> hasRune(event.getFormattedMessage()));
        }
    }

    @Test
    void aRuneInAHeaderIsTakenOut() throws Exception {
        try (var context = new DefaultCamelContext()) {
            context.getRegistry().bind("alice", new TestNode(1));
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:out").to("lightning:commando/getinfo?peerId=" + NodeKeys.id(101));
                }
            });
            context.start();

            var failed = context.createProducerTemplate()
                    .request("direct:out", exchange -> exchange.getMessage().setHeader(LightningConstants.RUNE, RUNE));

            assertThat(failed.getException()).isNotNull();
            assertThat(failed.getMessage().getHeaders()).isEmpty();
            assertThat(hasRune(failed.getException().toString())).isFalse();
        }
    }

    private static boolean hasRune(String text) {
        // the end, ==, may be there as %3D%3D
        return text.contains(RUNE.substring(0, 40)) || text.contains(OTHER_RUNE.substring(0, 40));
    }

    @Test
    void whatOthersHadMaskedStaysMasked() throws Exception {
        try (var context = new DefaultCamelContext()) {
            context.getCamelContextExtension().setAdditionalSensitiveKeywords("pin,tan");
            context.getComponent("lightning").start();

            assertThat(context.getCamelContextExtension().getAdditionalSensitiveKeywords())
                    .isEqualTo("pin,tan,rune");
        }
    }

    private static boolean isOurs(ILoggingEvent event) {
        return event.getLoggerName().startsWith("io.github.camellightning");
    }

    /** Names and values of all that Camel manages. */
    private static List<String> managed() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        return server.queryNames(new ObjectName("org.apache.camel:*"), null).stream()
                .flatMap(name -> Stream.concat(Stream.of(name.toString()), attributes(server, name)))
                .toList();
    }

    private static Stream<String> attributes(MBeanServer server, ObjectName name) {
        try {
            return Stream.of(server.getMBeanInfo(name).getAttributes())
                    .filter(MBeanAttributeInfo::isReadable)
                    .map(attribute -> {
                        try {
                            return String.valueOf(server.getAttribute(name, attribute.getName()));
                        } catch (Exception unreadable) {
                            return String.valueOf(unreadable.getMessage());
                        }
                    });
        } catch (Exception gone) {
            return Stream.empty();
        }
    }

    @Test
    void aKeyThatIsNoneIsNotQuoted() {
        var node = new PeerNode();
        node.setPrivateKey(KEY + "x");
        try (var context = new DefaultCamelContext()) {
            context.getRegistry().bind("alice", node);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("lightning:custommsg").to("mock:in");
                }
            });

            Throwable failure = catchThrowable(context::start);

            assertThat(failure).hasStackTraceContaining("Invalid option privateKey");
            assertThat(ObjectHelper.createExceptionIterable(failure))
                    .noneMatch(each -> each.toString().contains(KEY));
        } catch (Exception unexpected) {
            throw new AssertionError(unexpected);
        }
    }
}
