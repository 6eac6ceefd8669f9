// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.camellightning.node.HookSpec;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.MethodSpec;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What cannot be a topic, a method or a hook of lightningd, and why. */
class RefusedNamesTest {

    private final HookListeners hooks = new HookListeners(() -> false);
    private final MethodListeners methods = new MethodListeners();

    private static String refusal(ThrowingCallable call) {
        return String.valueOf(
                catchThrowableOfType(InvalidMessageException.class, call).getMessage());
    }

    private void hook(String name, Duration deadline, boolean allowUnknown) {
        hooks.register(new HookSpec(name, deadline, allowUnknown), payload -> new CompletableFuture<>());
    }

    private void method(String name, String usage) {
        methods.register(new MethodSpec(name, usage, ""), params -> new CompletableFuture<>());
    }

    @Test
    void aTopicHasFewCharacters() {
        var topics = new Topics();
        assertThat(refusal(() -> topics.listen("order shipped", payload -> {})))
                .isEqualTo("Invalid topic order shipped: 1 to 100 letters, digits, '_', '-' and '.'");
        assertThat(refusal(() -> topics.announce(""))).startsWith("Invalid topic : 1 to 100");
        assertThat(refusal(() -> topics.announce("shutdown")))
                .isEqualTo("Invalid topic shutdown: only lightningd itself sends it");
    }

    @Test
    void aMethodIsNamedAsLightningdNamesItsOwn() {
        assertThat(refusal(() -> method("Orders", "")))
                .isEqualTo("Invalid method name Orders: a lower case letter, then lower case letters, digits, - and _");
        assertThat(refusal(() -> method("htlc_accepted", "")))
                .isEqualTo("Invalid method name htlc_accepted: it is a hook's, and lightningd's calls of both look"
                        + " alike");
    }

    @Test
    void aUsageIsWhatLightningdCanRead() {
        assertThat(refusal(() -> method("orders", "a\"b")))
                .isEqualTo("Invalid usage of the method orders: one line of at most 1000 characters without quotes,"
                        + " backslashes and characters beyond U+FFFF, like emoji");
    }

    @Test
    void oneAnswersAMethodOrAHook() {
        method("orders", "");
        assertThat(refusal(() -> method("orders", "")))
                .isEqualTo("The method orders has a listener already: only one at a time can be it");
        hook("htlc_accepted", Duration.ofSeconds(1), false);
        assertThat(refusal(() -> hook("htlc_accepted", Duration.ofSeconds(1), false)))
                .isEqualTo("The hook htlc_accepted has a listener already: only one at a time can answer it");
    }

    @Test
    void hooksThatEndLightningdAreRefused() {
        assertThat(refusal(() -> hook("custommsg", Duration.ofSeconds(1), true)))
                .isEqualTo("The hook custommsg is not to be had, since any answer but continue aborts lightningd:"
                        + " register for messages instead (onMessage, lightning:custommsg)");
        assertThat(refusal(() -> hook("db_write", Duration.ofSeconds(1), true)))
                .isEqualTo("The hook db_write is not to be had, since lightningd does nothing at all until it is"
                        + " answered: replicate its database by its option wallet instead");
        assertThat(refusal(() -> hook("new_one", Duration.ofSeconds(1), false)))
                .startsWith("Invalid hook new_one: its answers cannot be checked, and a wrong one aborts lightningd;"
                        + " the hooks are ")
                .endsWith(" (others with allowUnknownHook=true)");
        assertThat(refusal(() -> hook("New", Duration.ofSeconds(1), true)))
                .isEqualTo("Invalid hook New: lower case letters, digits and _");
        assertThat(refusal(() -> hook("htlc_accepted", Duration.ZERO, false)))
                .isEqualTo("Invalid deadline of the hook htlc_accepted, PT0S: it must be positive");
    }
}
