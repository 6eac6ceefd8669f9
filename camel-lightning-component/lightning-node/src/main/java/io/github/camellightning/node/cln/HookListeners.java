// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.HookListener;
import io.github.camellightning.node.HookSpec;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.LimitedLog;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.cln.AnswerCheck.Refused;
import io.github.camellightning.node.cln.plugin.Manifest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hooks that are answered, each by one listener. Whatever a listener does, lightningd gets an answer that it survives, in time: the listener's where it
 * passes the {@link KnownHook}'s check, else the hook's safe one. Answers are in no log, they may carry a preimage.
 */
final class HookListeners {

    private static final Logger LOG = LoggerFactory.getLogger(CoreLightningNode.class);

    private record Entry(HookSpec spec, Optional<KnownHook> kind, HookListener listener) {}

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final LimitedLog log = new LimitedLog(LOG);
    private final BooleanSupplier commandoFallback;

    /** @param commandoFallback whether a call may become one of lightningd's own {@code commando} command */
    HookListeners(BooleanSupplier commandoFallback) {
        this.commandoFallback = commandoFallback;
    }

    /** @throws InvalidMessageException where the hook is refused, or has a listener */
    Registration register(HookSpec spec, HookListener listener) {
        requireHookable(spec);
        var entry = new Entry(spec, KnownHook.named(spec.name()), listener);
        if (entries.putIfAbsent(spec.name(), entry) != null) {
            throw new InvalidMessageException(
                    "The hook " + spec.name() + " has a listener already: only one at a time can answer it");
        }
        return () -> entries.remove(spec.name(), entry);
    }

    private static void requireHookable(HookSpec spec) {
        String name = spec.name();
        switch (name) {
            case MessagePlugin.CUSTOMMSG ->
                throw new InvalidMessageException("The hook custommsg is not to be had, since any answer but continue"
                        + " aborts lightningd: register for messages instead (onMessage, lightning:custommsg)");
            case "db_write" ->
                throw new InvalidMessageException("The hook db_write is not to be had, since lightningd does nothing at"
                        + " all until it is answered: replicate its database by its option wallet instead");
            default -> {
                if (KnownHook.named(name).isEmpty() && !spec.allowUnknown()) {
                    throw new InvalidMessageException("Invalid hook " + Escaped.of(name, 40)
                            + ": its answers cannot be checked, and a wrong one aborts lightningd; the hooks are "
                            + KnownHook.names() + " (others with allowUnknownHook=true)");
                }
            }
        }
        if (!name.matches("[a-z][a-z0-9_]*")) {
            throw new InvalidMessageException(
                    "Invalid hook " + Escaped.of(name, 40) + ": lower case letters, digits and _");
        }
        if (spec.deadline().isNegative() || spec.deadline().isZero()) {
            throw new InvalidMessageException(
                    "Invalid deadline of the hook " + name + ", " + spec.deadline() + ": it must be positive");
        }
    }

    List<Manifest.Hook> hooks() {
        return entries.values().stream()
                .map(entry -> new Manifest.Hook(
                        entry.spec.name(),
                        Set.of(),
                        entry.kind.map(KnownHook::before).orElse(List.of())))
                .toList();
    }

    static ObjectNode safeAnswer(String hook, JsonNode params) {
        return KnownHook.named(hook).map(kind -> kind.safeAnswer(params)).orElseGet(KnownHook::continued);
    }

    /** Completes normally, always, and with an answer that lightningd survives. */
    CompletionStage<JsonNode> answer(String hook, JsonNode params) {
        ObjectNode safe = safeAnswer(hook, params);
        Entry entry = entries.get(hook);
        if (entry == null) {
            return CompletableFuture.completedFuture(safe);
        }
        var answer = new CompletableFuture<JsonNode>();
        try {
            entry.listener.answer(params).whenComplete((given, failure) -> {
                if (failure == null) {
                    answer.complete(given);
                } else {
                    answer.completeExceptionally(failure);
                }
            });
        } catch (Throwable failure) {
            // an error too: a hook without an answer holds up the daemon for good
            answer.completeExceptionally(failure);
        }
        // at most 292 years: the conversion stops there
        return answer.orTimeout(TimeUnit.NANOSECONDS.convert(entry.spec.deadline()), TimeUnit.NANOSECONDS)
                .handle((given, failure) -> checked(entry, given, failure, safe));
    }

    private JsonNode checked(Entry entry, @Nullable JsonNode given, @Nullable Throwable failure, ObjectNode safe) {
        String hook = "The hook " + entry.spec.name();
        if (failure != null) {
            Throwable cause = CoreLightningNode.unwrapped(failure);
            log.warn(
                    cause instanceof TimeoutException
                            ? hook + " was not answered within " + entry.spec.deadline()
                                    + ": lightningd goes on as without us. Raise hookTimeout, or see to the route"
                            : hook + "'s listener failed, lightningd goes on as without us. See to the route: "
                                    + cause);
            return safe;
        }
        if (given == null || given.equals(KnownHook.continued())) {
            return safe;
        }
        try {
            check(entry, given);
            return given;
        } catch (Refused refused) {
            log.warn(hook
                    + "'s answer is refused, lightningd goes on as without us. See to the body that the route leaves: "
                    + refused.getMessage());
            return safe;
        }
    }

    private void check(Entry entry, JsonNode given) throws Refused {
        var check = new AnswerCheck(given);
        if (entry.kind.isPresent()) {
            entry.kind.get().check(check, entry.spec.allowUnknown());
        }
        boolean commando = given.path("replace").path("method").asText().equals(CommandoCommand.NAME);
        if (commando && !commandoFallback.getAsBoolean()) {
            throw new Refused("replace: " + CommandoCommand.refused().getMessage());
        }
    }
}
