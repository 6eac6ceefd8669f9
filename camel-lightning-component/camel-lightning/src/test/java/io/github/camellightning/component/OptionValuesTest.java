// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.tooling.model.ComponentModel.EndpointOptionModel;
import org.apache.camel.tooling.model.JsonMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every option there is with a value that is none: at start, by name, value and rule. */
class OptionValuesTest extends StartFailureSupport {

    private static final Map<String, String> ENUMS = Map.of(
            "delivery", "plain, acknowledged",
            "outputType", "String, InputStream, Map, JsonNode",
            "releaseOn", "completion, receipt",
            "startupMode", "fail, reconnect",
            "whenFull", "hold, drop",
            "exchangePattern", "InOnly, InOut");

    /** Each of these is tested below, or takes any text. */
    private static final Set<String> TEXTS = Set.of(
            "messageType",
            "peerId",
            "messageTypes",
            "peers",
            "replyType",
            "filter",
            "usage",
            "envelopeId",
            "description",
            "rune");

    private static List<EndpointOptionModel> options() throws Exception {
        try (var context = new DefaultCamelContext()) {
            ComponentModel model =
                    JsonMapper.generateComponentModel(context.getComponentParameterJsonSchema("lightning"));
            return model.getEndpointParameterOptions();
        }
    }

    private static Stream<String> of(String type) throws Exception {
        return options().stream()
                .filter(option -> option.getType().equals(type))
                .map(EndpointOptionModel::getName);
    }

    static Stream<String> booleans() throws Exception {
        return of("boolean");
    }

    static Stream<String> durations() throws Exception {
        return of("duration");
    }

    static Stream<String> integers() throws Exception {
        return of("integer");
    }

    static Stream<String> enums() throws Exception {
        return of("enum");
    }

    static Stream<EndpointOptionModel> beans() throws Exception {
        return options().stream().filter(option -> option.getType().equals("object"));
    }

    private String failureOf(String option, String value) {
        return failureOfFrom("custommsg?" + option + "=" + value);
    }

    @ParameterizedTest
    @MethodSource("booleans")
    void whatIsNeitherTrueNorFalse(String option) {
        assertThat(failureOf(option, "maybe")).isEqualTo("Option " + option + " is 'maybe': it must be true or false");
    }

