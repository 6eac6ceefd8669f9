// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.QueueFullException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class InOrderTest {

    private static final NodeId ALICE = NodeKeys.id(1);
    private static final NodeId BOB = NodeKeys.id(2);

    private final List<String> begun = new ArrayList<>();

    @Test
    void oneBeginsWhenTheOneBeforeItHasEndedHoweverItDid() {
        var inOrder = new InOrder(10);
        var first = new CompletableFuture<Void>();
        inOrder.after(ALICE, () -> noted("first", first));
        CompletableFuture<Void> second = inOrder.after(ALICE, () -> noted("second", new CompletableFuture<>()));
        assertThat(begun).containsExactly("first");
        first.completeExceptionally(new IllegalStateException("on purpose"));
        assertThat(begun).containsExactly("first", "second");
        assertThat(second).isNotDone();
    }

    @Test
    void thoseForAnotherPeerDoNotWait() {
        var inOrder = new InOrder(10);
        inOrder.after(ALICE, () -> noted("alice", new CompletableFuture<>()));
        inOrder.after(BOB, () -> noted("bob", new CompletableFuture<>()));
        assertThat(begun).containsExactly("alice", "bob");
    }

    @Test
    void moreThanMayWaitFail() {
        var inOrder = new InOrder(2);
        for (int i = 0; i < 3; i++) {
            inOrder.after(ALICE, CompletableFuture::new);
        }
        CompletableFuture<Object> fourth = inOrder.after(ALICE, CompletableFuture::new);
        assertThatThrownBy(fourth::join).hasCauseInstanceOf(QueueFullException.class);
    }

    @Test
    void aLongLineOfThingsThatFailAtOnceComesToItsEnd() {
        var inOrder = new InOrder(100_000);
        var first = new CompletableFuture<Void>();
        inOrder.after(ALICE, () -> first);
        var all = new ArrayList<CompletableFuture<Object>>();
        for (int i = 0; i < 100_000; i++) {
            all.add(inOrder.after(ALICE, () -> {
                throw new IllegalStateException("on purpose");
            }));
        }
        first.complete(null);
        assertThat(all).allMatch(CompletableFuture::isCompletedExceptionally);
    }

    private CompletableFuture<Void> noted(String name, CompletableFuture<Void> done) {
        begun.add(name);
        return done;
    }
}
