// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import static io.github.camellightning.node.cln.rpc.Outcomes.failureOf;
import static io.github.camellightning.node.cln.rpc.Outcomes.resultOf;
import static io.github.camellightning.node.cln.rpc.Outcomes.textOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.NodeState;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.TimeoutException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;

/** A socket that is not there, or not what it should be: each says so, and what helps. */
@Timeout(60)
class ConnectingTest {

    @TempDir
    Path directory;

    @Test
    void aMissingSocketIsNamed() {
        Path socket = directory.resolve("lightning-rpc");
        assertThat(failureToConnect(socket))
                .isEqualTo("There is no socket " + socket
                        + ": lightningd is not running, or its lightning-dir, network or rpc-file is another one");
    }

    @Test
    void aMissingDirectoryIsNoOther() {
        assertThat(failureToConnect(directory.resolve("regtest/lightning-rpc"))).startsWith("There is no socket ");
    }

    @Test
    void aSocketThatLightningdLeftBehindIsKnownByNobodyListening() {
        try (var daemon = new ScriptedDaemon(directory)) {
            daemon.stop();
            assertThat(failureToConnect(daemon.socket()))
                    .isEqualTo("Nobody listens on " + daemon.socket()
                            + ": lightningd stopped and left it behind; start lightningd");
        }
    }

    @Test
    void aFileAndADirectoryAreNoSockets() throws IOException {
        Path file = Files.writeString(directory.resolve("lightning-rpc"), "");
        assertThat(failureToConnect(file))
                .startsWith(file + " is not a socket: lightningd's is the file lightning-rpc");
        assertThat(failureToConnect(directory)).startsWith(directory + " is not a socket: ");
    }

    @Test
    void aPathThatNoAddressCanHoldIsNamed() {
        Path socket = directory.resolve("x".repeat(200));
        assertThat(failureToConnect(socket)).contains(socket.toString());
    }

