// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.peer.PeerNode;
import java.util.Map;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.main.Main;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocols and the data format in routes without Java. */
class ProtocolRoutesTest {

    @ParameterizedTest
    @ValueSource(strings = {"yaml", "xml"})
    void routesInYamlOrXmlServeCallAndFormat(String language) throws Exception {
        PeerNode bob = PeerNodes.listening(42);
        bob.start().toCompletableFuture().join();
        var main = new Main();
        main.addInitialProperty("bob.id", bob.nodeId().hex());
        main.bind("bob", bob);
        main.bind("alice", PeerNodes.dialling(41, bob));
        main.configure().withRoutesIncludePattern("classpath:protocols/routes." + language);
        main.start();
        try {
            PeerNodes.awaitConnected(bob, NodeKeys.id(41));
            ProducerTemplate template = main.getCamelTemplate();

            assertThat(template.requestBody("direct:ask", Map.of("order", 7), String.class))
                    .isEqualTo("{\"order\":7,\"state\":\"shipped\"}");
            assertThat(catchThrowable(() -> template.requestBody("direct:ask", Map.of("order", 7, "x", 1))))
                    .cause()
                    .isInstanceOf(RemoteErrorException.class)
                    .hasMessage("Invalid params");
            assertThat(template.requestBody("direct:protocols", null, String.class))
                    .isEqualTo("{\"protocols\":[1]}");
            Map<?, ?> records =
                    template.requestBody("direct:tlv", Map.of(65_537, "hello", "1", new byte[0]), Map.class);
            assertThat(records.keySet()).hasToString("[1, 65537]");
            assertThat(new String((byte[]) records.get(65_537L), UTF_8)).isEqualTo("hello");
        } finally {
            main.stop();
            bob.stop().toCompletableFuture().join();
        }
    }
}
