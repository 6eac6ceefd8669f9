// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.peer.PeerNode;
import io.github.camellightning.testkit.lightningd.LightningdExtension;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code master:} before a consumer of acknowledged messages: two JVMs with one node between them, of which the one that has the route is killed without a word. */
class LeaderKilledIT {

    private static final int MESSAGES = 600;
    private static final int IN_FLIGHT = 16;
    private static final int SENDER_KEY = 44;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    @TempDir
    Path folder;

    private final Map<String, Process> members = new LinkedHashMap<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (Process member : members.values()) {
            member.destroyForcibly().waitFor();
        }
    }

    @Test
    void twoThatShareAKey() throws Exception {
        int port = freePort();
        var sender = new PeerNode();
        sender.setPrivateKey(PeerNodes.key(SENDER_KEY));
        sender.setPeers(NodeKeys.id(ClusterMember.KEY) + "@127.0.0.1:" + port);
        sender.getLimits().setRedialMinMillis(100);
        sender.getLimits().setRedialMaxMillis(500);

        theOtherTakesOver(sender, NodeKeys.id(ClusterMember.KEY), "peer", port);
    }

    @Test
    void twoThatShareALightningd() throws Exception {
        SimulatedLightningd alice = lightning.start("alice");
        SimulatedLightningd bob = lightning.start("bob");
        alice.connectTo(bob);

        theOtherTakesOver(DaemonTestSupport.node(alice), bob.nodeId(), "lightningd", bob.rpcFile());
        assertThat(bob.crashes()).isEmpty();
    }

    private void theOtherTakesOver(LightningNode sender, NodeId receiver, String kind, Object where) throws Exception {
        members.put("one", ClusterMember.start("one", folder, kind, where));
        members.put("two", ClusterMember.start("two", folder, kind, where));
        try (var camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("sender", sender);
            camel.start();
            var template = camel.createProducerTemplate();
            var sending = new Sending(template, "lightning:sendcustommsg?delivery=acknowledged&peerId=" + receiver);
            sending.begin();
            await().atMost(PATIENCE).until(() -> sending.acknowledged.size() >= MESSAGES / 3);

            String leader = leader();
            members.get(leader).destroyForcibly().waitFor();
            Set<Integer> before = Set.copyOf(sending.acknowledged);

            sending.done.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            String standby = leader.equals("one") ? "two" : "one";
            assertThat(folder.resolve("inbox").toFile().list()).containsExactlyInAnyOrderElementsOf(names());
            List<String> takenOver = journal(standby);
            assertThat(takenOver).doesNotHaveDuplicates().isNotEmpty();
            assertThat(takenOver)
                    .doesNotContainAnyElementsOf(
                            before.stream().map(String::valueOf).toList());

            // what the dead one handled is acknowledged to whoever sends it again, and not handled again
            int known = before.iterator().next();
            sending.send(known).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(journal(standby)).isEqualTo(takenOver);
        }
    }

    private static List<String> names() {
        return IntStream.range(0, MESSAGES).mapToObj(String::valueOf).toList();
    }

    /** Only one of them has handled anything. */
    private String leader() throws IOException {
        List<String> handling = members.keySet().stream()
                .filter(name -> Files.exists(folder.resolve(name + ".journal")))
                .collect(Collectors.toList());
        assertThat(handling).hasSize(1);
        return handling.get(0);
    }

    private List<String> journal(String member) throws IOException {
        return Files.readAllLines(folder.resolve(member + ".journal"));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Sends each number once, so many at a time; each that fails fails all. */
    private static final class Sending {

        final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
        final CompletableFuture<Void> done = new CompletableFuture<>();
        private final ProducerTemplate template;
        private final String uri;
        private final AtomicInteger next = new AtomicInteger();

        Sending(ProducerTemplate template, String uri) {
            this.template = template;
            this.uri = uri;
        }

        void begin() {
            for (int i = 0; i < IN_FLIGHT; i++) {
                goOn();
            }
        }

        private void goOn() {
            int number = next.getAndIncrement();
            if (number < MESSAGES) {
                send(number).whenComplete((exchange, failure) -> sent(number, exchange, failure));
            }
        }

        private void sent(int number, Exchange exchange, Throwable failure) {
            Throwable why = failure == null ? exchange.getException() : failure;
            if (why != null) {
                done.completeExceptionally(why);
                return;
            }
            acknowledged.add(number);
            if (acknowledged.size() == MESSAGES) {
                done.complete(null);
            }
            goOn();
        }

        CompletableFuture<Exchange> send(int number) {
            return template.asyncSend(uri, exchange -> {
                exchange.getMessage().setBody(String.valueOf(number));
                exchange.getMessage().setHeader(LightningConstants.ENVELOPE_ID, "order " + number);
            });
        }
    }
}
