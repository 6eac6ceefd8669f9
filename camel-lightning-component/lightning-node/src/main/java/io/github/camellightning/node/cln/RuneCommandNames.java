// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.RemoteErrorException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The commands for runes are called {@code commando-…} before 23.08, with the same params: callers always use today's names. */
final class RuneCommandNames {

    private static final int METHOD_NOT_FOUND = -32601;

    private static final Map<String, String> OLD_NAMES = Map.of(
            "createrune", "commando-rune",
            "showrunes", "commando-listrunes",
            "blacklistrune", "commando-blacklist");

    private final BiFunction<String, JsonNode, CompletionStage<JsonNode>> daemon;
    private @Nullable CompletionStage<Boolean> hasNewNames;

    /** @param daemon calls a command of the daemon */
    RuneCommandNames(BiFunction<String, JsonNode, CompletionStage<JsonNode>> daemon) {
        this.daemon = daemon;
    }

    /** The call with the name that this daemon knows. */
    CompletionStage<MethodCall> translated(MethodCall call) {
        String oldName = OLD_NAMES.get(call.method());
        if (oldName == null) {
            return CompletableFuture.completedFuture(call);
        }
        return hasNewNames().thenApply(has -> has ? call : call.withMethod(oldName));
    }

    /** The daemon may be another from now on, or a newer one. */
    synchronized void forget() {
        hasNewNames = null;
    }

    private synchronized CompletionStage<Boolean> hasNewNames() {
        CompletionStage<Boolean> asked = hasNewNames;
        if (asked == null || asked.toCompletableFuture().isCompletedExceptionally()) {
            asked = daemon.apply("help", Json.emptyObject().put("command", "createrune"))
                    .handle((help, failure) -> {
                        Throwable cause = failure == null ? null : CoreLightningNode.unwrapped(failure);
                        if (cause != null && !isUnknown(cause)) {
                            throw new CompletionException(cause);
                        }
                        return cause == null;
                    });
            hasNewNames = asked;
        }
        return asked;
    }

    /** Other errors, as that of a daemon that is starting, say nothing of what it has. */
    private static boolean isUnknown(Throwable failure) {
        return failure instanceof RemoteErrorException refused
                && refused.code() == METHOD_NOT_FOUND
                && String.valueOf(refused.getMessage()).startsWith("Unknown command");
    }
}
