// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.component.dsl.LightningComponentBuilderFactory;
import io.github.camellightning.component.dsl.LightningComponentBuilderFactory.LightningComponentBuilder;
import io.github.camellightning.component.dsl.LightningEndpointBuilderFactory;
import io.github.camellightning.component.dsl.LightningEndpointBuilderFactory.AdvancedLightningEndpointConsumerBuilder;
import io.github.camellightning.component.dsl.LightningEndpointBuilderFactory.AdvancedLightningEndpointProducerBuilder;
import io.github.camellightning.component.dsl.LightningEndpointBuilderFactory.LightningEndpointConsumerBuilder;
import io.github.camellightning.component.dsl.LightningEndpointBuilderFactory.LightningEndpointProducerBuilder;
import io.github.camellightning.node.CustomMessage;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.builder.endpoint.EndpointRouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.tooling.model.BaseOptionModel;
import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.tooling.model.JsonMapper;
import org.junit.jupiter.api.Test;

/** Camel's typed builders for the component: they have its options, and routes written with them run. */
class TypedBuildersTest extends StartFailureSupport {

    private static ComponentModel model() throws Exception {
        try (var context = new DefaultCamelContext()) {
            return JsonMapper.generateComponentModel(context.getComponentParameterJsonSchema("lightning"));
        }
    }

    /** The options, each with the type that its builder takes besides text. */
    private static Set<String> settings(Class<?>... builders) {
        return Stream.of(builders)
                .flatMap(builder -> Arrays.stream(builder.getDeclaredMethods()))
                .filter(method -> method.getParameterCount() == 1 && !Modifier.isStatic(method.getModifiers()))
                .filter(method -> !method.isSynthetic())
                .map(TypedBuildersTest::signature)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String signature(Method method) {
        return method.getName() + " " + method.getParameterTypes()[0].getName();
    }

    private static Set<String> expected(Stream<? extends BaseOptionModel> options) {
        return options.flatMap(option -> option.getJavaType().equals("java.lang.String")
                        ? Stream.of(option.getName() + " java.lang.String")
                        : Stream.of(
                                option.getName() + " " + option.getJavaType(), option.getName() + " java.lang.String"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void theBuildersOfEndpointsHaveTheOptionsThatThereAre() throws Exception {
        List<ComponentModel.EndpointOptionModel> options = model().getEndpointParameterOptions();

        assertThat(settings(LightningEndpointConsumerBuilder.class, AdvancedLightningEndpointConsumerBuilder.class))
                .isEqualTo(expected(
                        options.stream().filter(option -> !option.getLabel().contains("producer"))));
        assertThat(settings(LightningEndpointProducerBuilder.class, AdvancedLightningEndpointProducerBuilder.class))
                .isEqualTo(expected(
                        options.stream().filter(option -> !option.getLabel().contains("consumer"))));
    }

    @Test
    void theBuilderOfTheComponentHasTheOptionsThatThereAre() throws Exception {
        Set<String> expected = model().getComponentOptions().stream()
                .map(option -> option.getName() + " " + option.getJavaType())
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(settings(LightningComponentBuilder.class)).isEqualTo(expected);
    }

    /** Routes as a user writes them. */
    private abstract static class TypedRoutes extends EndpointRouteBuilder
            implements LightningEndpointBuilderFactory.LightningBuilders {}

    @Test
    void aRouteWrittenWithThemRuns() throws Exception {
        var bob = new TestNode(2);
        TestNode.connect(alice, bob);
        context.getRegistry().bind("bob", bob);
        var threads = Executors.newSingleThreadExecutor();
        try {
            context.addRoutes(new TypedRoutes() {
                @Override
                public void configure() {
                    from(direct("out"))
                            .to(lightning("sendcustommsg")
                                    .node(alice)
                                    .peerId(bob.nodeId().hex())
                                    .messageType("37915")
                                    .advanced()
                                    .synchronous(true));
                    from(lightning("custommsg")
                                    .node("#bob")
                                    .messageTypes("37915,40001-40100")
                                    .maxHold("2s")
                                    .whenFull(WhenFull.DROP)
                                    .advanced()
                                    .executorService(threads))
                            .routeId("in")
                            .to(mock("in"));
                }
            });
            context.start();
            mock("in").expectedBodiesReceived("hello, bob");

            template.sendBody("direct:out", "hello, bob");

            mock("in").assertIsSatisfied();
            assertThat(alice.sent()).containsExactly(new CustomMessage(37_915, "hello, bob".getBytes(UTF_8)));
            var endpoint = (LightningEndpoint) context.getRoute("in").getEndpoint();
            assertThat(endpoint.getReceive().getWhenFull()).isEqualTo(WhenFull.DROP);
            assertThat(endpoint.getReceive().getMaxHold()).isEqualTo(2_000);
            assertThat(endpoint.getExecutorService()).isSameAs(threads);
        } finally {
            context.stop();
            threads.shutdown();
        }
    }

    @Test
    void anOptionThatDoesNothingWhereItStandsIsRefusedTooWhenABuilderSetIt() {
        assertThat(failureOf(in -> context.addRoutes(new TypedRoutes() {
                    @Override
                    public void configure() {
                        from(direct("out")).to(lightning("rpc/getinfo").peerId(PEER.hex()));
                    }
                })))
                .startsWith("Option peerId is '" + PEER + "': lightning:rpc in to(...) has no such option");
    }

    @Test
    void theBuilderOfTheComponentMakesOneThatCamelRuns() throws Exception {
        LightningComponentBuilderFactory.lightning()
                .node(alice)
                .workerPoolSize(3)
                .rune("none")
                .register(context, "ln");
        context.getRegistry().bind("bob", new TestNode(2));
        start(in -> in.from("ln:custommsg").to("mock:in"));
        mock("in").expectedBodiesReceived("hello");

        alice.receive(PEER, TYPE, "hello").get(10, TimeUnit.SECONDS);

        mock("in").assertIsSatisfied();
        var component = context.getComponent("ln", LightningComponent.class);
        assertThat(component.getWorkerPoolSize()).isEqualTo(3);
        assertThat(component.getRune()).isEqualTo("none");
    }
}
