// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MethodCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** The words that tests of commando share. */
final class Commandos {

    static final String RUNE = "KUhZzNlECC7pYsz3QVbF1TqjIUYi3oyESTI7n60hLMs9MA==";
    static final Duration LONG = Duration.ofSeconds(60);

    private Commandos() {}

    static CommandoSettings settings(Path directory, int perPeer, int all, long requestBytes, long bufferBytes) {
        return new CommandoSettings(LONG, perPeer, all, requestBytes, bufferBytes, 64 << 10, directory);
    }

    static CommandoSettings settings(Path directory) {
        return settings(directory, 64, 1_024, 64 << 20, 4 << 20);
    }

    static MethodCall getinfo() {
        return MethodCall.of("getinfo", Json.emptyObject());
    }

    static MethodCall within(Duration deadline) {
        return new MethodCall("getinfo", Json.emptyObject(), null, deadline, 1 << 20);
    }

    static MethodCall smallerThan(long maxResponseSize) {
        return new MethodCall("getinfo", Json.emptyObject(), null, null, maxResponseSize);
    }

    /** With a param that makes the request so much longer. */
    static MethodCall big(char filler, int length) {
        return MethodCall.of(
                "datastore",
                Json.emptyObject().put("string", String.valueOf(filler).repeat(length)));
    }

    static JsonResult resultOf(CompletionStage<JsonResult> call) throws Exception {
        return call.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    static String textOf(CompletionStage<JsonResult> call) throws Exception {
        try (JsonResult result = resultOf(call)) {
            return result.text();
        }
    }

    static LightningException failureOf(CompletionStage<JsonResult> call) {
        return failureOf(LightningException.class, call);
    }

    static <T extends LightningException> T failureOf(Class<T> type, CompletionStage<JsonResult> call) {
        return catchThrowableOfType(type, () -> {
            try {
                resultOf(call).close();
            } catch (ExecutionException failed) {
                throw failed.getCause();
            }
        });
    }
}
