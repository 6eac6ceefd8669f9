// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.HookSpec;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.MethodSpec;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.testkit.lightningd.NodeSettings;
import io.github.camellightning.testkit.lightningd.RpcException;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a node is told before it starts, and what it says where that does not do. */
class SettingsTest extends PluginTestSupport {

    private static final CustomMessage EVEN = new CustomMessage(40_000, new byte[] {1});

    @Test
    void withoutAPluginEveryListenerIsRefusedAndTheOptionNamed() {
        alice.setPlugin(false);
        ThrowingCallable[] listeners = {
            () -> alice.onMessage(MessageFilter.all(), message -> nothing()),
            () -> alice.onMethod(new MethodSpec("orders", "", "x"), params -> nothing()),
            () -> alice.onHook(new HookSpec("recover", Duration.ofSeconds(1), false), payload -> nothing()),
            () -> alice.onNotification("block_added", payload -> {}),
            () -> alice.announce("orders"),
            () -> alice.onPeerEvent(event -> {})
        };
        for (ThrowingCallable listener : listeners) {
            assertThatExceptionOfType(InvalidMessageException.class)
                    .isThrownBy(listener)
                    .withMessageContaining("plugin=false");
        }
    }

    @Test
    void wrongValuesAreNamedWithTheRule() {
        assertThatThrownBy(() -> new CoreLightningNode().setNetwork("mainnet"))
                .hasMessage(
                        "Option network is 'mainnet': it must be one of bitcoin, testnet, testnet4, signet, regtest");
        assertThatThrownBy(() -> new CoreLightningNode().setRequestTimeoutMillis(0))
                .hasMessage("Invalid option requestTimeoutMillis=0: it must be at least 1");
        assertThatThrownBy(() -> new CoreLightningNode().setMaxInFlight(0))
                .hasMessage("Invalid option maxInFlight=0: it must be at least 1");
        assertThatThrownBy(() -> new CoreLightningNode().setClientName("two\nlines"))
                .hasMessage("Invalid option clientName=two\\u000alines: it must be 1 to 64 letters, digits, points,"
                        + " dashes or underscores");
        Map<String, Consumer<String>> paths = Map.of(
                "lightningDir", alice::setLightningDir,
                "rpcFile", alice::setRpcFile,
                "relayDirectory", alice::setRelayDirectory,
                "relay", alice::setRelay);
        paths.forEach((option, setter) -> assertThatThrownBy(() -> setter.accept("no\0path"))
                .hasMessage("Option " + option + " is 'no\\u0000path': it must be a path"));
    }

    @Test
    void aSinglePlaceForRequestsIsEnoughToBeAPluginAndToSend() throws Exception {
        SimulatedLightningd bob = lightning.start("bob");
        daemon.connectTo(bob);
        alice.setMaxInFlight(1);
        alice.onMessage(MessageFilter.all(), message -> nothing());

        get(alice.start());
        get(alice.onMethod(new MethodSpec("orders", "", "x"), params -> nothing())
                .inForce());

        get(alice.send(bob.nodeId(), new CustomMessage(40_001, new byte[] {1})));
    }

    @Test
    void evenTypesAreNotSentByADaemonThatCannot() throws Exception {
        daemon = lightning.start("old", NodeSettings.defaults().withVersion("v23.08.1"));
        SimulatedLightningd bob = lightning.start("bob");
        daemon.connectTo(bob);
        CoreLightningNode old = client();

        assertThat(failure(InvalidMessageException.class, old.send(bob.nodeId(), EVEN)))
                .hasMessageContaining("v23.11")
                .hasMessageContaining("v23.08.1");
        get(old.send(bob.nodeId(), new CustomMessage(40_001, new byte[] {1})));
    }

    @Test
    void aTypeThatOnlyTheDaemonRefusesIsRefusedInItsWords() throws Exception {
        SimulatedLightningd bob = lightning.start("bob");
        daemon.connectTo(bob);
        get(alice.start());
        daemon.answer("sendcustommsg", "node_id msg", params -> {
            throw new RpcException(-32600, "Cannot send messages of type 40001 (WIRE_NEW).");
        });

        assertThat(failure(
                        InvalidMessageException.class,
                        alice.send(bob.nodeId(), new CustomMessage(40_001, new byte[0]))))
                .hasMessageContaining("Cannot send messages of type 40001");
    }

    @Test
    void anErrorOfTheDaemonsOwnCommandoComesInItsCode() throws Exception {
        SimulatedLightningd bob = lightning.start("bob");
        alice.setPlugin(false);
        alice.setCommandoFallback(true);
        get(alice.start());
        daemon.answer("commando", "peer_id method [params] [rune] [filter]", params -> {
            throw new RpcException(19535, "Peer died");
        });

        assertThat(failure(
                                RemoteErrorException.class,
                                alice.commando(bob.nodeId(), MethodCall.of("getinfo", Json.emptyObject()), null))
                        .code())
                .isEqualTo(19535);
    }

    @Test
    void aDaemonThatHangsFailsTheStartInTime() {
        alice.setRequestTimeoutMillis(300);
        daemon.hang();

        assertThat(failure(LightningException.class, alice.start())).hasMessageContaining("getinfo");
        daemon.resume();
    }

