// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.node.peer.PeerNode;
import io.github.camellightning.testkit.lightningd.LightningdExtension;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;
import org.apache.camel.component.stub.StubComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.DefaultComponentResolver;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.ComponentResolver;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.apache.camel.util.StringHelper;

/**
 * A Camel context in which routes of a page run: on a simulated lightningd, or a native peer where they answer commando. The other ends, files, timers and
 * brokers, are held to Camel's catalog, and neither read nor write.
 */
final class Sandbox implements AutoCloseable {

    static final String ALICE = "03a34b99f22c790c4e36b2b3c2c35a36db06226e41c692fc82b8b56ac1c540c5bd";
    static final String BOB = "03bd8b5104f968f7338439f6adfe8e8d72236a12d2f31e19125946ea397863cacc";
    static final String CAROL = "02eec7245d6b7d2ccb30380bfbe2a3648cd7a942653f5aa340edcea1f283686619";

    /** Those of Camel that touch nothing outside. */
    private static final Set<String> HARMLESS = Set.of("lightning", "direct", "seda", "log", "mock", "bean", "kamelet");

    private static final CamelCatalog CATALOG = new DefaultCamelCatalog(true);
    private static final Set<String> COMPONENTS = Set.copyOf(CATALOG.findComponentNames());

    @SuppressWarnings("NonFinalStaticField") // of the test that runs all blocks
    private static SimulatedLightningd daemon;

    private final DefaultCamelContext camel = new DefaultCamelContext();

    Sandbox() {
        camel.getCamelContextExtension().addContextPlugin(ComponentResolver.class, new Stubs());
        camel.getRegistry().bind("handled", MemoryIdempotentRepository.memoryIdempotentRepository());
        camel.getRegistry().bind("worked", MemoryIdempotentRepository.memoryIdempotentRepository());
        Processor work = exchange -> {};
        camel.getRegistry().bind("work", work);
        Stream.of("bob", "bob.id", "shop", "alice")
                .forEach(name -> camel.getPropertiesComponent().addOverrideProperty(name, BOB));
        camel.getPropertiesComponent().addOverrideProperty("carol", CAROL);
        camel.getPropertiesComponent().addOverrideProperty("shop.rune", "none");
        camel.getShutdownStrategy().setTimeout(5);
    }

    static void startDaemon(LightningdExtension lightning) {
        daemon = lightning.start("alice");
    }

    static SimulatedLightningd daemon() {
        return daemon;
    }

    static CoreLightningNode nodeOfDaemon() {
        var node = new CoreLightningNode();
        node.setRpcFile(daemon.rpcFile().toString());
        return node;
    }

    DefaultCamelContext camel() {
        return camel;
    }

    void add(RoutesBuilder routes) throws Exception {
        camel.addRoutes(routes);
    }

    /** Runs what was added, so that each URI and option is seen by its component. */
    void run() {
        camel.getRegistry().bind("node", LightningNode.class, node());
        camel.start();
        assertThat(camel.getRoutes()).isNotEmpty();
        camel.getEndpoints().forEach(Sandbox::inCatalog);
    }

    private LightningNode node() {
        boolean answersCommando = camel.getRouteDefinitions().stream()
                .map(RouteDefinition::getInput)
                .anyMatch(from -> from.getEndpointUri().startsWith("lightning:commando"));
        if (!answersCommando) {
            return nodeOfDaemon();
        }
        var peer = new PeerNode();
        peer.setRuneFile("sandbox.runes");
        return peer;
    }

    private static void inCatalog(Endpoint endpoint) {
        String uri = endpoint.getEndpointUri();
        String scheme = StringHelper.before(uri, ":");
        if (COMPONENTS.contains(scheme)) {
            EndpointValidationResult result = CATALOG.validateEndpointProperties(uri);
            assertThat(result.isSuccess())
                    .as(() -> uri + ": " + result.summaryErrorMessage(false))
                    .isTrue();
        }
    }

    @Override
    public void close() throws IOException {
        camel.close();
    }

    private static final class Stubs implements ComponentResolver {

        private final ComponentResolver real = new DefaultComponentResolver();

        @Override
        public Component resolveComponent(String name, CamelContext context) throws Exception {
            if (HARMLESS.contains(name)) {
                return real.resolveComponent(name, context);
            }
            assertThat(COMPONENTS).as("components of Camel").contains(name);
            var stub = new StubComponent();
            // or what is generated for the real one would look for its options
            stub.setAutowiredEnabled(false);
            return stub;
        }
    }
}
