// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.testkit.lightningd.LightningdExtension;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An application that is a plugin of a simulated node, and a stranger that talks to the same node as lightning-cli does. */
abstract class PluginTestSupport {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    SimulatedLightningd daemon;
    CoreLightningNode alice;
    private final List<CoreLightningNode> created = new ArrayList<>();
    private CoreLightningNode cli;

    @BeforeEach
    void aDaemonIsThere() throws Exception {
        daemon = lightning.start("alice");
        alice = application();
        cli = client();
    }

    @AfterEach
    void stopApplications() throws Exception {
        for (CoreLightningNode node : created) {
            get(node.stop());
        }
    }

    /** A listener's answer that says nothing. */
    static CompletableFuture<JsonNode> nothing() {
        return CompletableFuture.completedFuture(Json.emptyObject());
    }

    CoreLightningNode application() {
        var node = new CoreLightningNode();
        node.setRpcFile(daemon.rpcFile().toString());
        created.add(node);
        return node;
    }

    CoreLightningNode client() throws Exception {
        CoreLightningNode client = application();
        client.setPlugin(false);
        get(client.start());
        return client;
    }

    /** A command as a stranger runs it. */
    JsonNode run(String method, String params) throws Exception {
        try (JsonResult result = get(running(method, params))) {
            return result.json();
        }
    }

    CompletionStage<JsonResult> running(String method, String params) {
        await().atMost(PATIENCE).until(() -> cli.state().isUp());
        return cli.call(MethodCall.of(method, Json.read(params)));
    }

    long plugins() throws Exception {
        return run("plugin", "{\"subcommand\":\"list\"}").path("plugins").size();
    }

    static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    static <X extends LightningException> X failure(Class<X> expected, CompletionStage<?> stage) {
        ExecutionException failure = catchThrowableOfType(ExecutionException.class, () -> get(stage));
        assertThat(failure).as("it succeeded").isNotNull();
        assertThat(failure.getCause()).isInstanceOf(expected);
        return Objects.requireNonNull(expected.cast(failure.getCause()));
    }
}
