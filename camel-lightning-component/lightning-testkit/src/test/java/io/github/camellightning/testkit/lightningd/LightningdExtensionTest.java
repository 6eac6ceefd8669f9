// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What the extension makes of a node that would have crashed; here a test plays JUnit. */
class LightningdExtensionTest {

    /** The extension asks nothing of it. */
    private static final ExtensionContext CONTEXT = (ExtensionContext) Proxy.newProxyInstance(
            ExtensionContext.class.getClassLoader(), new Class<?>[] {ExtensionContext.class}, (proxy, method, args) -> {
                throw new UnsupportedOperationException(method.getName());
            });

    private final LightningdExtension lightning = new LightningdExtension();

    private void aCrash() {
        var alice = lightning.start("alice" + System.nanoTime() % 1_000_000);
        var bob = lightning.start("bob" + System.nanoTime() % 1_000_000);
        alice.connectTo(bob);
        int before = lightning.network().crashes().size();
        RpcClient.call(alice, "sendcustommsg", "[\"" + bob.nodeId() + "\",\"zz\"]");
        await().until(() -> lightning.network().crashes().size() > before);
    }

    @Test
    void aTestAfterWhichANodeWouldHaveCrashedFails() {
        lightning.beforeEach(CONTEXT);
        aCrash();
        aCrash();
        assertThatExceptionOfType(WouldHaveCrashed.class)
                .isThrownBy(() -> lightning.afterEach(CONTEXT))
                .withMessageContaining("of a sendcustommsg is not an even number of hex digits")
                .satisfies(crash -> assertThat(crash.getSuppressed()).hasSize(1));
    }

    @Test
    void aCrashThatTheTestTookFailsNothing() {
        lightning.beforeEach(CONTEXT);
        aCrash();
        assertThatExceptionOfType(WouldHaveCrashed.class).isThrownBy(lightning::assertNoCrash);
        aCrash();
        assertThat(lightning.takeCrashes()).hasSize(1);
        assertThatCode(() -> lightning.afterEach(CONTEXT)).doesNotThrowAnyException();
    }

    @Test
    void inAStaticFieldTheNodesLiveAsLongAsTheClassesTestsAndEachTestAnswersForItself() {
        lightning.beforeAll(CONTEXT);
        var alice = lightning.start("alice");
        lightning.beforeEach(CONTEXT);
        aCrash();
        assertThatExceptionOfType(WouldHaveCrashed.class).isThrownBy(() -> lightning.afterEach(CONTEXT));
        lightning.beforeEach(CONTEXT);
        assertThat(alice.isRunning()).isTrue();
        lightning.afterEach(CONTEXT);
        lightning.afterAll(CONTEXT);
        assertThat(alice.isRunning()).isFalse();
    }

    @Test
    void nodesAreStartedInTests() {
        assertThatThrownBy(() -> lightning.start("alice"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("@RegisterExtension");
    }
}
