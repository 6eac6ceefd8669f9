// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

/** Something that would have brought a real lightningd down. The simulated one goes on, and the test fails. */
public final class WouldHaveCrashed extends AssertionError {

    private static final long serialVersionUID = 1L;

    private final String node;

    WouldHaveCrashed(String node, String what) {
        this("The node " + node, node, what);
    }

    private WouldHaveCrashed(String who, String node, String what) {
        super(who + " would have crashed: " + what);
        this.node = node;
    }

    /** Those that pay the node: it lives itself, and is the one to blame. */
    static WouldHaveCrashed payersOf(String node, String what) {
        return new WouldHaveCrashed("A node that pays the node " + node, node, what);
    }

    /** The name of the node that crashed, or made another crash. */
    public String node() {
        return node;
    }

    /** It was on the node's own thread, of which there is nothing to tell. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