    @ParameterizedTest
    @MethodSource("durations")
    void whatIsNoDuration(String option) {
        assertThat(failureOf(option, "soon"))
                .isEqualTo("Option " + option + " is 'soon': it must be a duration, like 30s, or 500 for milliseconds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"30S", "1w", "abc", "64k", "1.5h", "s", "PT"})
    void whatCamelWouldTakeForZero(String value) {
        assertThat(failureOf("unhealthyAfter", value))
                .startsWith("Option unhealthyAfter is '" + value + "': it must be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"64k", "1_000", "1h", "0x10"})
    void aNumberHasDigitsOnly(String value) {
        assertThat(failureOf("maxInFlight", value))
                .isEqualTo("Option maxInFlight is '" + value + "': it must be a whole number, at most 2147483647");
    }

    @ParameterizedTest
    @MethodSource("integers")
    void whatIsNoNumber(String option) {
        assertThat(failureOf(option, "many")).startsWith("Option " + option + " is 'many': it must be a whole number");
        assertThat(failureOf(option, "99999999999999999999"))
                .startsWith("Option " + option + " is '99999999999999999999': it must be a whole number");
    }

    @Test
    void aNumberThatWouldBeCutIsTooLarge() {
        assertThat(failureOf("maxInFlight", "4294967297"))
                .isEqualTo("Option maxInFlight is '4294967297': it must be a whole number, at most 2147483647");
    }

    @ParameterizedTest
    @MethodSource("enums")
    void whatIsNoneOfTheChoices(String option) {
        assertThat(failureOf(option, "whatever"))
                .startsWith("Option " + option + " is 'whatever': it must be one of " + ENUMS.get(option));
    }

    @ParameterizedTest
    @MethodSource("beans")
    void aBeanThatIsMissing(EndpointOptionModel option) {
        String type = simpleName(option);

        assertThat(failureOf(option.getName(), "#nobody"))
                .startsWith("Option " + option.getName() + " is '#nobody': there is no bean nobody; ")
                .contains(type);
        assertThat(failureOf(option.getName(), "#bean:nobody"))
                .startsWith("Option " + option.getName() + " is '#bean:nobody': there is no bean nobody; ");
        assertThat(failureOf(option.getName(), "nobody"))
                .isEqualTo("Option " + option.getName() + " is 'nobody': it must be a bean of type " + type + ", like "
                        + option.getName() + "=#nobody");
    }

    @ParameterizedTest
    @MethodSource("beans")
    void aBeanOfAnotherType(EndpointOptionModel option) {
        context.getRegistry().bind("another", new Object());

        assertThat(failureOf(option.getName(), "#another"))
                .isEqualTo("Option " + option.getName()
                        + " is '#another': that bean is a java.lang.Object, and it must be of type "
                        + simpleName(option));
    }

    private static String simpleName(EndpointOptionModel option) {
        return option.getJavaType().substring(option.getJavaType().lastIndexOf('.') + 1);
    }

    @Test
    void amongSeveralBeansItListsThoseThatFit() {
        context.getRegistry().bind("bob", new TestNode(2));

        assertThat(failureOf("node", "#carol"))
                .isEqualTo(
                        "Option node is '#carol': there is no bean carol; those of type LightningNode are alice, bob");
        assertThat(failureOf("executorService", "#threads"))
                .isEqualTo("Option executorService is '#threads': there is no bean threads; bind one of type "
                        + ExecutorService.class.getSimpleName() + " by that name");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "messageType  | sendcustommsg?messageType=x    | Option messageType: Invalid message type 'x'",
                "peerId       | sendcustommsg?peerId=x         | Option peerId: Invalid node id 'x'",
                "peerId       | commando/getinfo?peerId=x      | Option peerId: Invalid node id 'x'",
                "peerId       | sendcustommsg?autoConnect=true&peerId=x@y | Option peerId: Invalid",
                "filter       | rpc/getinfo?filter=x           | Option filter: 'x': Not JSON",
                "filter       | commando/getinfo?filter=[1]    | Option filter: '[1]': it must be a JSON object",
                "envelopeId   | sendcustommsg?delivery=acknowledged&messageType=40001&envelopeId=${header.id"
                        + " | Option envelopeId is '${header.id': it must be an expression of the simple language",
            })
    void aTextOfToThatBreaksItsRule(String option, String uri, String message) {
        assertThat(failureOfTo(uri)).startsWith(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "messageTypes | custommsg?messageTypes=x       | Option messageTypes: Invalid message type 'x'",
                "peers        | custommsg?peers=x              | Option peers: Invalid node id 'x'",
                "replyType    | custommsg?replyType=x          | Option replyType: Invalid message type 'x'",
                "messageType  | jsonrpc/m?messageType=x        | Option messageType: Invalid message type 'x'",
                "usage        | jsonrpc/m?messageType=40001&usage=a a | Option usage: Invalid usage 'a a'",
            })
    void aTextOfFromThatBreaksItsRule(String option, String uri, String message) {
        assertThat(failureOfFrom(uri)).startsWith(message);
    }

    @ParameterizedTest
    @CsvSource({
        "sendcustommsg?sendTimeout=0, sendTimeout is 0",
        "sendcustommsg?delivery=acknowledged&deliveryTimeout=0, deliveryTimeout is 0",
        "sendcustommsg?delivery=acknowledged&timeToLive=-1, timeToLive is -1",
        "rpc/getinfo?requestTimeout=0, requestTimeout is 0",
        "rpc/getinfo?maxResponseSize=0, maxResponseSize is 0",
    })
    void aNumberOfToThatIsTooSmall(String uri, String message) {
        assertThat(failureOfTo(uri)).startsWith("Option " + message + ": it must be at least ");
    }

    @ParameterizedTest
    @CsvSource({
        "custommsg?maxHold=0, maxHold is 0",
        "custommsg?maxInFlight=0, maxInFlight is 0",
        "custommsg?maxInFlightPerPeer=0, maxInFlightPerPeer is 0",
        "rpc/order?concurrentConsumers=0, concurrentConsumers is 0",
        "hook/htlc_accepted?hookTimeout=0, hookTimeout is 0",
        "custommsg?delivery=acknowledged&maxEnvelopeSize=0, maxEnvelopeSize is 0",
    })
    void aNumberOfFromThatIsTooSmall(String uri, String message) {
        assertThat(failureOfFrom(uri)).startsWith("Option " + message + ": it must be at least 1");
    }

    @Test
    void noOptionIsForgotten() throws Exception {
        assertThat(of("string")).containsExactlyInAnyOrderElementsOf(TEXTS);
        assertThat(durations()).containsExactlyInAnyOrderElementsOf(OptionValues.DURATIONS);
        assertThat(enums()).containsExactlyInAnyOrderElementsOf(ENUMS.keySet());
        var kinds = new TreeSet<String>();
        options().forEach(option -> kinds.add(option.getType()));
        assertThat(kinds).containsExactly("boolean", "duration", "enum", "integer", "object", "string");
    }

    @Test
    void everyOptionIsForSomeOperationsOrForAll() throws Exception {
        var all = new TreeSet<>(OptionUse.options());
        all.addAll(Set.of(
                "node",
                "startupMode",
                "executorService",
                "bridgeErrorHandler",
                "exceptionHandler",
                "exchangePattern",
                "lazyStartProducer"));

        assertThat(options()).extracting(EndpointOptionModel::getName).containsExactlyInAnyOrderElementsOf(all);
    }
}