    @Test
    void aSocketOfSomethingElseIsAClearError() throws Exception {
        Path socket = daemon.networkDir().resolve("other");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            var answering = CompletableFuture.runAsync(() -> {
                try (SocketChannel client = server.accept()) {
                    client.write(ByteBuffer.wrap("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8)));
                    client.read(ByteBuffer.allocate(1_000));
                } catch (IOException closed) {
                    throw new UncheckedIOException(closed);
                }
            });
            alice.setRpcFile(socket.toString());

            assertThat(failure(LightningException.class, alice.start()))
                    .hasMessageContaining(socket.toString())
                    .hasMessageContaining("does not answer as lightningd does");
            get(answering);
        }
    }

    @Test
    void aSocketOfAnotherUserIsRefusedUnlessAllowed() throws Exception {
        assumeThat((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                .as("only root can be somebody else")
                .isZero();
        assumeThat(Path.of("/usr/bin/python3")).isExecutable();
        Path folder = Files.createDirectory(daemon.networkDir().resolve("nobody"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        for (Path above = folder.getParent(); above.startsWith(daemon.dir().getParent()); above = above.getParent()) {
            Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Path socket = folder.resolve("rpc");
        Process nobody = new ProcessBuilder(
                        "/usr/bin/python3",
                        "-c",
                        """
                import json, os, socket, sys
                os.setuid(65534)
                server = socket.socket(socket.AF_UNIX)
                server.bind(sys.argv[1])
                server.listen()
                while True:
                    client = server.accept()[0]
                    asked = client.recv(65536)
                    if asked:
                        answer = {"jsonrpc": "2.0", "id": json.loads(asked)["id"],
                                  "result": {"id": sys.argv[2], "version": "v26.06"}}
                        client.sendall(json.dumps(answer).encode() + b"\\n\\n")
                """,
                        socket.toString(),
                        daemon.nodeId().hex())
                .redirectErrorStream(true)
                .start();
        try {
            await().atMost(PATIENCE).until(() -> Files.exists(socket) || !nobody.isAlive());
            alice.setPlugin(false);
            alice.setRpcFile(socket.toString());
            assertThat(failure(NotConnectedException.class, alice.start()))
                    .hasMessageContaining("65534")
                    .hasMessageContaining("checkPeer=false");

            alice.setCheckPeer(false);
            get(alice.start());
            assertThat(alice.nodeId()).isEqualTo(daemon.nodeId());
            get(alice.stop());
        } finally {
            nobody.destroy();
            nobody.waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aDaemonThatGoesAwayAtOnceIsNotTakenForOneThatIsThere() throws Exception {
        Path socket = daemon.networkDir().resolve("brief");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            var answering = CompletableFuture.runAsync(() -> {
                try (SocketChannel client = server.accept()) {
                    ByteBuffer asked = ByteBuffer.allocate(10_000);
                    client.read(asked);
                    JsonNode request =
                            Json.read(new String(asked.array(), 0, asked.position(), StandardCharsets.UTF_8));
                    var answer = Json.emptyObject();
                    answer.put("jsonrpc", "2.0").set("id", request.path("id"));
                    answer.putObject("result").put("id", daemon.nodeId().hex()).put("version", "v26.06.6");
                    client.write(ByteBuffer.wrap((answer + "\n\n").getBytes(StandardCharsets.UTF_8)));
                    server.close();
                } catch (IOException closed) {
                    throw new UncheckedIOException(closed);
                }
            });
            alice.setRpcFile(socket.toString());
            alice.setPlugin(false);

            CompletableFuture<Void> start = alice.start().toCompletableFuture();
            await().atMost(PATIENCE).until(start::isDone);
            await().atMost(PATIENCE).until(() -> !alice.state().isUp());
            get(answering);
        }
    }

    @Test
    void peersBackupsPassTheHookUntouched() throws Exception {
        var atAlice = new Collector();
        alice.onMessage(MessageFilter.all(), atAlice);
        get(alice.start());
        SimulatedLightningd bob = lightning.start("bob", NodeSettings.defaults().withPeerStorage(true));
        bob.connectTo(daemon);
        bob.send(daemon, 7, new byte[] {1, 2});
        bob.send(daemon, 9, new byte[] {3, 4});
        bob.send(daemon, 40_001, new byte[] {5});

        atAlice.await(1);
        assertThat(atAlice.received())
                .extracting(message -> message.message().type())
                .containsExactly(40_001);
        assertThat(bob.isConnectedTo(daemon)).isTrue();
        assertThat(daemon.received())
                .extracting(message -> message.message().type())
                .contains(7, 9);
    }

    @Test
    void aProcessThatLightningdDidNotStartIsNoPluginOfItsOwn() throws Exception {
        Process application = startStdio(null);

        assertThat(application.waitFor(60, TimeUnit.SECONDS)).as("it ended").isTrue();
        assertThat(new String(application.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("Invalid option stdio=true");
    }

    @Test
    void aProcessWhosePipeLightningdClosesBeforeItIsAPluginEnds() throws Exception {
        Process application = startStdio("1");
        application.getOutputStream().close();

        assertThat(application.waitFor(60, TimeUnit.SECONDS)).as("it ended").isTrue();
        assertThat(application.exitValue()).isZero();
    }

    /** @param plugin what lightningd tells its plugins; null: it was not lightningd that started it */
    private Process startStdio(String plugin) throws Exception {
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                StdioApplication.class.getName(),
                daemon.networkDir().toString());
        builder.environment()
                .put(
                        "CLASSPATH",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        builder.environment().remove("LIGHTNINGD_PLUGIN");
        if (plugin != null) {
            builder.environment().put("LIGHTNINGD_PLUGIN", plugin);
        }
        return builder.start();
    }
}
