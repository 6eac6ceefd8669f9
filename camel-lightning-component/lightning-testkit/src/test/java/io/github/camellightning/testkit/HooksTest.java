// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.HookListener;
import io.github.camellightning.node.HookSpec;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.Registration;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hooks that an application answers. A test after which the daemon would have died of an answer fails. */
class HooksTest extends PluginTestSupport {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final JsonNode CONTINUE = Json.read("{\"result\":\"continue\"}");

    private static HookSpec hook(String name) {
        return new HookSpec(name, LONG, false);
    }

    private static HookListener answering(String json) {
        return payload -> CompletableFuture.completedFuture(Json.read(json));
    }

    private JsonNode called(String hook) throws Exception {
        return called(hook, payload(hook));
    }

    private JsonNode called(String hook, ObjectNode payload) throws Exception {
        return daemon.callHook(hook, payload).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** As much of the real one as an answer depends on. */
    private static ObjectNode payload(String hook) {
        ObjectNode payload = Json.emptyObject();
        payload.putObject(hook).put("psbt", "cHNidP8BAAA=");
        return payload;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "peer_connected",
                "htlc_accepted",
                "invoice_payment",
                "openchannel",
                "openchannel2",
                "openchannel2_changed",
                "openchannel2_sign",
                "rbf_channel",
                "rpc_command",
                "onion_message_recv",
                "onion_message_recv_secret",
                "commitment_revocation",
                "recover"
            })
    void whateverAListenerDoesTheDaemonLivesAndGoesOnAsWithoutUs(String name) throws Exception {
        for (String wrong : new String[] {
            "{}",
            "null",
            "[]",
            "\"continue\"",
            "{\"result\":null}",
            "{\"result\":\"no such word\"}",
            "{\"result\":{\"result\":\"continue\"}}",
            "{\"result\":\"continue\",\"unheard_of\":1}",
            "{\"result\":\"reject\",\"close_to\":\"bcrt1\",\"psbt\":\"x\"}",
            "{\"result\":\"continue\",\"psbt\":\"not base64\"}",
            "{\"result\":\"fail\"}",
            "{\"result\":\"resolve\",\"payment_key\":\"00\"}",
            "{\"failure_message\":\"xyz\"}",
            "{\"result\":\"continue\"}"
        }) {
            var daemonsOwn = new HookSpec(name, LONG, false);
            try (Registration ignored = alice.onHook(daemonsOwn, answering(wrong))) {
                get(alice.start());
                assertThat(called(name)).as(wrong).isEqualTo(CONTINUE);
            }
        }
        try (Registration ignored = alice.onHook(hook(name), payload -> {
            throw new IllegalStateException("broken listener");
        })) {
            assertThat(called(name)).isEqualTo(CONTINUE);
        }
        try (Registration ignored = alice.onHook(
                hook(name), payload -> CompletableFuture.failedFuture(new IllegalStateException("failed")))) {
            assertThat(called(name)).isEqualTo(CONTINUE);
        }
        try (Registration ignored =
                alice.onHook(new HookSpec(name, Duration.ofMillis(50), false), payload -> new CompletableFuture<>())) {
            assertThat(called(name)).isEqualTo(CONTINUE);
        }
        assertThat(called(name)).as("no listener").isEqualTo(CONTINUE);
        assertThat(lightning.takeCrashes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "peer_connected; {\"result\":\"disconnect\"}",
                "peer_connected; {\"result\":\"disconnect\",\"error_message\":\"not you\"}",
                "htlc_accepted; {\"result\":\"fail\",\"failure_message\":\"2002\"}",
                "htlc_accepted; {\"result\":\"fail\",\"failure_onion\":\"00ff\"}",
                "htlc_accepted; {\"result\":\"resolve\",\"payment_key\":\"0000000000000000000000000000000000000000000000000000000000000000\"}",
                "invoice_payment; {\"result\":\"reject\"}",
                "invoice_payment; {\"failure_message\":\"2002\"}",
                "openchannel; {\"result\":\"reject\",\"error_message\":\"too small\"}",
                "openchannel2; {\"result\":\"reject\",\"error_message\":\"too small\"}",
                "rbf_channel; {\"result\":\"reject\"}",
                "rpc_command; {\"return\":{\"result\":{\"id\":\"hidden\"}}}",
                "rpc_command; {\"return\":{\"error\":{\"code\":-1,\"message\":\"no\"}}}",
                "rpc_command; {\"replace\":{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"getinfo\",\"params\":{}}}",
                "onion_message_recv; {\"result\":\"stop\"}"
            })
    void anAnswerThatTheHookKnowsIsTheDaemons(String name, String answer) throws Exception {
        alice.onHook(hook(name), answering(answer));
        get(alice.start());

        assertThat(called(name)).isEqualTo(Json.read(answer));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "htlc_accepted; {\"result\":\"continue\",\"payload\":\"0x00\"}",
                "htlc_accepted; {\"result\":\"continue\",\"extra_tlvs\":\"0201ff\"}",
                "htlc_accepted; {\"result\":\"continue\",\"forward_to\":\"00\"}",
                "htlc_accepted; {\"result\":\"continue\",\"invoice_msat\":\"much\"}",
                "rpc_command; {\"return\":{\"result\":[1]}}",
                "rpc_command; {\"replace\":{\"method\":\"getinfo\",\"params\":{}}}",
                "rpc_command; {\"replace\":{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"sendcustommsg\",\"params\":{\"msg\":\"0x9c41\"}}}",
                "peer_connected; {\"result\":\"disconnect\",\"error_message\":7}",
                "openchannel; {\"result\":\"continue\",\"close_to\":\"bc1qnobodysaddress\"}"
            })
    void membersThatTheDaemonWouldNotSurviveOrUnderstandAreRefused(String name, String answer) throws Exception {
        alice.onHook(hook(name), answering(answer));
        get(alice.start());

        assertThat(called(name)).isEqualTo(CONTINUE);
    }

    private String resultWithFailureMessage(String hex) throws Exception {
        return called("htlc_accepted", Json.emptyObject().put("hex", hex))
                .path("result")
                .asText();
    }

    @Test
    void aFailureMessageHasACodeOfBolt4AndAtMost256Bytes() throws Exception {
        alice.onHook(
                hook("htlc_accepted"),
                payload -> CompletableFuture.completedFuture(Json.emptyObject()
                        .put("result", "fail")
                        .put("failure_message", payload.path("hex").asText())));
        get(alice.start());

        assertThat(resultWithFailureMessage("2002" + "00".repeat(254))).isEqualTo("fail");
        assertThat(resultWithFailureMessage("2002" + "00".repeat(255))).isEqualTo("continue");
        assertThat(resultWithFailureMessage("20")).isEqualTo("continue");
        assertThat(resultWithFailureMessage("400f")).isEqualTo("fail");
        assertThat(resultWithFailureMessage("4fff")).isEqualTo("continue");
    }

    @Test
    void theListenerGetsWhatTheDaemonTells() throws Exception {
        var asked = new CompletableFuture<JsonNode>();
        alice.onHook(hook("invoice_payment"), payload -> {
            asked.complete(payload);
            return CompletableFuture.completedFuture(CONTINUE);
        });
        get(alice.start());
        var payload = (ObjectNode) Json.read("{\"payment\":{\"label\":\"Tee für Zoë\",\"msat\":18446744073709551615}}");

        called("invoice_payment", payload);

        assertThat(get(asked)).isEqualTo(payload);
    }

    @Test
    void aHookThatComesLaterIsAnsweredOnceItIsInForce() throws Exception {
        get(alice.start());

        get(alice.onHook(hook("invoice_payment"), answering("{\"result\":\"reject\"}"))
                .inForce());

        assertThat(called("invoice_payment").path("result").asText()).isEqualTo("reject");
        assertThat(plugins()).isEqualTo(2);
    }

    @Test
    void aHookWithoutListenerIsAnsweredAtOnceAndTakenUpAgainWithoutAnotherPlugin() throws Exception {
        Registration first = alice.onHook(hook("invoice_payment"), answering("{\"result\":\"reject\"}"));
        get(alice.start());

        first.close();
        assertThat(called("invoice_payment")).isEqualTo(CONTINUE);

        get(alice.onHook(hook("invoice_payment"), answering("{\"result\":\"reject\"}"))
                .inForce());
        assertThat(called("invoice_payment").path("result").asText()).isEqualTo("reject");
        assertThat(plugins()).isEqualTo(1);
    }

    @Test
    void hooksThatAreNotToBeHadAreRefusedSayingWhatToUse() {
        assertThatThrownBy(() -> alice.onHook(new HookSpec("custommsg", LONG, true), answering("{}")))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("onMessage");
        assertThatThrownBy(() -> alice.onHook(new HookSpec("db_write", LONG, true), answering("{}")))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("database");
    }

    @Test
    void aHookWhoseAnswersCannotBeCheckedIsRefusedUnlessAllowed() throws Exception {
        assertThatThrownBy(() -> alice.onHook(hook("some_hook"), answering("{}")))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("some_hook")
                .hasMessageContaining("htlc_accepted");

        alice.onHook(new HookSpec("some_hook", LONG, true), answering("{}")).close();
    }

    @Test
    void oneHookHasOneListener() {
        alice.onHook(hook("openchannel"), answering("{}"));

        assertThatThrownBy(() -> alice.onHook(hook("openchannel"), answering("{}")))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("openchannel");
    }

    @Test
    void aCallCannotBeReplacedByTheDaemonsOwnCommandoUnlessThatRiskIsTaken() throws Exception {
        String commando = "{\"replace\":{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"commando\",\"params\":{}}}";
        alice.onHook(hook("rpc_command"), answering(commando));
        get(alice.start());
        assertThat(called("rpc_command")).isEqualTo(CONTINUE);

        alice.setCommandoFallback(true);
        assertThat(called("rpc_command")).isEqualTo(Json.read(commando));
    }
}
