// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.Json;
import org.apache.camel.builder.AggregationStrategies;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A result that is a stream, in a file of the node's, where an exchange has parts that end before the whole does. */
class StreamedResultsTest extends DaemonTestSupport {

    private static final String LARGE = "lightning:rpc/large?outputType=InputStream";
    private static final String RESULT = "{\"text\":\"" + "x".repeat(2_000_000) + "\"}";

    @BeforeEach
    void aMethodHasALargeResult() {
        alice.answer("large", "", given -> Json.read(RESULT));
    }

    @Test
    void whatAMulticastLeavesIsReadBehindIt() throws Exception {
        start(in -> in.from("direct:call")
                .multicast(AggregationStrategies.useLatest())
                .to(LARGE)
                .end()
                .convertBodyTo(String.class));

        assertThat(template.requestBody("direct:call", "{}", String.class)).isEqualTo(RESULT);
    }

    @Test
    void whatASplitLeavesIsReadBehindIt() throws Exception {
        start(in -> in.from("direct:call")
                .split(in.body().tokenize(","), AggregationStrategies.useLatest())
                .setBody(in.constant("{}"))
                .to(LARGE)
                .end()
                .convertBodyTo(String.class));

        assertThat(template.requestBody("direct:call", "1,2,3", String.class)).isEqualTo(RESULT);
    }

    @Test
    void whatGoesThroughSedaIsReadThere() throws Exception {
        start(in -> {
            in.from("direct:call").to(LARGE).to("seda:next?waitForTaskToComplete=Never");
            in.from("seda:next").convertBodyTo(String.class).to("mock:next");
        });
        mock("next").expectedBodiesReceived(RESULT, RESULT);

        template.sendBody("direct:call", "{}");
        template.sendBody("direct:call", "{}");

        mock("next").assertIsSatisfied();
    }
}
