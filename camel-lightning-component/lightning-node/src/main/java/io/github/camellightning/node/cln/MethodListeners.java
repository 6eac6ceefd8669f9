// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.MethodListener;
import io.github.camellightning.node.MethodSpec;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.cln.plugin.Manifest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The commands of the daemon that this application is, each by one listener, and how many of their calls may be under way. */
final class MethodListeners {

    static final int MAX_IN_FLIGHT = 1_024;

    private static final int METHOD_NOT_FOUND = -32601;
    private static final int INTERNAL_ERROR = -32603;
    private static final int MAX_TEXT = 1_000;

    private record Entry(MethodSpec spec, MethodListener listener) {}

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);

    /** @throws InvalidMessageException where the name is taken, or lightningd could not read what is said of it */
    Registration register(MethodSpec spec, MethodListener listener) {
        requireReadable(spec.name(), "usage", spec.usage());
        requireReadable(spec.name(), "description", spec.description());
        if (KnownHook.named(spec.name()).isPresent() || spec.name().equals(MessagePlugin.CUSTOMMSG)) {
            throw new InvalidMessageException("Invalid method name " + spec.name()
                    + ": it is a hook's, and lightningd's calls of both look alike");
        }
        var entry = new Entry(spec, listener);
        if (entries.putIfAbsent(spec.name(), entry) != null) {
            throw new InvalidMessageException(
                    "The method " + spec.name() + " has a listener already: only one at a time can be it");
        }
        return () -> entries.remove(spec.name(), entry);
    }

    /** A usage that lightningd cannot unescape ends it, and halves of surrogate pairs are written as escapes. */
    private static void requireReadable(String method, String what, String text) {
        if (text.length() > MAX_TEXT || text.chars().anyMatch(MethodListeners::isEscaped)) {
            throw new InvalidMessageException("Invalid " + what + " of the method " + method + ": one line of at most "
                    + MAX_TEXT + " characters without quotes, backslashes and characters beyond U+FFFF, like emoji");
        }
    }

    private static boolean isEscaped(int c) {
        return c < ' ' || c == 0x7f || c == '"' || c == '\\' || Character.isSurrogate((char) c);
    }

    List<Manifest.Method> methods() {
        return entries.values().stream()
                .map(Entry::spec)
                .map(spec -> new Manifest.Method(spec.name(), spec.usage(), spec.description()))
                .toList();
    }

    CompletionStage<JsonNode> call(String method, JsonNode params) {
        Entry entry = entries.get(method);
        if (entry == null) {
            return CompletableFuture.failedFuture(new RemoteErrorException(
                    METHOD_NOT_FOUND, method + " is not served any more: its route is gone", null));
        }
        if (!inFlight.tryAcquire()) {
            return CompletableFuture.failedFuture(new RemoteErrorException(
                    INTERNAL_ERROR,
                    method + " was not called: " + MAX_IN_FLIGHT + " calls are under way already",
                    null));
        }
        try {
            return entry.listener.call(params).handle((result, failure) -> {
                inFlight.release();
                if (failure != null) {
                    throw new CompletionException(CoreLightningNode.unwrapped(failure));
                }
                return requireObject(method, result);
            });
        } catch (Throwable failure) {
            inFlight.release();
            return CompletableFuture.failedFuture(failure);
        }
    }

    /** Another ends a lightningd that asks by commando. */
    private static JsonNode requireObject(String method, @Nullable JsonNode result) {
        if (result == null || !result.isObject()) {
            throw new RemoteErrorException(
                    INTERNAL_ERROR, "The result of " + method + " is no JSON object, and was not passed on", null);
        }
        return result;
    }
}
