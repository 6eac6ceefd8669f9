// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.testkit.lightningd.RpcException;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runes are made, shown, checked and withdrawn through {@code to("lightning:rpc/...")}. */
class RuneCommandsTest extends DaemonTestSupport {

    private static final String BOB = NodeKeys.id(102).toString();

    @BeforeEach
    void start() {
        context.start();
    }

    private JsonNode call(String method, Map<String, ?> params) {
        return template.requestBody(
                "lightning:rpc/" + method + "?node=#alice&outputType=JsonNode", params, JsonNode.class);
    }

    private RemoteErrorException refusal(String method, Map<String, ?> params) {
        Throwable failure = catchThrowable(() -> call(method, params));
        assertThat(failure).isInstanceOf(CamelExecutionException.class);
        assertThat(failure.getCause()).isInstanceOf(RemoteErrorException.class);
        return (RemoteErrorException) failure.getCause();
    }

    /** For bob alone, who may ask how the node is and may list peers without naming one. */
    private JsonNode bobsRune() {
        return call(
                "createrune",
                Map.of(
                        "restrictions",
                        List.of(
                                List.of("id=" + BOB),
                                List.of("method=getinfo", "method=listpeers"),
                                List.of("pnum=0"))));
    }

    private static Map<String, Object> use(String rune, String method) {
        return Map.of("rune", rune, "nodeid", BOB, "method", method);
    }

    @Test
    void aRuneAllowsWhatItsRestrictionsLeave() {
        String rune = bobsRune().get("rune").textValue();

        assertThat(call("checkrune", use(rune, "getinfo"))).hasToString("{\"valid\":true}");
        assertThat(refusal("checkrune", use(rune, "stop")))
                .hasMessageContaining(
                        "Not permitted: method is not equal to getinfo AND method is not equal to listpeers")
                .extracting(RemoteErrorException::code)
                .isEqualTo(1502);
        assertThat(refusal("checkrune", Map.of("rune", rune, "method", "getinfo")))
                .hasMessageContaining("Not permitted: id not present");
        assertThat(refusal(
                        "checkrune",
                        Map.of("rune", rune, "nodeid", BOB, "method", "listpeers", "params", Map.of("id", BOB))))
                .hasMessageContaining("Not permitted: number of parameters is not equal to 0");
    }

    @Test
    void aRuneIsRestrictedFurtherAndKeepsItsNumber() {
        JsonNode rune = bobsRune();

        JsonNode less = call(
                "createrune", Map.of("rune", rune.get("rune"), "restrictions", List.of(List.of("method=getinfo"))));

        assertThat(less.get("unique_id")).isEqualTo(rune.get("unique_id"));
        assertThat(refusal("checkrune", use(less.get("rune").textValue(), "listpeers"))
                        .code())
                .isEqualTo(1502);
    }

    @Test
    void showrunesTellsInEnglishWhatARuneAllows() {
        String rune = bobsRune().get("rune").textValue();

        JsonNode shown = call("showrunes", Map.of("rune", rune));

        assertThat(shown.at("/runes/0/restrictions_as_english").textValue())
                .isEqualTo("id equal to " + BOB
                        + " AND method equal to getinfo OR method equal to listpeers AND pnum equal to 0");
    }

    @Test
    void aBlacklistedRuneAllowsNothingUntilItIsTakenOffTheList() {
        JsonNode rune = bobsRune();
        int number = rune.get("unique_id").asInt();
        String text = rune.get("rune").textValue();

        assertThat(call("blacklistrune", Map.of("start", number)))
                .hasToString("{\"blacklist\":[{\"start\":" + number + ",\"end\":" + number + "}]}");
        assertThat(refusal("checkrune", use(text, "getinfo"))).satisfies(refused -> {
            assertThat(refused.code()).isEqualTo(1503);
            assertThat(refused).hasMessageContaining("Not authorized: Blacklisted rune");
        });
        assertThat(call("showrunes", Map.of("rune", text))
                        .at("/runes/0/blacklisted")
                        .booleanValue())
                .isTrue();

        call("blacklistrune", Map.of("start", number, "relist", true));
        assertThat(call("checkrune", use(text, "getinfo"))).hasToString("{\"valid\":true}");
    }

    @Test
    void aRangeThatLightningdWouldNotSurviveIsRefused() {
        Throwable failure = catchThrowable(() -> call("blacklistrune", Map.of("start", 5, "end", 2)));

        assertThat(failure.getCause())
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("blacklistrune's end 2: it is below start, which is 5");
    }

    @Test
    void aNodeThatHasOnlyTheOldNamesIsAskedByThem() {
        alice.answer("help", "[command]", params -> {
            throw new RpcException(
                    -32_601, "Unknown command " + params.path("command").asText());
        });
        alice.answer("commando-rune", "[rune] [restrictions]", params -> Json.emptyObject()
                .put("rune", "made by commando-rune"));
        alice.answer("commando-listrunes", "[rune]", params -> Json.emptyObject()
                .put("runes", "shown by commando-listrunes"));
        alice.answer("commando-blacklist", "[start] [end]", params -> Json.emptyObject()
                .put("blacklist", params.path("start").asInt()));

        assertThat(call("createrune", Map.of())).hasToString("{\"rune\":\"made by commando-rune\"}");
        assertThat(call("showrunes", Map.of())).hasToString("{\"runes\":\"shown by commando-listrunes\"}");
        assertThat(call("blacklistrune", Map.of("start", 7))).hasToString("{\"blacklist\":7}");
    }

    @Test
    void aRuneOfAnotherNodeIsNotAuthorised() {
        var bob = lightning.start("bob");
        context.getRegistry().bind("bob", node(bob));
        JsonNode foreign = template.requestBody(
                "lightning:rpc/createrune?node=#bob&outputType=JsonNode",
                Map.of("restrictions", "readonly"),
                JsonNode.class);

        assertThat(refusal("checkrune", use(foreign.get("rune").textValue(), "getinfo"))
                        .code())
                .isEqualTo(1501);
    }
}
