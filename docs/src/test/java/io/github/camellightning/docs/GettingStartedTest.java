// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.peer.PeerNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.NotifyBuilder;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two applications of the page talk: each with its files as the page has them, but for folders, the port, and the id that Bob's key gives him. */
class GettingStartedTest {

    private static final String ADDRESS = "127.0.0.1:9735";
    private static final int PATIENCE_SECONDS = 60;

    private final List<String> properties = blocks("properties");
    private final List<String> routes = blocks("yaml");

    @TempDir
    Path folder;

    private static List<String> blocks(String language) {
        return Page.of("docs/start-camel.adoc").codeBlocks().stream()
                .filter(block -> block.language().equals(language))
                .map(CodeBlock::text)
                .toList();
    }

    @Test
    void whatAliceFindsInHerFolderBobLogs() throws Exception {
        Main bob = application("bob", properties.get(0).replace(ADDRESS, "127.0.0.1:0"), routes.get(0));
        try {
            var logged = new NotifyBuilder(bob.getCamelContext())
                    .whenCompleted(1)
                    .whenAllDoneMatches(
                            exchange -> exchange.getMessage().getBody().equals("hello, bob"))
                    .create();
            Main alice = application("alice", propertiesOfAlice(bob), routes.get(1));
            try {
                putIntoTheOutbox();

                assertThat(logged.matches(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            } finally {
                alice.stop();
            }
        } finally {
            bob.stop();
        }
    }

    @Test
    void aFileThatIsAcknowledgedIsInBobsFolder() throws Exception {
        Main bob = application("bob", properties.get(0).replace(ADDRESS, "127.0.0.1:0"), routes.get(2));
        try {
            Main alice = application("alice", propertiesOfAlice(bob), routes.get(3));
            try {
                putIntoTheOutbox();

                Path sent = folder.resolve("outbox/.camel/hello.txt");
                await().atMost(PATIENCE_SECONDS, TimeUnit.SECONDS).until(() -> Files.exists(sent));
                assertThat(folder.resolve("inbox/hello.txt")).hasContent("hello, bob");
            } finally {
                alice.stop();
            }
        } finally {
            bob.stop();
        }
    }

    private void putIntoTheOutbox() throws Exception {
        Path file = Files.writeString(folder.resolve("hello.txt"), "hello, bob");
        Files.move(file, Files.createDirectories(folder.resolve("outbox")).resolve("hello.txt"));
    }

    private String propertiesOfAlice(Main bob) {
        PeerNode node = Objects.requireNonNull(bob.lookup("node", PeerNode.class));
        int port = Objects.requireNonNull(node.listenAddress()).getPort();
        return properties.get(1).replace(Sandbox.BOB, node.nodeId().hex()).replace(ADDRESS, "127.0.0.1:" + port);
    }

    private Main application(String name, String properties, String routes) throws Exception {
        Path config = Files.createDirectories(folder.resolve(name + "/camel")).getParent();
        Files.writeString(
                config.resolve("application.properties"),
                properties
                        .replace(name + ".key", config.resolve(name + ".key").toString())
                        .replace("camel/*.yaml", "file:" + config + "/camel/*.yaml"));
        Files.writeString(config.resolve("camel/route.yaml"), routes.replace("file:", "file:" + folder + "/"));
        var main = new Main();
        main.setPropertyPlaceholderLocations("file:" + config.resolve("application.properties"));
        main.start();
        return main;
    }
}
