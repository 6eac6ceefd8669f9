// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.node.delivery.DeliverySettings;
import io.github.camellightning.node.delivery.EnvelopeId;
import io.github.camellightning.node.delivery.EnvelopeListener;
import io.github.camellightning.node.delivery.EnvelopeReceiver;
import io.github.camellightning.node.delivery.HandledEnvelopes;
import io.github.camellightning.node.delivery.ReceivedEnvelope;
import io.github.camellightning.node.peer.PeerNode;
import io.github.camellightning.testkit.lightningd.LightningdExtension;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The example as its user runs it, but for the JVM around it. */
class QuickstartTest {

    private static final String SOMEBODY = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    @TempDir
    Path temp;

    private Path samples;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @BeforeEach
    void samples() throws IOException {
        samples = Files.createDirectory(temp.resolve("samples"));
    }

    private int run(String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "--samples", samples.toString(), "--work", temp.resolve("work").toString()));
        arguments.addAll(List.of(options));
        return Quickstart.run(new PrintStream(printed, true, StandardCharsets.UTF_8), arguments.toArray(String[]::new));
    }

    private String output() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private List<String> folder(String name) throws IOException {
        Path folder = temp.resolve("work").resolve(name);
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void theSamplesThatShipArriveAndAreAcknowledged() throws Exception {
        samples = Path.of("samples");

        assertThat(run()).as(this::output).isZero();

        assertThat(output())
                .contains("5 files, 5 acknowledged, 5 arrived unchanged", "all is well")
                .contains("takes the note of");
        assertThat(folder("alice/done")).hasSize(5);
        assertThat(folder("alice")).isEmpty();
        assertThat(folder("bob/outbox")).hasSize(5);
    }

    @Test
    void emptyFilesFilesOfTheSameContentAndThoseLargerThanAMessageArrive() throws Exception {
        Files.write(samples.resolve("empty"), new byte[0]);
        Files.writeString(samples.resolve("twin-1"), "the same");
        Files.writeString(samples.resolve("twin-2"), "the same");
        Files.write(samples.resolve("one more"), new byte[65_534]);

        assertThat(run()).as(this::output).isZero();

        assertThat(folder("alice/done")).containsExactly("empty", "large.bin", "one more", "twin-1", "twin-2");
    }

    @Test
    void aFileThatBobRefusesGoesToFailedWithHisReason() throws Exception {
        Files.writeString(samples.resolve("note"), "he does not want it");
        var bob = new PeerNode();
        bob.setListen("127.0.0.1:0");
        var refused = new EnvelopeListener.Outcome.Refused(false, "no notes, please");
        try (var receiver = receiver(bob, envelope -> refused)) {
            bob.start().toCompletableFuture().get(20, TimeUnit.SECONDS);
            receiver.registration().inForce().toCompletableFuture().get(20, TimeUnit.SECONDS);
            String address = bob.nodeId() + "@127.0.0.1:" + bob.listenAddress().getPort();

            assertThat(run("--bob", address)).isEqualTo(1);
        } finally {
            bob.stop().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }

        assertThat(output()).contains("failed/note", "no notes, please").contains("something is missing");
        assertThat(folder("alice/failed")).containsExactly("large.bin", "note");
    }

    private static EnvelopeReceiver receiver(
            LightningNode node, Function<ReceivedEnvelope, EnvelopeListener.Outcome> handling) {
        return new EnvelopeReceiver(node, DeliverySettings.DEFAULT, Set.of(), false, NEVER_BEFORE, envelope -> {
            EnvelopeListener.Outcome outcome = handling.apply(envelope);
            envelope.body().close();
            return CompletableFuture.completedFuture(outcome);
        });
    }

    @Test
    void aPeerThatCannotBeReachedIsAClearError() throws Exception {
        Files.writeString(samples.resolve("note"), "nobody is there");
        int closedPort;
        try (var socket = new ServerSocket(0)) {
            closedPort = socket.getLocalPort();
        }

        assertThat(run("--bob", SOMEBODY + "@127.0.0.1:" + closedPort, "--patience", "2"))
                .isEqualTo(1);

        assertThat(output()).contains("failed/note", "Connection refused", SOMEBODY + "@127.0.0.1:" + closedPort);
        assertThat(folder("alice/failed")).containsExactly("large.bin", "note");
    }

    @Test
    void aPeerWithAnotherKeyThanExpectedIsAClearError() throws Exception {
        Files.writeString(samples.resolve("note"), "somebody else is there");
        var stranger = new PeerNode();
        stranger.setListen("127.0.0.1:0");
        stranger.start().toCompletableFuture().get(20, TimeUnit.SECONDS);
        int port = stranger.listenAddress().getPort();

        assertThat(run("--bob", SOMEBODY + "@127.0.0.1:" + port, "--patience", "2"))
                .isEqualTo(1);

        stranger.stop().toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertThat(output()).contains("failed/note", "its node id is not " + SOMEBODY);
        assertThat(folder("alice/failed")).containsExactly("large.bin", "note");
    }

    @Test
    void aliceCanBeALightningdOfTheUsers() throws Exception {
        Files.writeString(samples.resolve("note"), "from a lightningd");
        SimulatedLightningd alice = lightning.start("alice");
        SimulatedLightningd bob = lightning.start("bob");

        var bobNode = new CoreLightningNode();
        bobNode.setLightningDir(bob.dir().toString());
        bobNode.setNetwork("regtest");
        var arrived = new ConcurrentHashMap<String, Long>();
        try (var receiver = receiver(bobNode, envelope -> {
            arrived.put(envelope.labels().name(), envelope.body().size());
            return new EnvelopeListener.Outcome.Handled();
        })) {
            bobNode.start().toCompletableFuture().get(30, TimeUnit.SECONDS);
            receiver.registration().inForce().toCompletableFuture().get(30, TimeUnit.SECONDS);

            run(
                    "--lightning-dir",
                    alice.dir().toString(),
                    "--network",
                    "regtest",
                    "--bob",
                    bob.address().toString());
        } finally {
            bobNode.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }

        assertThat(arrived).containsEntry("note", 17L).containsEntry("large.bin", 5L << 20);
        assertThat(output()).contains("is peer " + alice.nodeId(), "done/note: Bob has it");
        assertThat(folder("alice/done")).containsExactly("large.bin", "note");
    }

    private static final HandledEnvelopes NEVER_BEFORE = new HandledEnvelopes() {
        @Override
        public CompletionStage<Boolean> contains(NodeId peer, EnvelopeId id) {
            return CompletableFuture.completedFuture(false);
        }

        @Override
        public CompletionStage<Void> add(NodeId peer, EnvelopeId id) {
            return CompletableFuture.completedFuture(null);
        }
    };

    @Test
    void aFolderWithoutALightningdIsAClearError() {
        assertThat(run("--lightning-dir", temp.toString(), "--network", "regtest"))
                .isEqualTo(1);

        assertThat(output()).contains(temp.resolve("regtest/lightning-rpc").toString());
    }

    @Test
    void aPeerAddressThatIsNoneIsAClearError() {
        assertThat(run("--bob", "bob@example.org")).isEqualTo(1);

        assertThat(output()).contains("Invalid node id 'bob'");
    }

    @Test
    void aKeyFileThatOthersCanReadIsAClearErrorWithItsCure() throws Exception {
        Path work = Files.createDirectories(temp.resolve("work"));
        Files.writeString(work.resolve("bob.key"), "11".repeat(32));
        Files.setPosixFilePermissions(work.resolve("bob.key"), PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(run()).isEqualTo(1);

        assertThat(output()).contains("bob.key", "chmod 600").doesNotContain("1111");
    }
}
