// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.ReceivedMessage;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
    void theSamplesThatShipArriveAndAreReceipted() throws Exception {
        samples = Path.of("samples");

        assertThat(run()).as(this::output).isZero();

        assertThat(output()).contains("4 files, 4 receipts matched, 4 arrived unchanged", "all is well");
        assertThat(folder("alice/done")).hasSize(4);
        assertThat(folder("alice")).isEmpty();
        assertThat(folder("bob/outbox")).hasSize(4);
    }

    @Test
    void emptyFilesFilesOfTheSameContentAndTheLargestThatFitArrive() throws Exception {
        Files.write(samples.resolve("empty"), new byte[0]);
        Files.writeString(samples.resolve("twin-1"), "the same");
        Files.writeString(samples.resolve("twin-2"), "the same");
        Files.write(samples.resolve("largest"), new byte[65_533]);

        assertThat(run()).as(this::output).isZero();

        assertThat(folder("alice/done")).containsExactly("empty", "largest", "twin-1", "twin-2");
    }

    @Test
    void aFileLargerThanOneMessageGoesToFailedAndTheErrorNamesTheLimit() throws Exception {
        Files.write(samples.resolve("large"), new byte[65_534]);
        Files.writeString(samples.resolve("small"), "fits");

        assertThat(run()).isEqualTo(1);

        assertThat(output()).contains("failed/large", "65533").contains("something is missing");
        assertThat(folder("alice/failed")).containsExactly("large");
        assertThat(folder("alice/done")).containsExactly("small");
    }

    @Test
    void aPeerThatCannotBeReachedIsAClearError() throws Exception {
        Files.writeString(samples.resolve("note"), "nobody is there");
        int closedPort;
        try (var socket = new ServerSocket(0)) {
            closedPort = socket.getLocalPort();
        }

        assertThat(run("--bob", SOMEBODY + "@127.0.0.1:" + closedPort, "--redeliveries", "3"))
                .isEqualTo(1);

        assertThat(output()).contains("failed/note", "Connection refused", SOMEBODY + "@127.0.0.1:" + closedPort);
        assertThat(folder("alice/failed")).containsExactly("note");
    }

    @Test
    void aPeerWithAnotherKeyThanExpectedIsAClearError() throws Exception {
        Files.writeString(samples.resolve("note"), "somebody else is there");
        var stranger = new PeerNode();
        stranger.setListen("127.0.0.1:0");
        stranger.start().toCompletableFuture().get(20, TimeUnit.SECONDS);
        int port = stranger.listenAddress().getPort();

        assertThat(run("--bob", SOMEBODY + "@127.0.0.1:" + port, "--redeliveries", "3"))
                .isEqualTo(1);

        stranger.stop().toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertThat(output()).contains("failed/note", "its node id is not " + SOMEBODY);
        assertThat(folder("alice/failed")).containsExactly("note");
    }

    @Test
    void aliceCanBeALightningdOfTheUsers() throws Exception {
        Files.writeString(samples.resolve("note"), "from a lightningd");
        SimulatedLightningd alice = lightning.start("alice");
        SimulatedLightningd bob = lightning.start("bob");

        CompletableFuture<Integer> running = CompletableFuture.supplyAsync(() -> run(
                "--lightning-dir",
                alice.dir().toString(),
                "--network",
                "regtest",
                "--bob",
                bob.address().toString()));
        await().atMost(30, TimeUnit.SECONDS).until(() -> filesOf(bob).findAny().isPresent());
        CustomMessage file = filesOf(bob).findAny().orElseThrow();
        bob.send(alice, Quickstart.RECEIPT, Receipts.digest(file.payload()));
        running.get(60, TimeUnit.SECONDS);

        assertThat(file)
                .isEqualTo(new CustomMessage(Quickstart.FILE, "from a lightningd".getBytes(StandardCharsets.UTF_8)));
        assertThat(output()).contains("is peer " + alice.nodeId(), "done/note: the receipt matches");
        assertThat(folder("alice/done")).containsExactly("note");
    }

    private static Stream<CustomMessage> filesOf(SimulatedLightningd receiver) {
        return receiver.received().stream()
                .map(ReceivedMessage::message)
                .filter(message -> message.type() == Quickstart.FILE);
    }

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
