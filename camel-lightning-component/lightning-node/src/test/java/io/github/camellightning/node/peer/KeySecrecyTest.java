// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.ODD;
import static io.github.camellightning.node.peer.PeerNodes.addressOf;
import static io.github.camellightning.node.peer.PeerNodes.failure;
import static io.github.camellightning.node.peer.PeerNodes.get;
import static io.github.camellightning.node.peer.PeerNodes.message;
import static io.github.camellightning.node.peer.PeerNodes.secret;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.noise.NodeKey;
import java.beans.Introspector;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A node's secret key is in no log, exception or text, at any level and whatever happens. */
class KeySecrecyTest {

    @RegisterExtension
    final PeerNodes nodes = new PeerNodes();

    @RegisterExtension
    final PeerLogLines ours = PeerLogLines.ofOurs(Level.TRACE);

    @RegisterExtension
    final PeerLogLines netty = new PeerLogLines("io.netty", Level.INFO);

    @TempDir
    Path folder;

    private final NodeKey key = RawPeer.newKey();
    private final List<String> said = new ArrayList<>();

    private void assertSecret() {
        said.addAll(ours.lines());
        said.addAll(netty.lines());
        byte[] secret = key.secret();
        List<String> forms = List.of(
                secret(key).substring(0, 16),
                secret(key).substring(48),
                new BigInteger(1, secret).toString().substring(0, 20),
                Base64.getEncoder().encodeToString(secret).substring(0, 16),
                Arrays.toString(secret).substring(1, 30));
        for (String text : said) {
            for (String form : forms) {
                assertThat(text.toLowerCase(Locale.ROOT)).doesNotContain(form.toLowerCase(Locale.ROOT));
            }
        }
    }

    private void hear(Throwable failure) {
        var trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        said.add(trace.toString());
    }

    @Test
    void whileANodeWorksAndWhenItsPeersMisbehave() throws Exception {
        PeerNode alice = nodes.listening();
        alice.setPrivateKey(secret(key));
        alice.onMessage(MessageFilter.all(), received -> {
            throw new IllegalStateException("a listener fails");
        });
        alice.onPeerEvent(event -> {
            throw new IllegalStateException("another listener fails on " + event);
        });
        get(alice.start());
        PeerNode bob = nodes.start();
        get(bob.connect(addressOf(alice)));
        get(bob.send(alice.nodeId(), message("hello")));
        RawPeer.connected(alice).send(ODD, "");
        RawPeer rude = RawPeer.connected(alice);
        rude.send(18, "");
        rude.awaitHangUp();
        RawPeer.connect(alice).getOutputStream().write(new byte[500]);
        hear(failure(LightningException.class, alice.connect(addressOf(alice))));
        said.add(alice.toString() + alice.state() + alice.settings() + get(alice.peers()) + key);
        get(alice.stop());

        assertThat(ours.lines()).isNotEmpty();
        assertSecret();
    }

    @Test
    void whenTheKeyIsMistyped() throws Exception {
        String hex = secret(key);
        List<String> mistyped = List.of(
                hex.substring(1),
                hex + "0",
                hex.replace(hex.charAt(40), 'g'),
                "0x" + hex,
                hex + " # my key",
                "f".repeat(32) + hex.substring(32));
        for (String value : mistyped) {
            PeerNode node = nodes.silent();
            node.setPrivateKey(value);
            LightningException failure = failure(LightningException.class, node.start());
            if (failure != null) {
                hear(failure);
            }
            said.add(node.state().toString());
        }

        assertSecret();
    }

    @Test
    void whenTheKeyFileIsWrong() throws Exception {
        int number = 0;
        for (String content : List.of(secret(key) + "00", secret(key) + "\nand more", " " + secret(key))) {
            PeerNode node = nodes.silent();
            node.setKeyFile(file("key" + number++, content, "rw-------").toString());
            hear(failure(LightningException.class, node.start()));
            said.add(node.state().toString());
        }
        PeerNode node = nodes.silent();
        node.setKeyFile(file("shared", secret(key), "rw-rw-rw-").toString());
        hear(failure(LightningException.class, node.start()));

        assertSecret();
    }

    private Path file(String name, String content, String mode) throws IOException {
        Path file = Files.writeString(folder.resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void asABeanTheKeyCanBeSetAndNotBeRead() throws Exception {
        var properties = Introspector.getBeanInfo(PeerNode.class, Object.class).getPropertyDescriptors();

        assertThat(properties)
                .filteredOn(property -> property.getName().equals("privateKey"))
                .singleElement()
                .satisfies(property -> {
                    assertThat(property.getWriteMethod()).isNotNull();
                    assertThat(property.getReadMethod()).isNull();
                });
    }

    @Test
    void theKeysThatANodeMakesAreNotAlwaysTheSame() throws Exception {
        List<String> ids = IntStream.range(0, 3)
                .mapToObj(i -> nodes.silent())
                .map(node -> {
                    node.start().toCompletableFuture().join();
                    return node.nodeId().hex();
                })
                .distinct()
                .toList();

        assertThat(ids).hasSize(3);
    }
}
