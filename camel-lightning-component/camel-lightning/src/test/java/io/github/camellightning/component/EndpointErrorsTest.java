// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a URI is said at start, by name, value and rule. */
class EndpointErrorsTest extends StartFailureSupport {

    @Test
    void anUnknownOperationIsAnsweredWithThoseThereAre() {
        assertThat(failureOfTo("keysend"))
                .isEqualTo("Unknown operation 'keysend': lightning has sendcustommsg, custommsg, commando,"
                        + " jsonrpc, lsps0, rpc, notification, hook");
    }

    @Test
    void fromTheOperationThatSendsNamesTheOneThatReceives() {
        assertThat(failureOfFrom("sendcustommsg"))
                .isEqualTo("lightning:sendcustommsg is for to(...); from(...) wants lightning:custommsg");
    }

    @Test
    void toTheOperationThatReceivesNamesTheOneThatSends() {
        assertThat(failureOfTo("custommsg"))
                .isEqualTo("lightning:custommsg is for from(...); to(...) wants lightning:sendcustommsg");
    }

    @Test
    void anUnknownOptionIsRefused() {
        assertThat(catchThrowable(() -> start(
                        in -> in.from("lightning:custommsg?replytipe=37913").to("mock:in"))))
                .rootCause()
                .hasMessageContainingAll("Unknown parameters", "replytipe");
    }

    @Test
    void aNameThatTheOperationDoesNotTakeIsRefused() {
        assertThat(failureOfTo("sendcustommsg/listpeers"))
                .isEqualTo("lightning:sendcustommsg takes no name, 'listpeers' is one");
    }

    @Test
    void withoutANodeItSaysWhatToSet() {
        context.getRegistry().unbind("alice");

        assertThat(failureOfFrom("custommsg"))
                .isEqualTo(
                        "No Lightning node: bind a bean of type LightningNode, a PeerNode for one, or set the option node of"
                                + " the endpoint or of the component lightning, or the component's lightningDir");
    }

    @Test
    void withSeveralNodesItListsThemAndSaysWhatToSet() {
        context.getRegistry().bind("bob", new TestNode(2));

        assertThat(failureOfTo("sendcustommsg"))
                .isEqualTo(
                        "Several Lightning nodes, alice, bob: say which with the option node of the endpoint or of the"
                                + " component lightning, like node=#alice");
    }

    @Test
    void aHookIsNotCalled() {
        assertThat(failureOfTo("hook/htlc_accepted"))
                .isEqualTo("lightning:hook is for from(...); to(...) wants lightning:notification/<topic> or"
                        + " lightning:rpc/<method>");
    }

