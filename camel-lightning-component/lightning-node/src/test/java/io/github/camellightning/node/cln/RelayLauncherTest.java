// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MethodSpec;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.cln.plugin.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/** What becomes of a plugin that cannot be started. */
class RelayLauncherTest {

    /** Not where other tests have theirs: the path of a Unix socket is short. */
    @TempDir(factory = ShortTempDir.class)
    Path folder;

    static final class ShortTempDir implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
            return Files.createTempDirectory(Path.of("/tmp"), "relay");
        }
    }

    private final ScheduledExecutorService steps = Executors.newSingleThreadScheduledExecutor();
    private final CoreLightningNode options = new CoreLightningNode();
    private final Wanted wanted = new Wanted(() -> false);
    private final List<String> asked = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        steps.shutdownNow();
    }

    private Plugins plugins(Plugins.Launcher launcher) {
        return new Plugins(
                wanted,
                new MessagePlugin(wanted.messages, new HookQueue(wanted.messages, peer -> {}), null, wanted.counters),
                launcher,
                () -> {},
                (plugin, reason) -> {});
    }

    private RelayLauncher relays(BiFunction<String, JsonNode, CompletionStage<JsonNode>> rpc) {
        return new RelayLauncher(
                options,
                (method, params) -> {
                    asked.add(method);
                    return rpc.apply(method, params);
                },
                steps);
    }

    private void start(Plugins plugins) throws Exception {
        plugins.start(wanted.manifest()).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private void wantCommand() {
        wanted.methods.register(
                new MethodSpec("orders", "", "x"), params -> CompletableFuture.completedFuture(Json.emptyObject()));
    }

    @Test
    void aLauncherThatThrowsFailsTheStart() {
        Plugins plugins = plugins((plugin, opened) -> {
            throw new LightningException("not started by lightningd");
        });

        assertThatThrownBy(() -> start(plugins)).hasRootCauseMessage("not started by lightningd");
        assertThat(plugins.start(Manifest.NOTHING).toCompletableFuture()).isCompleted();
    }

    @Test
    void aQuestionThatIsNotAnsweredDoesNotMeanThatTheNameIsTaken() {
        wantCommand();
        Plugins plugins = plugins(relays((method, params) ->
                CompletableFuture.failedFuture(new NotConnectedException("lightningd closed the connection"))));

        assertThatThrownBy(() -> start(plugins)).hasCauseInstanceOf(NotConnectedException.class);
        assertThat(asked).containsExactly("help");
    }

    @Test
    void aNameThatTheDaemonHasIsTaken() {
        wantCommand();
        Plugins plugins = plugins(relays((method, params) -> CompletableFuture.completedFuture(Json.emptyObject())));

        assertThatThrownBy(() -> start(plugins))
                .hasCauseInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("orders");
        assertThat(asked).doesNotContain("plugin");
    }

    @Test
    void aRelayThatJoinsSomebodyElseIsNotWaitedForForEver() {
        options.setRelayDirectory(folder.toString());
        options.setRequestTimeoutMillis(200);
        Plugins plugins = plugins(relays((method, params) -> CompletableFuture.completedFuture(Json.emptyObject())));

        assertThatThrownBy(() -> start(plugins))
                .hasCauseInstanceOf(LightningException.class)
                .hasMessageContaining("relayDirectory");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatLightningdWillNotStartIsAnErrorInItsOwnWords() {
        options.setRelayDirectory(folder.toString());
        Plugins plugins = plugins(relays((method, params) ->
                CompletableFuture.failedFuture(new RemoteErrorException(-3, "is not executable", null))));

        assertThatThrownBy(() -> start(plugins))
                .hasCauseInstanceOf(LightningException.class)
                .hasMessageContaining("is not executable")
                .hasMessageContaining("relayDirectory");
        assertThat(folder).isEmptyDirectory();
    }
}
