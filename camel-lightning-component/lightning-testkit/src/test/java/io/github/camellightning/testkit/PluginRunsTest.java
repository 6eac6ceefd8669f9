// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.HookSpec;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.MethodSpec;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.TypeRanges;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.testkit.lightningd.NodeSettings;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What one run of a plugin, its end or its refusal does to the others, and to what is under way. */
class PluginRunsTest extends PluginTestSupport {

    private static final MethodSpec LATE = new MethodSpec("late", "", "Comes later");

    /** The relays of this process's daemons, for each is a child of it. */
    private static List<ProcessHandle> relays() {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> process.info()
                        .arguments()
                        .map(arguments -> String.join(" ", arguments).contains("camel-lightning"))
                        .orElse(false))
                .toList();
    }

    private static boolean isRelayJoined() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("lightning-relay"));
    }

    private List<String> pluginNames() throws Exception {
        return run("plugin", "{\"subcommand\":\"list\"}").path("plugins").findValuesAsText("name");
    }

    private SimulatedLightningd bobSendsWhatIsHeld(Collector atAlice) {
        SimulatedLightningd bob = lightning.start("bob");
        bob.connectTo(daemon);
        bob.send(daemon, 40_001, new byte[] {1});
        atAlice.await(1);
        return bob;
    }

    @Test
    void whatLightningdRefusesOfALateListenerEndsNothingElse() throws Exception {
        Collector atAlice = Collector.holding();
        alice.onMessage(MessageFilter.all(), atAlice);
        get(alice.start());
        SimulatedLightningd bob = bobSendsWhatIsHeld(atAlice);

        Registration refused = alice.onHook(
                new HookSpec("no_such_hook", Duration.ofSeconds(1), true),
                payload -> CompletableFuture.completedFuture(Json.emptyObject()));

        assertThat(failure(LightningException.class, refused.inForce())).isNotNull();
        assertThat(alice.state().isUp()).isTrue();
        assertThat(plugins()).isEqualTo(1);
        bob.send(daemon, 40_003, new byte[] {2});
        get(alice.onMethod(LATE, params -> CompletableFuture.completedFuture(Json.emptyObject()))
                .inForce());
        run("late", "{}");
        assertThat(atAlice.count()).as("the first is held still").isEqualTo(1);
        atAlice.release();
        atAlice.await(2);
        assertThat(alice.state().isUp()).isTrue();
    }

    @Test
    void aMessageIsHeldWhileAnotherListenerComesAndGoes() throws Exception {
        Collector atAlice = Collector.holding();
        alice.onMessage(MessageFilter.all(), atAlice);
        get(alice.start());
        SimulatedLightningd bob = bobSendsWhatIsHeld(atAlice);

        Registration other = alice.onMessage(
                new MessageFilter(TypeRanges.of(40_010), Set.of(), true),
                message -> CompletableFuture.completedFuture(null));
        get(other.inForce());
        assertThat(plugins()).isEqualTo(2);
        other.close();

        bob.send(daemon, 40_003, new byte[] {2});
        assertThat(atAlice.count()).isEqualTo(1);
        atAlice.release();
        atAlice.await(2);
    }

    @Test
    void aPeersNextMessageWaitsForTheOneThatIsHeldFromARunBefore() throws Exception {
        Collector atAlice = Collector.holding();
        alice.onMessage(MessageFilter.all(), atAlice);
        get(alice.start());
        SimulatedLightningd bob = bobSendsWhatIsHeld(atAlice);
        SimulatedLightningd carol = lightning.start("carol");
        carol.connectTo(daemon);

        relays().forEach(ProcessHandle::destroyForcibly);
        await().atMost(PATIENCE).until(() -> !alice.state().isUp());
        await().atMost(PATIENCE).until(() -> alice.state().isUp());
        bob.send(daemon, 40_003, new byte[] {2});
        carol.send(daemon, 40_005, new byte[] {3});
        atAlice.await(2);

        assertThat(atAlice.received())
                .extracting(message -> message.message().type())
                .containsExactly(40_001, 40_005);
        atAlice.release();
        assertThat(atAlice.await(3).get(2).message().type()).isEqualTo(40_003);
    }

    @Test
    void aPluginThatEndsBeforeTheNodeIsUpIsStartedAnew() throws Exception {
        var asked = new AtomicInteger();
        daemon.answer("getinfo", "", params -> {
            // the second question of the second run: its plugin is taken on, and the node is not up yet
            if (asked.incrementAndGet() == 4) {
                relays().forEach(ProcessHandle::destroyForcibly);
                await().atMost(PATIENCE).until(() -> relays().isEmpty() && !isRelayJoined());
            }
            return Json.emptyObject().put("id", daemon.nodeId().hex()).put("version", "v26.06.6");
        });
        var atAlice = new Collector();
        alice.onMessage(MessageFilter.all(), atAlice);
        get(alice.start());
        relays().forEach(ProcessHandle::destroyForcibly);

        await().atMost(PATIENCE).until(() -> asked.get() >= 6 && alice.state().isUp() && plugins() == 1);

        SimulatedLightningd bob = lightning.start("bob");
        bob.connectTo(daemon);
        bob.send(daemon, 40_001, new byte[] {1});
        atAlice.await(1);
    }

    @Test
    void aLateListenerIsInForceAfterTheRunThatItWasToBeAddedToIsOver() throws Exception {
        get(alice.start());
        var once = new AtomicInteger();
        daemon.answer("getinfo", "", params -> {
            if (once.getAndIncrement() == 0) {
                relays().forEach(ProcessHandle::destroyForcibly);
                await().atMost(PATIENCE).until(() -> relays().isEmpty() && !isRelayJoined());
            }
            return Json.emptyObject().put("id", daemon.nodeId().hex()).put("version", "v26.06.6");
        });

        Registration late = alice.onMethod(LATE, params -> CompletableFuture.completedFuture(Json.emptyObject()));

        get(late.inForce());
        run("late", "{}");
    }

    @Test
    void aLateListenerThatADaemonThatHangsDoesNotTakeOnIsTriedAgainAndEndsNothingElse() throws Exception {
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        var logger = (Logger) LoggerFactory.getLogger(CoreLightningNode.class);
        logger.addAppender(lines);
        alice.setRequestTimeoutMillis(1_000);
        get(alice.start());
        List<String> first = pluginNames();
        daemon.hang();
        Registration late = alice.onMethod(LATE, params -> CompletableFuture.completedFuture(Json.emptyObject()));
        await().atMost(PATIENCE).until(() -> List.copyOf(lines.list).stream()
                .anyMatch(line -> line.getFormattedMessage().contains("did not take on what a route asks for")));
        logger.detachAppender(lines);

        daemon.resume();

        get(late.inForce());
        run("late", "{}");
        assertThat(pluginNames()).containsAll(first).hasSize(2);
        assertThat(alice.counts().reconnects()).isZero();
    }

    @Test
    void aLateListenerIsToldThatTheNodeStops() throws Exception {
        get(alice.start());
        daemon.hang();
        Registration late = alice.onMethod(LATE, params -> CompletableFuture.completedFuture(Json.emptyObject()));

        get(alice.stop());

        get(late.inForce());
        daemon.resume();
    }

    @Test
    void whoHasEndedDoesNotComeBackToADaemonThatShutsDown() throws Exception {
        get(alice.start());
        Collector held = Collector.holding();
        CoreLightningNode other = application();
        other.onMessage(MessageFilter.all(), held);
        get(other.start());
        bobSendsWhatIsHeld(held);

        CompletableFuture<Void> ended = CompletableFuture.runAsync(daemon::stop);
        await().atMost(PATIENCE).until(() -> !alice.state().isUp());
        await().atMost(PATIENCE)
                .until(() -> alice.state().isUp() || alice.state().reason().contains("Nobody listens"));

        assertThat(alice.state().isUp()).isFalse();
        assertThat(ended).isNotDone();
        held.release();
        get(ended);
    }

    @Test
    void sendsThatWaitForTheirTurnFailWhenTheNodeStops() throws Exception {
        get(alice.start());
        SimulatedLightningd bob = lightning.start("bob", NodeSettings.defaults().withBytesPerSecond(0));
        daemon.connectTo(bob);
        byte[] payload = new byte[50_000];
        List<CompletableFuture<Void>> sends = IntStream.range(0, 100)
                .mapToObj(i -> alice.send(bob.nodeId(), new CustomMessage(40_001, payload))
                        .toCompletableFuture())
                .toList();

        get(alice.stop());

        assertThat(sends).allMatch(CompletableFuture::isDone);
        assertThatThrownBy(() -> get(sends.get(99))).hasCauseInstanceOf(NotConnectedException.class);
    }

    @Test
    void aMessageThatIsSentAsACommandCountsLikeAllOthers() throws Exception {
        get(alice.start());
        SimulatedLightningd bob = lightning.start("bob", NodeSettings.defaults().withBytesPerSecond(0));
        daemon.connectTo(bob);
        String params = "{\"node_id\":\"" + bob.nodeId().hex() + "\",\"msg\":\"9c41" + "00".repeat(60_000) + "\"}";

        long before = System.nanoTime();
        List<CompletionStage<?>> sends = IntStream.range(0, 40)
                .<CompletionStage<?>>mapToObj(i -> alice.call(MethodCall.of("sendcustommsg", Json.read(params))))
                .toList();

        // 2.4 MB, of which 1 MB goes at once
        for (CompletionStage<?> send : sends) {
            get(send);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofSeconds(1));
    }
}