    @ParameterizedTest
    @CsvSource({"rpc", "commando", "notification", "hook"})
    void anOperationWithoutItsNameSaysWhatItWants(String operation) {
        assertThat(failureOfFrom(operation))
                .startsWith("lightning:" + operation + " wants a")
                .contains("like " + operation + "/");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "messageTypes=abc     | Option messageTypes: Invalid message type 'abc'",
                "messageTypes=5-3     | Option messageTypes: Invalid range of message types '5-3'",
                "messageTypes=65536   | Option messageTypes: Invalid message type '65536'",
                "messageTypes=40000   | Option messageTypes is '40000': these types are even, and only acceptEven=true",
                "peers=alice          | Option peers: Invalid node id 'alice'",
                "peers=               | Option peers: Invalid node id ''",
                "replyType=18         | Option replyType: Message type 18 is reserved",
                "replyType=0x4c4f     | Option replyType: Message type 19535 belongs to commando",
                "replyType=x          | Option replyType: Invalid message type 'x'",
                "maxHold=0            | Option maxHold is 0: it must be at least 1",
                "maxInFlight=0        | Option maxInFlight is 0: it must be at least 1",
                "maxInFlightPerPeer=0 | Option maxInFlightPerPeer is 0: it must be at least 1",
                "concurrentConsumers=0| Option concurrentConsumers is 0: it must be at least 1",
                "sendTimeout=0        | Option sendTimeout is 0: it must be at least 1",
                "messageType=37913    | Option messageType is '37913': lightning:custommsg has no such option; the types to"
                        + " receive are messageTypes",
            })
    void anOptionOfCustommsgThatBreaksARuleIsNamedWithItsValueAndTheRule(String option, String message) {
        assertThat(failureOfFrom("custommsg?" + option)).startsWith(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "peerId=alice       | Option peerId: Invalid node id 'alice': a node id has 66 hex digits, this has 5",
                "messageType=abc    | Option messageType: Invalid message type 'abc'",
                "messageType=1023   | Option messageType: Message type 1023 is reserved",
                "messageType=0x594b | Option messageType: Message type 22859 belongs to commando",
                "messageTypes=37913 | Option messageTypes is '37913': lightning:sendcustommsg has no such option; the type to"
                        + " send is messageType",
            })
    void anOptionOfSendcustommsgThatBreaksARuleIsNamedWithItsValueAndTheRule(String option, String message) {
        assertThat(failureOfTo("sendcustommsg?" + option)).startsWith(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sendcustommsg?outputType=Map | Option outputType is 'Map': lightning:sendcustommsg has no such option; it is"
                        + " for to(\"lightning:commando\"), to(\"lightning:jsonrpc\"), to(\"lightning:lsps0\"),"
                        + " to(\"lightning:rpc\"), from(\"lightning:commando\"), from(\"lightning:jsonrpc\"),"
                        + " from(\"lightning:lsps0\"), from(\"lightning:rpc\"), from(\"lightning:notification\"), from(\"lightning:hook\")",
                "sendcustommsg?rune=abc | Option rune is 'xxxxxx': lightning:sendcustommsg has no such option; it is for"
                        + " to(\"lightning:commando\")",
                "commando/getinfo?ordered=true | Option ordered is 'true': lightning:commando in to(...) has no such option;"
                        + " it is for to(\"lightning:sendcustommsg\"), from(\"lightning:custommsg\")",
                "commando/getinfo?peers=x | Option peers is 'x': lightning:commando in to(...) has no such option; the"
                        + " peer to send to is peerId",
                "rpc/getinfo?peerId=x | Option peerId is 'x': lightning:rpc in to(...) has no such option; it is for"
                        + " to(\"lightning:sendcustommsg\"), to(\"lightning:commando\"), to(\"lightning:jsonrpc\"),"
                        + " to(\"lightning:lsps0\")",
                "rpc/getinfo?usage=x | Option usage is 'x': lightning:rpc in to(...) has no such option; it is for"
                        + " from(\"lightning:commando\"), from(\"lightning:jsonrpc\"), from(\"lightning:lsps0\"), from(\"lightning:rpc\")",
                "lsps0/lsps1.get_info?messageType=37913 | Option messageType is '37913': lightning:lsps0 in to(...) has no such"
                        + " option; it is for to(\"lightning:sendcustommsg\"), to(\"lightning:jsonrpc\"),"
                        + " from(\"lightning:jsonrpc\")",
                "jsonrpc/x?messageType=40001&peers=x | Option peers is 'x': lightning:jsonrpc in to(...) has no such option;"
                        + " the peer to send to is peerId",
                "jsonrpc/x?messageType=40001&filter={} | Option filter is '{}': lightning:jsonrpc in to(...) has no such"
                        + " option; it is for to(\"lightning:commando\"), to(\"lightning:rpc\")",
                "notification/topic?deliveryTimeout=1s | Option deliveryTimeout is '1s': lightning:notification in to(...) has no"
                        + " such option; it is for to(\"lightning:sendcustommsg\")",
            })
    void anOptionThatWouldDoNothingInToIsRefusedSayingWhatItIsFor(String uri, String message) {
        assertThat(failureOfTo(uri)).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rpc/x?replyType=37913 | Option replyType is '37913': lightning:rpc in from(...) has no such option; it is for"
                        + " from(\"lightning:custommsg\")",
                "rpc/x?requestTimeout=5s | Option requestTimeout is '5s': lightning:rpc in from(...) has no such option; it is"
                        + " for to(\"lightning:commando\"), to(\"lightning:jsonrpc\"), to(\"lightning:lsps0\"),"
                        + " to(\"lightning:rpc\")",
                "notification/x?concurrentConsumers=2 | Option concurrentConsumers is '2': lightning:notification in from(...)"
                        + " has no such option; it is for from(\"lightning:custommsg\"), from(\"lightning:commando\"),"
                        + " from(\"lightning:jsonrpc\"), from(\"lightning:lsps0\"), from(\"lightning:rpc\"), from(\"lightning:hook\")",
                "hook/x?messageTypes=40001 | Option messageTypes is '40001': lightning:hook has no such option; it is for"
                        + " from(\"lightning:custommsg\")",
                "custommsg?hookTimeout=5s | Option hookTimeout is '5s': lightning:custommsg has no such option; it is for"
                        + " from(\"lightning:hook\")",
            })
    void anOptionThatWouldDoNothingInFromIsRefusedSayingWhatItIsFor(String uri, String message) {
        assertThat(failureOfFrom(uri)).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jsonrpc/x                              | Option messageType is missing: lightning:jsonrpc wants the type of its"
                        + " messages, like messageType=0x8001",
                "jsonrpc/x?messageType=18               | Option messageType: Message type 18 is reserved",
                "jsonrpc?messageType=40001              | lightning:jsonrpc wants a method of a peer's, like jsonrpc/orders.status",
                "lsps0                                  | lightning:lsps0 wants a method of bLIP-50, like lsps0/lsps1.get_info",
                "jsonrpc/a b?messageType=40001          | Option name: Invalid method a b",
            })
    void aProtocolThatBreaksARuleIsNamedWithTheRuleInBothDirections(String uri, String message) {
        assertThat(failureOfTo(uri)).startsWith(message);
        assertThat(failureOfFrom(uri)).startsWith(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jsonrpc/rpc.discover?messageType=40001 | Option name: Invalid method rpc.discover: JSON-RPC 2.0 keeps names",
                "jsonrpc/x?messageType=40001&usage=a a  | Option usage: Invalid usage 'a a': it names a twice",
                "jsonrpc/x?messageType=40001&peers=a    | Option peers: Invalid node id 'a'",
                "jsonrpc/x?messageType=40001&replyType=3| Option replyType is '3': lightning:jsonrpc in from(...) has no such"
                        + " option; it is for from(\"lightning:custommsg\")",
                "lsps0/x?autoConnect=true               | Option autoConnect is 'true': lightning:lsps0 in from(...) has no such",
            })
    void aServedMethodThatBreaksARuleIsNamedWithTheRule(String uri, String message) {
        assertThat(failureOfFrom(uri)).startsWith(message);
    }

    @Test
    void anAddressWithoutAutoConnectIsQuoted() {
        String address = PEER + "@203.0.113.1:9735";

        assertThat(failureOfTo("sendcustommsg?peerId=" + address))
                .isEqualTo("Option peerId is '" + address + "': an address is of use only with autoConnect=true");
    }

    @Test
    void peersAndPeerIdAreNotMixedUp() {
        assertThat(failureOfFrom("custommsg?peerId=" + PEER)).contains("the peers to receive from are peers");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sendcustommsg?deliveryTimeout=5s | Option deliveryTimeout is '5s'",
                "sendcustommsg?envelopeId=7 | Option envelopeId is '7'",
                "sendcustommsg?ordered=true | Option ordered is 'true'",
                "sendcustommsg?timeToLive=5m | Option timeToLive is '5m'",
            })
    void whatIsOfEnvelopesDoesNothingInToWithoutThem(String uri, String message) {
        assertThat(failureOfTo(uri)).isEqualTo(message + ": it does something only with delivery=acknowledged");
    }

    @Test
    void whatIsOfEnvelopesDoesNothingInFromWithoutThem() {
        context.getRegistry().bind("handled", MemoryIdempotentRepository.memoryIdempotentRepository(1));

        assertThat(failureOfFrom("custommsg?idempotentRepository=#handled"))
                .isEqualTo("Option idempotentRepository is '#handled': it does something only with"
                        + " delivery=acknowledged");
        assertThat(failureOfFrom("custommsg?maxEnvelopeSize=5"))
                .startsWith("Option maxEnvelopeSize is '5': it does something only with");
    }

    @Test
    void whatIsOfPlainMessagesDoesNothingForEnvelopes() {
        assertThat(failureOfTo("sendcustommsg?delivery=acknowledged&sendTimeout=5s"))
                .isEqualTo("Option sendTimeout is '5s': it does something only with delivery=plain");
        assertThat(failureOfFrom("custommsg?delivery=acknowledged&maxHold=5s"))
                .isEqualTo("Option maxHold is '5s': it does something only with delivery=plain");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "acceptEven=true   | Option acceptEven=true is for delivery=plain",
                "replyType=37913   | Option replyType=37913 is for delivery=plain",
                "releaseOn=receipt | Option releaseOn=receipt is for delivery=plain",
                "whenFull=drop     | Option whenFull=drop is for delivery=plain",
                "messageTypes=40001,40003 | Option messageTypes is '40001,40003': with delivery=acknowledged it is the one",
                "messageTypes=65535 | Option messageTypes: Invalid type 65535 for acknowledged delivery: it is odd and within 32769"
                        + " to 65533, for its answers have the next odd one",
            })
    void whatEnvelopesCannotHaveIsRefused(String option, String message) {
        assertThat(failureOfFrom("custommsg?delivery=acknowledged&" + option)).startsWith(message);
    }

    @Test
    void anOptionThatIsSetOnTheEndpointItselfIsRefusedWhereItDoesNothing() {
        assertThat(failureOf(in -> {
                    var endpoint = context.getEndpoint("lightning:sendcustommsg", LightningEndpoint.class);
                    endpoint.getReceive().setReleaseOn(ReleaseOn.RECEIPT);
                    in.from("direct:out").to(endpoint);
                }))
                .isEqualTo("Option releaseOn is 'RECEIPT': lightning:sendcustommsg has no such option; it is for"
                        + " from(\"lightning:custommsg\")");
        assertThat(failureOf(in -> {
                    var endpoint = context.getEndpoint("lightning:custommsg", LightningEndpoint.class);
                    endpoint.getCall().setRune("not to be shown");
                    in.from(endpoint).to("mock:in");
                }))
                .startsWith("Option rune is 'xxxxxx': lightning:custommsg has no such option");
    }

    @Test
    void anOptionThatIsSetOnTheEndpointItselfIsRefusedWhereItBreaksItsRule() {
        assertThat(failureOf(in -> {
                    var endpoint = context.getEndpoint("lightning:custommsg", LightningEndpoint.class);
                    endpoint.getReceive().setMaxInFlight(0);
                    in.from(endpoint).to("mock:in");
                }))
                .isEqualTo("Option maxInFlight is 0: it must be at least 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rpc/getinfo", "notification/order_shipped"})
    void inToANodeWithoutADaemonIsRefusedForWhatWantsOne(String uri) {
        assertThat(failureOfTo(uri))
                .isEqualTo("lightning:" + uri + " wants a node with a daemon, a CoreLightningNode, and the node is a"
                        + " TestNode: name another with the option node");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rpc/order", "notification/invoice_payment", "hook/htlc_accepted"})
    void inFromANodeWithoutADaemonIsRefusedForWhatWantsOne(String uri) {
        assertThat(failureOfFrom(uri))
                .isEqualTo("lightning:" + uri + " wants a node with a daemon, a CoreLightningNode, and the node is a"
                        + " TestNode: name another with the option node");
    }

    @Test
    void aNodeThatServesNoCommandoIsRefusedNamingWhatWould() {
        assertThat(failureOfFrom("commando/order"))
                .startsWith(
                        "lightning:commando/order in from(...) wants a node that answers commando itself, a PeerNode,"
                                + " and the node is a TestNode");
    }

    @Test
    void theComponentKnowsItsNetworks() {
        context.getRegistry().unbind("alice");
        var component = context.getComponent("lightning", LightningComponent.class);
        component.setLightningDir("/none");
        component.setNetwork("mainnet");

        assertThat(failureOfTo("rpc/getinfo"))
                .isEqualTo(
                        "Option network is 'mainnet': it must be one of bitcoin, testnet, testnet4, signet, regtest");
    }

    @Test
    void theComponentRefusesAPoolWithoutThreads() {
        var component = new LightningComponent();
        component.setWorkerPoolSize(0);

        context.addComponent("lightning", component);

        assertThat(catchThrowable(context::start))
                .hasStackTraceContaining("Option workerPoolSize is 0: it must be at least 1");
    }
}
