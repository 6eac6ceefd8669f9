// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.Json;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MethodSpec;
import io.github.camellightning.node.Registration;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The plugin for what came later ends, is refused or is slow to come: that is its own business, and none of the first one's. */
class LateRelayTest extends PluginTestSupport {

    private final Collector held = Collector.holding();
    private String first;
    private Set<ProcessHandle> firstProcesses;

    @BeforeEach
    void aMessageIsHeldByTheFirst() throws Exception {
        alice.onMessage(MessageFilter.types(40_001), held);
        get(alice.start());
        first = relays().iterator().next();
        firstProcesses = processes();
        SimulatedLightningd bob = lightning.start("bob");
        bob.connectTo(daemon);
        bob.send(daemon, 40_001, new byte[] {1});
        held.await(1);
    }

    @AfterEach
    void nothingIsHeldAnyMore() {
        held.release();
    }

    private Registration serveOrders() {
        return alice.onMethod(
                new MethodSpec("orders", "", "Lists orders"),
                params -> CompletableFuture.completedFuture(Json.emptyObject().put("orders", 7)));
    }

    /** As lightningd lists them: each has a path of its own. */
    private Set<String> relays() throws Exception {
        return Set.copyOf(
                run("plugin", "{\"subcommand\":\"list\"}").path("plugins").findValuesAsText("name"));
    }

    private String late() throws Exception {
        var late = new HashSet<>(relays());
        late.remove(first);
        assertThat(late).hasSize(1);
        return late.iterator().next();
    }

    private static Set<ProcessHandle> processes() {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> process.info()
                        .arguments()
                        .map(arguments -> String.join(" ", arguments).contains("camel-lightning"))
                        .orElse(false))
                .collect(Collectors.toSet());
    }

    private void killLate() {
        processes().stream()
                .filter(process -> !firstProcesses.contains(process))
                .forEach(ProcessHandle::destroyForcibly);
    }

    private boolean isServed() throws Exception {
        return run("orders", "{}").path("orders").asInt() == 7;
    }

    private void assertThatTheFirstRanOn() throws Exception {
        assertThat(relays()).contains(first);
        assertThat(alice.counts().reconnects()).isZero();
        assertThat(alice.state().isUp()).isTrue();
        assertThat(held.count()).isEqualTo(1);
    }

    private void awaitAnotherThan(String gone) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> !late().equals(gone) && isServed());
    }

    @Test
    void oneThatIsKilledComesBackAlone() throws Exception {
        get(serveOrders().inForce());
        String killed = late();

        killLate();

        awaitAnotherThan(killed);
        assertThatTheFirstRanOn();
    }

    @Test
    void oneThatIsStoppedByHandComesBackAlone() throws Exception {
        get(serveOrders().inForce());
        String stopped = late();

        run("plugin", "{\"subcommand\":\"stop\",\"plugin\":\"" + stopped + "\"}");

        awaitAnotherThan(stopped);
        assertThatTheFirstRanOn();
    }

    @Test
    void oneForWhatNobodyWantsAnyMoreDoesNot() throws Exception {
        Registration orders = serveOrders();
        get(orders.inForce());
        orders.close();

        killLate();
        await().atMost(PATIENCE).until(() -> relays().equals(Set.of(first)));

        get(alice.onMethod(
                        new MethodSpec("more", "", "x"),
                        params -> CompletableFuture.completedFuture(Json.emptyObject()))
                .inForce());
        assertThat(run("help", "{}").toString()).contains("\"more").doesNotContain("\"orders");
        assertThatTheFirstRanOn();
    }
}
