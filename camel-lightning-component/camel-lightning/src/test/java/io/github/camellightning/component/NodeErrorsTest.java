// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.DaemonNode;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeState;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.node.peer.PeerNode;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A route whose node cannot do what it asks for does not start, and says which option or node would. */
class NodeErrorsTest extends StartFailureSupport {

    private static final String UNSAFE_COMMANDO =
            "lightningd's own commando command is refused: a peer that answers it with an array brings the node down. With the"
                    + " option plugin=true commando works without that command; commandoFallback=true takes the risk";

    private static final String NO_RUNE =
            "Option rune: Invalid rune: it must be printable ASCII without spaces, quotes and backslashes";

    private CoreLightningNode bindWithoutPlugin() {
        var node = new CoreLightningNode();
        node.setPlugin(false);
        context.getRegistry().bind("caller", node);
        return node;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "custommsg                        | messages",
                "custommsg?delivery=acknowledged  | messages",
                "rpc/order                        | commands of its own",
                "notification/invoice_payment     | notifications",
                "hook/htlc_accepted               | hooks",
            })
    void withoutAPluginNothingIsReceived(String uri, String what) {
        bindWithoutPlugin();

        assertThat(failureOfFrom(uri + (uri.contains("?") ? "&" : "?") + "node=#caller"))
                .isEqualTo(
                        "Invalid option plugin=false: only a plugin of lightningd has " + what + "; set plugin=true");
    }

    @Test
    void withoutAPluginNoTopicIsAnnounced() {
        bindWithoutPlugin();

        assertThat(failureOfTo("notification/order_shipped?node=#caller"))
                .isEqualTo(
                        "Invalid option plugin=false: only a plugin of lightningd has topics of its own; set plugin=true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"commando/getinfo", "rpc/commando"})
    void withoutAPluginCommandoIsRefusedBeforeTheFirstCall(String uri) {
        bindWithoutPlugin();

        assertThat(failureOfTo(uri + "?node=#caller")).isEqualTo(UNSAFE_COMMANDO);
    }

    @Test
    void whoTakesTheRiskMayCallTheDaemonsOwnCommando() {
        CoreLightningNode node = bindWithoutPlugin();
        node.setCommandoFallback(true);
        node.setRpcFile("/nonexistent/lightning-rpc");

        assertThat(failureOfTo("commando/getinfo?node=#caller"))
                .contains("There is no socket /nonexistent/lightning-rpc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rpc/getinfo", "notification/order_shipped"})
    void aPeerNodeHasNoDaemonToCall(String uri) {
        context.getRegistry().bind("peer", new PeerNode());

        assertThat(failureOfTo(uri + "?node=#peer"))
                .isEqualTo("lightning:" + uri + " wants a node with a daemon, a CoreLightningNode, and the node is a"
                        + " PeerNode: name another with the option node");
    }

    @Test
    void whatNoCallCanCarryAsItsRuneIsRefusedAtStartAndNotQuoted() {
        assertThat(failureOfTo("commando/getinfo?rune=RAW(not to be shown)")).isEqualTo(NO_RUNE);
    }

    @Test
    void theComponentsRuneIsCheckedAtStartToo() {
        context.getComponent("lightning", LightningComponent.class).setRune("not to be shown\n");

        assertThat(failureOfTo("commando/getinfo")).isEqualTo(NO_RUNE);
    }

    @Test
    void aTopicThatTheNodeRefusesLaterFailsEachExchangeWithItsReason() throws Exception {
        var later = new CompletableFuture<Void>();
        context.getRegistry().bind("teller", withTopics(whoseAnswerIs(later)));
        alice.start();
        alice.state(NodeState.Status.DOWN, "lightningd went away");
        start(in ->
                in.from("direct:tell").to("lightning:notification/order_shipped?node=#teller&startupMode=reconnect"));

        later.completeExceptionally(new LightningException("another plugin has it"));

        assertThatThrownBy(() -> template.requestBody("direct:tell", "{}"))
                .cause()
                .isInstanceOf(LightningException.class)
                .hasMessage("The node refuses the topic order_shipped: another plugin has it");
    }

    @Test
    void aNodeThatDoesNotComeUpIsNotWaitedForForEver() {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try {
            alice.hangStart();
            var lease = new NodeLease(alice, timer, Duration.ofMillis(1));
            lease.startupMode(StartupMode.FAIL);

            assertThatThrownBy(lease::start)
                    .isInstanceOf(LightningException.class)
                    .hasMessage("The Lightning node did not start within 0 s");
        } finally {
            timer.shutdownNow();
        }
    }

    @Test
    void aNodeThatDoesNotAnswerWhatARouteAsksForIsNotWaitedForForEver() {
        alice.start();
        var unanswered = new CompletableFuture<Void>();
        var asked = new Asked(alice, whoseAnswerIs(unanswered));

        assertThatThrownBy(() -> asked.await(Duration.ofMillis(1)))
                .isInstanceOf(LightningException.class)
                .hasMessage("The node did not take what the route asks for within 0 s");
    }

    private static Registration whoseAnswerIs(CompletionStage<Void> answer) {
        return new Registration() {
            @Override
            public void close() {
                // nothing was registered
            }

            @Override
            public CompletionStage<Void> inForce() {
                return answer;
            }
        };
    }

    /** Alice, with a daemon that is asked for topics and nothing else. */
    private DaemonNode withTopics(Registration announced) {
        return (DaemonNode) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DaemonNode.class},
                (proxy, method, arguments) ->
                        method.getName().equals("announce") ? announced : method.invoke(alice, arguments));
    }
}
