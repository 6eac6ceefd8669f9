// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What became of a call, awaited. */
final class Outcomes {

    private Outcomes() {}

    static <T> T resultOf(CompletionStage<T> stage) {
        try {
            return await(stage);
        } catch (ExecutionException e) {
            throw new AssertionError("It failed: " + e.getCause(), e);
        }
    }

    static String textOf(CompletionStage<JsonResult> stage) {
        try (JsonResult result = resultOf(stage)) {
            return result.text();
        }
    }

    static LightningException failureOf(CompletionStage<?> stage) {
        try {
            throw new AssertionError("It did not fail: " + await(stage));
        } catch (ExecutionException e) {
            return (LightningException) e.getCause();
        }
    }

    private static <T> T await(CompletionStage<T> stage) throws ExecutionException {
        try {
            return stage.toCompletableFuture().get(ScriptedDaemon.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("It did not end", e);
        }
    }
}
