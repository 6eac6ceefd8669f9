// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

/** What pages speak of and do not declare. */
public final class Samples {

    public static final String ALICE = Sandbox.ALICE;
    public static final String BOB = Sandbox.BOB;
    public static final String CAROL = Sandbox.CAROL;

    public static final String carol = CAROL;
    public static final String customer = BOB;
    public static final long height = 800_000;
    public static final byte[] paymentSecret = new byte[32];

    private Samples() {}
}
