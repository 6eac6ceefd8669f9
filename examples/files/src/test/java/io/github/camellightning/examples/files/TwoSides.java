// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.files;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.peer.PeerNode;
import io.github.camellightning.testkit.CuttingProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Processor;
import org.apache.camel.RoutesBuilder;

/** Alice, whose folder goes to Bob's, with a proxy between them; either can be stopped and started again. */
final class TwoSides implements AutoCloseable {

    static final NodeId ALICE = new NodeId("02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5");
    static final NodeId BOB = new NodeId("02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9");
    private static final int ALICES_KEY = 2;
    private static final int BOBS_KEY = 3;
    private static final int MANY = 1_000;

    final CuttingProxy proxy;
    final Path outbox;
    final Path inbox;
    Path bobsHandled;
    /** What Bob's route does with a file before it is in his folder. */
    volatile Processor bobAccepts = file -> {};

    Duration settledAfter = Duration.ZERO;
    Duration deliveryTimeout = Duration.ofSeconds(20);
    int attempts = 100;

    private final Path folder;
    private final int port;
    private Optional<Side> alice = Optional.empty();
    private Optional<Side> bob = Optional.empty();

    TwoSides(Path folder) throws Exception {
        this.folder = folder;
        outbox = Files.createDirectories(folder.resolve("alice/outbox"));
        inbox = folder.resolve("bob/inbox").resolve(ALICE.hex());
        bobsHandled = folder.resolve("bob/handled");
        port = freePort();
        proxy = new CuttingProxy(port);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static PeerNode node(int key) {
        var node = new PeerNode();
        node.setPrivateKey(String.format("%064x", key));
        node.getLimits().setHandshakesPerSecond(MANY);
        node.getLimits().setHandshakesPerAddressPerSecond(MANY);
        node.getLimits().setHandshakesPerAddressBurst(MANY);
        node.getLimits().setRedialMinMillis(50);
        node.getLimits().setRedialMaxMillis(200);
        return node;
    }

    private FolderToPeer.Settings settings() {
        return new FolderToPeer.Settings(settledAfter, deliveryTimeout, attempts, Duration.ofMillis(20));
    }

    void startAlice(RoutesBuilder... more) throws Exception {
        PeerNode node = node(ALICES_KEY);
        node.setPeers(BOB + "@127.0.0.1:" + proxy.port());
        var side = new Side(node, folder.resolve("alice/handled"), new FolderToPeer(outbox, BOB, settings()));
        for (RoutesBuilder each : more) {
            side.camel().addRoutes(each);
        }
        alice = Optional.of(side.start());
    }

    void startBob(RoutesBuilder... more) throws Exception {
        PeerNode node = node(BOBS_KEY);
        node.setListen("127.0.0.1:" + port);
        var side = new Side(
                node, bobsHandled, new PeerToFolder(folder.resolve("bob/inbox"), file -> bobAccepts.process(file)));
        for (RoutesBuilder each : more) {
            side.camel().addRoutes(each);
        }
        bob = Optional.of(side.start());
    }

    /** Has Bob's clerk answer, with the route back. */
    void startBobWithHisClerk() throws Exception {
        Path bobs = folder.resolve("bob");
        startBob(
                new Clerk(inbox, bobs.resolve("outbox"), Side.repository(bobs.resolve("receipted"))),
                new FolderToPeer(bobs.resolve("outbox"), ALICE, settings()));
    }

    PeerToFolder alicesInbox() {
        return new PeerToFolder(folder.resolve("alice/inbox"), receipt -> {});
    }

    List<String> receipts() throws IOException {
        return contents(folder.resolve("alice/inbox").resolve(BOB.hex()));
    }

    Side alice() {
        return alice.orElseThrow();
    }

    Side bob() {
        return bob.orElseThrow();
    }

    void stopAlice() {
        alice.ifPresent(Side::close);
        alice = Optional.empty();
    }

    void stopBob() {
        bob.ifPresent(Side::close);
        bob = Optional.empty();
    }

    /** Files into Alice's folder, each with a text of its own, named after it, and changed long ago. */
    void produce(List<String> texts) throws IOException {
        for (String text : texts) {
            produce(text, text);
        }
    }

    void produce(String name, String text) throws IOException {
        Path writing = outbox.resolve("." + name);
        Files.writeString(writing, text);
        Files.setLastModifiedTime(writing, FileTime.from(Instant.ofEpochSecond(1_700_000_000)));
        Files.move(writing, outbox.resolve(name));
    }

    List<String> waiting() throws IOException {
        return names(outbox);
    }

    List<String> done() throws IOException {
        return names(outbox.resolve(FolderToPeer.DONE));
    }

    List<String> failed() throws IOException {
        return names(outbox.resolve(FolderToPeer.FAILED));
    }

    String reason(String name) throws IOException {
        return Files.readString(outbox.resolve(FolderToPeer.FAILED).resolve(name + ".reason"));
    }

    /** What is in Bob's folder, each file's text. */
    List<String> inBobsFolder() throws IOException {
        return contents(inbox);
    }

    private static List<String> contents(Path folder) throws IOException {
        List<String> texts = new ArrayList<>();
        for (String name : names(folder)) {
            // with a dot it is being written
            if (!name.startsWith(".")) {
                texts.add(Files.readString(folder.resolve(name)));
            }
        }
        return texts;
    }

    static List<String> names(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void close() throws Exception {
        stopAlice();
        stopBob();
        proxy.close();
    }
}
