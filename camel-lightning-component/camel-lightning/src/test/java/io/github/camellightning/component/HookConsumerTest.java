// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.Json;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code from("lightning:hook/<name>")}: the route decides, and whatever it does the node lives. */
class HookConsumerTest extends DaemonTestSupport {

    private static final ObjectNode HTLC =
            (ObjectNode) Json.read("{\"htlc\":{\"amount_msat\":7},\"onion\":{\"payload\":\"00\"}}");

    private JsonNode askedHtlcAccepted() throws Exception {
        return alice.callHook("htlc_accepted", HTLC.deepCopy()).get(30, TimeUnit.SECONDS);
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
        start(in -> in.from("lightning:hook/htlc_accepted").to("mock:in").setBody(in.constant(wrong)));

        assertThat(askedHtlcAccepted().path("result").asText()).isEqualTo("continue");
        assertThat(mock("in").getReceivedCounter()).isEqualTo(1);
    }

    @Test
    void aRouteThatFailsBecomesTheSafeAnswer() throws Exception {
        start(in -> {
            in.errorHandler(in.noErrorHandler());
            in.from("lightning:hook/htlc_accepted").to("mock:in").process(exchange -> {
                throw new IllegalStateException("broken");
            });
        });

        assertThat(askedHtlcAccepted().path("result").asText()).isEqualTo("continue");
        assertThat(mock("in").getReceivedCounter()).isEqualTo(1);
    }

    @Test
    void aRouteThatTakesTooLongBecomesTheSafeAnswer() throws Exception {
        var gate = new Gate();
        start(in -> in.from("lightning:hook/htlc_accepted?hookTimeout=300")
                .process(gate)
                .setBody(in.constant("{\"result\":\"fail\",\"failure_message\":\"2002\"}")));

        assertThat(askedHtlcAccepted().path("result").asText()).isEqualTo("continue");
        assertThat(gate.entered()).hasSize(1);
        assertThat(gate.left()).isEmpty();
        gate.open();
    }

    @Test
    void aForcedStopGivesTheSafeAnswer() throws Exception {
        var gate = new Gate();
        start(in -> in.from("lightning:hook/htlc_accepted")
                .routeId("r")
                .process(gate)
                .setBody(in.constant("{\"result\":\"fail\",\"failure_message\":\"2002\"}")));
        CompletableFuture<JsonNode> asked = alice.callHook("htlc_accepted", HTLC.deepCopy());
        await().until(() -> gate.entered().size() == 1);

        context.getRouteController().stopRoute("r", 1, TimeUnit.SECONDS);

        assertThat(asked.get(10, TimeUnit.SECONDS).path("result").asText()).isEqualTo("continue");
        gate.open();
    }

    @Test
    void aRouteThatIsStoppedGivesTheSafeAnswerAtOnce() throws Exception {
        start(in -> in.from("lightning:hook/htlc_accepted")
                .routeId("r")
                .setBody(in.constant("{\"result\":\"fail\",\"failure_message\":\"2002\"}")));
        assertThat(askedHtlcAccepted().path("result").asText()).isEqualTo("fail");

        context.getRouteController().stopRoute("r");

        assertThat(askedHtlcAccepted().path("result").asText()).isEqualTo("continue");
    }

    @ParameterizedTest
    @CsvSource({
        "custommsg, any answer but continue aborts lightningd",
        "db_write, lightningd does nothing at all until it is answered",
        "no_such_hook, allowUnknownHook"
    })
    void hooksThatCannotBeAnsweredSafelyAreRefused(String hook, String rule) {
        assertThat(catchThrowable(() -> start(
                        in -> in.from("lightning:hook/" + hook).setBody(in.constant("{\"result\":\"continue\"}")))))
                .hasStackTraceContaining(rule);
    }
}
