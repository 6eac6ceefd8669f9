// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.Json;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code from("lightning:hook/<name>")}: the route decides, and whatever it does the node lives. */
class HookConsumerTest extends DaemonTestSupport {

    private JsonNode asked(String hook, String payload) throws Exception {
        return alice.callHook(hook, (ObjectNode) Json.read(payload)).get(30, TimeUnit.SECONDS);
    }

    private JsonNode askedHtlcAccepted() throws Exception {
        return asked("htlc_accepted", "{\"htlc\":{\"amount_msat\":7},\"onion\":{\"payload\":\"00\"}}");
    }

    @Test
    void theBodyThatTheRouteLeavesIsTheAnswer() throws Exception {
        start(in -> in.from("lightning:hook/htlc_accepted?outputType=Map")
                .to("mock:in")
                .setBody(in.constant("{\"result\":\"fail\",\"failure_message\":\"2002\"}")));

        assertThat(askedHtlcAccepted()).hasToString("{\"result\":\"fail\",\"failure_message\":\"2002\"}");
        assertThat(mock("in").getExchanges().get(0).getMessage().getHeader(LightningConstants.METHOD))
                .isEqualTo("htlc_accepted");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"result\":\"maybe\"}",
                "{\"result\":\"fail\",\"failure_message\":\"0x20\"}",
                "\"continue\"",
                "[]",
                "{}",
                "shipped",
                ""
            })
    void aWrongAnswerBecomesTheSafeOne(String wrong) throws Exception {
        start(in -> in.from("lightning:hook/htlc_accepted").setBody(in.constant(wrong)));

        assertThat(askedHtlcAccepted().path("result").asText()).isEqualTo("continue");
    }

    @Test
    void aRouteThatFailsBecomesTheSafeAnswer() throws Exception {
        start(in -> {
            in.errorHandler(in.noErrorHandler());
            in.from("lightning:hook/htlc_accepted").process(exchange -> {
                throw new IllegalStateException("broken");
            });
        });

        assertThat(askedHtlcAccepted().path("result").asText()).isEqualTo("continue");
    }

    @Test
    void aRouteThatTakesTooLongBecomesTheSafeAnswer() throws Exception {
        var gate = new Gate();
        start(in -> in.from("lightning:hook/htlc_accepted?hookTimeout=300")
                .process(gate)
                .setBody(in.constant("{\"result\":\"fail\",\"failure_message\":\"2002\"}")));

        assertThat(askedHtlcAccepted().path("result").asText()).isEqualTo("continue");
        gate.open();
    }

    @Test
    void aRouteThatIsStoppedGivesTheSafeAnswerAtOnce() throws Exception {
        start(in -> in.from("lightning:hook/htlc_accepted")
                .routeId("r")
                .setBody(in.constant("{\"result\":\"fail\",\"failure_message\":\"2002\"}")));

        context.getRouteController().stopRoute("r");

        assertThat(askedHtlcAccepted().path("result").asText()).isEqualTo("continue");
    }

    @ParameterizedTest
    @ValueSource(strings = {"custommsg", "db_write", "no_such_hook"})
    void hooksThatCannotBeAnsweredSafelyAreRefused(String hook) {
        assertThat(catchThrowable(() -> start(
                        in -> in.from("lightning:hook/" + hook).setBody(in.constant("{\"result\":\"continue\"}")))))
                .hasStackTraceContaining(hook);
    }
}
