// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

/** Something that would have brought a real lightningd down. The simulated one goes on, and the test fails. */
public final class WouldHaveCrashed extends AssertionError {

    private static final long serialVersionUID = 1L;

    private final String node;

    WouldHaveCrashed(String node, String what) {
        super("The node " + node + " would have crashed: " + what);
        this.node = node;
    }

    /** The name of the node. */
    public String node() {
        return node;
    }

    /** It was on the node's own thread, of which there is nothing to tell. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
