// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.testkit.lightningd.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One hook: its plugins in their order, and the calls that walk along them. */
final class Hook {

    /** @param filters what it wants to be asked about; null: everything */
    private record Instance(Plugin plugin, @Nullable Set<String> filters) {}

    /** Before, the member was ignored. */
    private static final String FIRST_WITH_FILTERS = "v25.12";

    private final Daemon daemon;
    private final HookKind kind;
    /** A plugin that went leaves a gap while calls are under way, which count their way along. */
    private final List<@Nullable Instance> instances = new ArrayList<>();

    private int underWay;

    Hook(Daemon daemon, HookKind kind) {
        this.daemon = daemon;
        this.kind = kind;
    }

    void register(Plugin plugin, Manifest.HookEntry entry) throws Manifest.Refused {
        var filters = filters(entry.filters());
        for (var instance : instances) {
            if (instance != null && instance.plugin() == plugin) {
                throw new Manifest.Refused("Registered for hook " + kind.hookName() + " multiple times");
            }
        }
        instances.add(new Instance(plugin, filters));
    }

    private @Nullable Set<String> filters(@Nullable Token filters) throws Manifest.Refused {
        if (filters == null || daemon.settings().version().compareTo(FIRST_WITH_FILTERS) < 0) {
            return null;
        }
        if (kind.filter() == HookKind.Filter.NONE) {
            throw new Manifest.Refused("Hook " + kind.hookName() + " does not allow filters");
        }
        if (filters.kind() != Kind.ARRAY) {
            throw new Manifest.Refused("filters token must be an array");
        }
        for (var value : filters.children()) {
            boolean string = kind.filter() == HookKind.Filter.STRINGS;
            if (string != value.isString() || !(string || value.text().matches("\\d+"))) {
                throw new Manifest.Refused("filters must be array of " + (string ? "strings" : "unsigned integers")
                        + ", not '" + value.quoted() + "'");
            }
        }
        return filters.children().stream().map(Token::text).collect(Collectors.toSet());
    }

    void remove(Plugin plugin) {
        instances.replaceAll(instance -> instance != null && instance.plugin() == plugin ? null : instance);
        closeGaps();
    }

    private void closeGaps() {
        if (underWay == 0) {
            instances.removeIf(Objects::isNull);
        }
    }

    void call(String subject, ObjectNode payload, Consumer<@Nullable Token> done) {
        underWay++;
        next(-1, subject, payload, done);
    }

    private void next(int last, String subject, ObjectNode payload, Consumer<@Nullable Token> done) {
        for (int i = last + 1; i < instances.size(); i++) {
            var instance = instances.get(i);
            if (instance != null
                    && (instance.filters() == null || instance.filters().contains(subject))) {
                ask(instance.plugin(), i, subject, payload, done);
                return;
            }
        }
        finished(null, done);
    }

    private void finished(@Nullable Token answer, Consumer<@Nullable Token> done) {
        underWay--;
        closeGaps();
        done.accept(answer);
    }

    private void ask(Plugin plugin, int index, String subject, ObjectNode payload, Consumer<@Nullable Token> done) {
        daemon.plugins().request(plugin, null, kind.hookName(), payload, new Plugin.Request() {
            @Override
            public void answered(Plugin answering, Token reply) {
                var result = reply.member("result");
                switch (result == null ? HookKind.Verdict.FATAL : kind.judge(result)) {
                    case NEXT -> {
                        if (result != null) {
                            kind.continued(payload, result);
                        }
                        next(index, subject, payload, done);
                    }
                    case LAST -> finished(result, done);
                    case FATAL_TO_PAYERS -> {
                        daemon.wouldHaveCrashedPayers("plugin " + answering.shortName() + " answered the hook "
                                + kind.hookName() + " with " + reply.quoted() + ", whose failure_message begins with"
                                + " no code of BOLT 4: the plugin xpay of the paying node aborts on such a failure,"
                                + " and that ends lightningd");
                        finished(result, done);
                    }
                    case FATAL -> {
                        daemon.wouldHaveCrashed("plugin " + answering.shortName() + " answered the hook "
                                + kind.hookName() + " with " + reply.quoted() + ", and lightningd aborts on any answer"
                                + " to this hook but " + kind.survives());
                        next(index, subject, payload, done);
                    }
                }
            }

            @Override
            public void unanswered() {
                daemon.log("Plugin died from " + kind.hookName() + " hook call");
                next(index, subject, payload, done);
            }
        });
    }
}
