// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Simulated nodes for a test: {@code @RegisterExtension static final LightningdExtension lightning = new
 * LightningdExtension();}. In a static field the nodes live as long as the class's tests, in another as long as one test.
 *
 * <p>A test after which a node would have crashed fails, unless it took the crash itself.
 */
public final class LightningdExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private @Nullable SimulatedNetwork network;
    private boolean forAllTests;

    @Override
    public void beforeAll(ExtensionContext context) {
        forAllTests = true;
        network = new SimulatedNetwork();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!forAllTests) {
            network = new SimulatedNetwork();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (forAllTests) {
            network().assertNoCrash();
        } else {
            close();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    private void close() {
        var closing = network();
        closing.close();
        network = null;
        closing.assertNoCrash();
    }

    /** The network that the nodes are in. */
    public SimulatedNetwork network() {
        if (network == null) {
            throw new IllegalStateException(
                    "No test runs: register the extension with @RegisterExtension, and start nodes in tests or in"
                            + " what runs before them");
        }
        return network;
    }

    /** Starts a node with the settings of a real one. */
    public SimulatedLightningd start(String name) {
        return network().start(name);
    }

    /** @param name its alias and its folder: letters, digits, {@code -} and {@code _}, at most 20 */
    public SimulatedLightningd start(String name, NodeSettings settings) {
        return network().start(name, settings);
    }

    /** What would have brought one of the nodes down; what a test has taken does not fail it. */
    public List<WouldHaveCrashed> takeCrashes() {
        return network().takeCrashes();
    }

    /**
     * Throws if any node would have crashed until now, as it happens after each test anyway.
     *
     * @throws WouldHaveCrashed the first; the others are suppressed in it
     */
    public void assertNoCrash() {
        network().assertNoCrash();
    }
}