    @Test
    void aSocketThatThisUserMayNotUseIsSaidToBeSuch() throws IOException {
        Path forbidden = Files.createFile(
                directory.resolve("forbidden"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("---------")));
        assumeFalse(Files.isReadable(forbidden), "root may use every socket");
        try (var daemon = new ScriptedDaemon(directory)) {
            Files.setPosixFilePermissions(daemon.socket(), PosixFilePermissions.fromString("r--r--r--"));
            assertThat(failureToConnect(daemon.socket()))
                    .startsWith("This user may not use " + daemon.socket() + ": run as lightningd's user, or ");
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("---------"));
            assertThat(failureToConnect(daemon.socket())).startsWith("This user may not use ");
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void onlyTheSameUserAndRootAreTrusted() {
        assertThat(OwnUser.isTrusted(1000, 1000)).isTrue();
        assertThat(OwnUser.isTrusted(0, 1000)).isTrue();
        assertThat(OwnUser.isTrusted(1000, 0)).isFalse();
        assertThat(OwnUser.isTrusted(1001, 1000)).isFalse();
        assertThat(OwnUser.isTrusted(-1, 1000)).isFalse();
    }

    @Test
    void aFullBacklogIsWaitedFor() throws IOException {
        try (var daemon = new ScriptedDaemon(directory)) {
            daemon.stop();
            daemon.listen(1);
            List<AFUNIXSocketChannel> crowd = crowd(daemon);
            try (var client = new RpcClient(daemon.settings().build())) {
                CompletionStage<JsonResult> result = client.call(RpcRequest.of("x"));
                for (int i = 0; i < crowd.size(); i++) {
                    daemon.accept();
                }
                ScriptedDaemon.Client connection = daemon.accept();
                connection.reply(connection.request(), "1");
                assertThat(textOf(result)).isEqualTo("1");
            }
            crowd.forEach(Dialer::close);
        }
    }

    @Test
    void aBacklogThatStaysFullIsGivenUp() throws IOException {
        try (var daemon = new ScriptedDaemon(directory)) {
            daemon.stop();
            daemon.listen(1);
            List<AFUNIXSocketChannel> crowd = crowd(daemon);
            RpcSettings settings =
                    daemon.settings().connectTimeout(Duration.ofMillis(100)).build();
            try (var client = new RpcClient(settings)) {
                assertThat(failureOf(client.call(RpcRequest.of("x"))))
                        .isInstanceOf(NotConnectedException.class)
                        .hasMessage("x was not written: lightningd did not accept a connection to " + daemon.socket()
                                + " within PT0.1S: too many wait before this one, or it hangs");
            }
            crowd.forEach(Dialer::close);
        }
    }

    @Test
    void aDeadlineHoldsWhileConnectingToo() throws IOException {
        try (var daemon = new ScriptedDaemon(directory)) {
            daemon.stop();
            daemon.listen(1);
            List<AFUNIXSocketChannel> crowd = crowd(daemon);
            CompletionStage<Void> connecting;
            try (var client = new RpcClient(daemon.settings().build())) {
                assertThat(failureOf(client.call(RpcRequest.of("x").withDeadline(Duration.ofMillis(50)))))
                        .isInstanceOf(TimeoutException.class);
                connecting = client.connect();
            }
            assertThat(failureOf(connecting)).isInstanceOf(NotConnectedException.class);
            crowd.forEach(Dialer::close);
        }
    }

    /** As many as are not accepted until there is no room for another. */
    private static List<AFUNIXSocketChannel> crowd(ScriptedDaemon daemon) throws IOException {
        List<AFUNIXSocketChannel> crowd = new ArrayList<>();
        AFUNIXSocketChannel next = AFUNIXSocketChannel.open();
        while (connects(next, daemon)) {
            crowd.add(next);
            next = AFUNIXSocketChannel.open();
        }
        Dialer.close(next);
        return crowd;
    }

    private static boolean connects(AFUNIXSocketChannel channel, ScriptedDaemon daemon) throws IOException {
        channel.configureBlocking(false);
        return channel.connect(AFUNIXSocketAddress.of(daemon.socket()));
    }

    @Test
    void whileItIsDownCallsFailAtOnceAndTheSocketIsLeftAlone() {
        try (var daemon = new ScriptedDaemon(directory)) {
            daemon.stop();
            RpcSettings settings = daemon.settings()
                    .reconnectMin(Duration.ofHours(1))
                    .reconnectMax(Duration.ofHours(1))
                    .build();
            try (var client = new RpcClient(settings)) {
                assertThat(failureOf(client.call(RpcRequest.of("x")))).hasMessageContaining("Nobody listens on ");
                daemon.listen(5);
                for (int i = 0; i < 1_000; i++) {
                    assertThat(failureOf(client.call(RpcRequest.of("x"))))
                            .isInstanceOf(NotConnectedException.class)
                            .hasMessageMatching(
                                    "(?s)x was not written: Nobody listens on .* \\(the next try is in \\d+ ms\\)");
                }
                assertThat(client.state().status()).isEqualTo(NodeState.Status.DOWN);
            }
        }
    }

    @Test
    void manyCallsWaitForOneConnectionAndFailTogether() {
        Path socket = directory.resolve("lightning-rpc");
        try (var client = new RpcClient(RpcSettings.of(socket))) {
            List<CompletionStage<JsonResult>> calls = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                calls.add(client.call(RpcRequest.of("x")));
            }
            calls.forEach(call -> assertThat(failureOf(call))
                    .isInstanceOf(NotConnectedException.class)
                    .hasMessageStartingWith("x was not written: There is no socket "));
        }
    }

    @Test
    void theBackoffGrowsToItsLimit() {
        var backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(350));
        assertThat(backoff.left(0)).isZero();
        for (int millis : new int[] {100, 200, 350, 350}) {
            backoff.failed(1_000);
            assertThat(backoff.left(1_000)).isBetween(millis * 500_000L, millis * 1_500_000L);
        }
        backoff.reset();
        assertThat(backoff.left(1_000)).isZero();
    }

    @Test
    void theSocketMayComeLater() {
        Path socket = directory.resolve("rpc");
        try (var client =
                new RpcClient(RpcSettings.of(Path.of("").toAbsolutePath().relativize(socket.toAbsolutePath())))) {
            failureOf(client.connect());
            try (var daemon = new ScriptedDaemon(directory)) {
                resultOf(client.connect());
                CompletionStage<JsonResult> result = client.call(RpcRequest.of("x"));
                ScriptedDaemon.Client connection = daemon.accept();
                connection.reply(connection.request(), "1");
                assertThat(textOf(result)).isEqualTo("1");
            }
        }
    }

    private static String failureToConnect(Path socket) {
        try (var client = new RpcClient(RpcSettings.of(socket))) {
            var failure = failureOf(client.connect());
            assertThat(failure).isInstanceOf(NotConnectedException.class);
            assertThat(failure.isRetryable()).isTrue();
            assertThat(client.state().status()).isEqualTo(NodeState.Status.DOWN);
            assertThat(client.state().reason()).isEqualTo(failure.getMessage());
            return failure.getMessage();
        }
    }
}
