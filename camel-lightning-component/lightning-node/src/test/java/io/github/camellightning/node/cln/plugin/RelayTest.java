// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.camellightning.node.LightningException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The relay as lightningd uses it: a program with a stdin and a stdout. The test is the daemon. */
class RelayTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Not where other tests have theirs: the path of a Unix socket is short. */
    @TempDir(factory = ShortTempDir.class)
    Path temp;

    static final class ShortTempDir implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
            return Files.createTempDirectory(Path.of("/tmp"), "relay");
        }
    }

    private final Recorder handler = new Recorder();
    private Relay relay;
    private Process started;
    private MappingIterator<JsonNode> answers;

    /** Answers every hook with continue, late where told so, and keeps what it hears. */
    private static final class Recorder implements PluginHandler {
        private final List<String> heard = new CopyOnWriteArrayList<>();
        private final CompletableFuture<String> ended = new CompletableFuture<>();
        private volatile CompletionStage<Void> gate = CompletableFuture.completedFuture(null);

        @Override
        public CompletionStage<Manifest> manifest() {
            return CompletableFuture.completedFuture(new Manifest(
                    List.of(new Manifest.Hook("custommsg", Set.of(40_001), List.of())),
                    List.of(),
                    Set.of("connect"),
                    Set.of(),
                    Set.of(40_000)));
        }

        @Override
        public void initialised(JsonNode configuration) {
            heard.add("init " + configuration.path("network").asText());
        }

        @Override
        public CompletionStage<JsonNode> hook(String name, JsonNode params) {
            heard.add(name + " " + params.path("payload").asText());
            return gate.thenApply(open -> JsonNodeFactory.instance
                    .objectNode()
                    .put("result", "continue")
                    .put("text", "x".repeat(params.path("size").asInt())));
        }

        @Override
        public JsonNode safeAnswer(String hook, JsonNode params) {
            return JsonNodeFactory.instance.objectNode().put("result", "continue");
        }

        @Override
        public CompletionStage<JsonNode> method(String name, JsonNode params) {
            return CompletableFuture.failedFuture(new AssertionError(name));
        }

        @Override
        public void notification(String topic, JsonNode params, @Nullable String origin) {
            heard.add(topic);
        }

        @Override
        public void ended(String reason) {
            ended.complete(reason);
        }
    }

    @AfterEach
    void clean() {
        if (started != null) {
            started.destroyForcibly();
        }
        if (relay != null) {
            relay.close();
        }
    }

    private void start(String tool) throws IOException {
        relay = Relay.open(temp, handler);
        var builder = new ProcessBuilder(relay.executable().toString()).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("PATH", onlyWith(tool).toString());
        started = builder.start();
    }

    /** A folder of programs with this one, where the machine has it, and none of the others that the relay looks for. */
    private Path onlyWith(String tool) throws IOException {
        Optional<Path> program = Arrays.stream(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .filter(RelayTest::isNoScript)
                .findFirst();
        assumeThat(program).as("this machine has no %s", tool).isPresent();
        Path folder = Files.createDirectory(temp.resolve("bin"));
        Files.createSymbolicLink(folder.resolve(tool), program.orElseThrow().toRealPath());
        return folder;
    }

    /** A script in place of a program, as version managers have them, needs more than we leave on the path. */
    private static boolean isNoScript(Path program) {
        try (var in = Files.newInputStream(program)) {
            return in.read() != '#';
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** The next thing the plugin says. */
    private JsonNode answer() throws IOException {
        if (answers == null) {
            // not before something was asked: it waits for the first bytes
            answers = JSON.readerFor(JsonNode.class).readValues(started.getInputStream());
        }
        return answers.nextValue();
    }

    private void tell(String json) throws IOException {
        started.getOutputStream().write((json + "\n\n").getBytes(StandardCharsets.UTF_8));
        started.getOutputStream().flush();
    }

    @ParameterizedTest
    @ValueSource(strings = {"python3", "socat", "perl", "java"})
    void thePluginIsAskedAndAnswersThroughTheRelay(String tool) throws Exception {
        start(tool);

        tell("{\"jsonrpc\":\"2.0\",\"id\":\"cln:getmanifest#1\",\"method\":\"getmanifest\",\"params\":{}}");
        JsonNode manifest = answer();
        assertThat(manifest.path("id").asText()).isEqualTo("cln:getmanifest#1");
        assertThat(manifest.path("result").toString())
                .isEqualTo("{\"dynamic\":true,\"options\":[],\"rpcmethods\":[],\"subscriptions\":[\"connect\"],"
                        + "\"hooks\":[{\"name\":\"custommsg\",\"filters\":[40001]}],\"custommessages\":[40000]}");

        tell(
                "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"init\",\"params\":{\"configuration\":{\"network\":\"regtest\"}}}");
        assertThat(answer().path("id").asInt()).isEqualTo(2);
        tell("{\"jsonrpc\":\"2.0\",\"method\":\"connect\",\"params\":{}}");
        tell("{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"custommsg\",\"params\":{\"payload\":\"9c41aa\"}}");
        assertThat(answer().path("result").path("result").asText()).isEqualTo("continue");
        assertThat(handler.heard).containsExactly("init regtest", "connect", "custommsg 9c41aa");
    }

    @ParameterizedTest
    @ValueSource(strings = {"python3", "socat", "perl", "java"})
    void largeMessagesAndManyAnswersComeThroughWhole(String tool) throws Exception {
        start(tool);
        String payload = "9c41" + "ab".repeat(65_533);

        for (int i = 0; i < 200; i++) {
            tell("{\"jsonrpc\":\"2.0\",\"id\":" + i + ",\"method\":\"custommsg\",\"params\":{\"payload\":\"" + payload
                    + "\"}}");
            assertThat(answer().path("id").asInt()).isEqualTo(i);
        }

        assertThat(handler.heard).hasSize(200).containsOnly("custommsg " + payload);
    }

    /** More than the pipes and sockets in between take, in both directions at once. */
    @ParameterizedTest
    @ValueSource(strings = {"python3", "socat", "perl", "java"})
    @Timeout(60)
    void theDaemonMayGoOnTalkingWhileALargeAnswerIsOnItsWay(String tool) throws Exception {
        start(tool);
        int size = 8_000_000;
        tell("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"custommsg\",\"params\":{\"size\":" + size + "}}");
        await().atMost(PATIENCE).until(() -> handler.heard.size() == 1);

        CompletableFuture<Void> told = CompletableFuture.runAsync(() -> {
            try {
                tell("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"custommsg\",\"params\":{\"payload\":\""
                        + "ab".repeat(4_000_000) + "\"}}");
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });

        assertThat(answer().at("/result/text").textValue()).hasSize(size);
        assertThat(answer().path("id").intValue()).isEqualTo(2);
        told.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aHookMayBeAnsweredLateAndOutOfTurn() throws Exception {
        var gate = new CompletableFuture<Void>();
        handler.gate = gate;
        start("python3");
        tell("{\"jsonrpc\":\"2.0\",\"id\":\"first\",\"method\":\"custommsg\",\"params\":{\"payload\":\"9c4101\"}}");
        await().atMost(PATIENCE).until(() -> handler.heard.size() == 1);
        handler.gate = CompletableFuture.completedFuture(null);

        tell("{\"jsonrpc\":\"2.0\",\"id\":\"second\",\"method\":\"custommsg\",\"params\":{\"payload\":\"9c4102\"}}");
        assertThat(answer().path("id").asText()).isEqualTo("second");
        gate.complete(null);
        assertThat(answer().path("id").asText()).isEqualTo("first");
    }

    @ParameterizedTest
    @ValueSource(strings = {"python3", "socat", "perl", "java"})
    void whenTheDaemonClosesThePipeTheRunEnds(String tool) throws Exception {
        start(tool);
        tell("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"getmanifest\",\"params\":{}}");
        answer();

        started.getOutputStream().close();

        assertThat(handler.ended.get(30, TimeUnit.SECONDS)).contains("closed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"python3", "socat", "perl", "java"})
    void whenTheRelayIsKilledTheRunEndsAlthoughThePipeIsStillOpen(String tool) throws Exception {
        start(tool);
        tell("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"getmanifest\",\"params\":{}}");
        answer();

        started.destroyForcibly();

        assertThat(handler.ended.get(30, TimeUnit.SECONDS)).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"python3", "socat", "perl", "java"})
    void whenWeStopTheRelayExitsSoThatTheDaemonDropsThePlugin(String tool) throws Exception {
        start(tool);
        tell("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"getmanifest\",\"params\":{}}");
        answer();

        relay.close();

        assertThat(started.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void withoutAnyToolTheRelaySaysSoAndExits() throws Exception {
        relay = Relay.open(temp, handler);
        var builder = new ProcessBuilder(relay.executable().toString());
        builder.environment()
                .put("PATH", Files.createDirectory(temp.resolve("empty")).toString());
        started = builder.start();

        assertThat(new String(started.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("none of python3, socat, perl and java");
        assertThat(started.waitFor()).isEqualTo(1);
    }

    @Test
    void onlyTheOwnerGetsToTheSocketAndTheScript() throws Exception {
        relay = Relay.open(temp, handler);
        Path folder = relay.executable().getParent();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("socket"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(relay.executable())))
                .isEqualTo("rwx------");

        relay.close();
        assertThat(folder).doesNotExist();
    }

    /** Should the folder ever let somebody in whom it must not. */
    @Test
    void aProcessOfAnotherUserIsTurnedAwayUnheard() throws Exception {
        assumeThat((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                .as("only root can be somebody else")
                .isZero();
        assumeThat(Path.of("/usr/bin/python3")).isExecutable();
        relay = Relay.open(temp, handler);
        Path folder = relay.executable().getParent();
        for (Path opened : List.of(temp, folder, folder.resolve("socket"))) {
            Files.setPosixFilePermissions(opened, PosixFilePermissions.fromString("rwxrwxrwx"));
        }

        started = new ProcessBuilder(
                        "/usr/bin/python3", "-c", """
                import os, socket, sys
                os.setuid(65534)
                joined = socket.socket(socket.AF_UNIX)
                joined.connect(sys.argv[1])
                try:
                    joined.sendall(b'{"jsonrpc":"2.0","id":1,"method":"getmanifest","params":{}}')
                    print("told", joined.recv(1000))
                except ConnectionError:
                    print("told", b"")
                """, folder.resolve("socket").toString())
                .redirectErrorStream(true)
                .start();

        assertThat(new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("told b''\n");
        assertThat(handler.ended.get(30, TimeUnit.SECONDS))
                .contains("65534")
                .contains("neither this application's user nor root");
        assertThat(handler.heard).isEmpty();
    }

    @Test
    void anInstalledRelayFindsTheSocketOfItsName() throws Exception {
        Path shared = Files.createDirectory(temp.resolve("shared"));
        Path installed = Files.createDirectory(temp.resolve("installed")).resolve("relay-2");
        try (var script = Relay.class.getResourceAsStream("relay.sh")) {
            Files.copy(script, installed);
        }
        Files.setPosixFilePermissions(installed, PosixFilePermissions.fromString("rwx------"));
        relay = Relay.installed(installed, shared, handler);
        Path socket = shared.resolve("relay-2.socket").toRealPath();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())))
                .isEqualTo("rwx------");
        var builder = new ProcessBuilder(relay.executable().toString()).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("CAMEL_LIGHTNING_SOCKETS", shared.toString());
        started = builder.start();

        tell("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"getmanifest\",\"params\":{}}");
        assertThat(answer().path("result").path("dynamic").asBoolean()).isTrue();

        relay.close();
        assertThat(shared).isEmptyDirectory();
        assertThat(installed).exists();
    }

    @Test
    void anInstalledRelayThatAnotherApplicationWaitsForIsLeftToIt() throws Exception {
        Path installed = temp.resolve("relay");
        relay = Relay.installed(installed, temp, handler);
        Path socket = temp.resolve("relay.socket").toRealPath();

        assertThatThrownBy(() -> Relay.installed(installed, temp, new Recorder()))
                .isInstanceOf(LightningException.class)
                .hasMessageContaining(installed.toString())
                .hasMessageContaining("another application");
        assertThat(temp.resolve("relay.socket").toRealPath()).isEqualTo(socket);
        assertThat(handler.ended).as("it goes on waiting").isNotDone();

        relay.close();
        relay = Relay.installed(installed, temp, handler);
    }

    @Test
    void aFolderWhosePathIsTooLongForASocketIsAClearError() throws Exception {
        Path deep = Files.createDirectories(temp.resolve("a-folder-with-a-long-name".repeat(4)));

        assertThatThrownBy(() -> Relay.open(deep, handler))
                .isInstanceOf(LightningException.class)
                .hasMessageContaining("relayDirectory")
                .hasMessageContaining("107 bytes");
    }

    @Test
    void aPathWithAQuoteInItWorks() throws Exception {
        Path odd = Files.createDirectory(temp.resolve("Alice's folder"));
        relay = Relay.open(odd, handler);
        started = new ProcessBuilder(relay.executable().toString()).start();

        tell("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"getmanifest\",\"params\":{}}");

        assertThat(answer().path("result").path("dynamic").asBoolean()).isTrue();
    }
}
