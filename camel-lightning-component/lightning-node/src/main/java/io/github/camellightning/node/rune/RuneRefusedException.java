// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import io.github.camellightning.node.LightningException;

/** A rune does not allow what somebody wants to do, in lightningd's words. Its code is that of {@code checkrune}. */
public final class RuneRefusedException extends LightningException {

    private static final long serialVersionUID = 1L;

    /** It is no rune of ours. */
    public static final int NOT_AUTHORIZED = 1_501;
    /** A restriction is not met. */
    public static final int NOT_PERMITTED = 1_502;

    public static final int BLACKLISTED = 1_503;

    private RuneRefusedException(int code, String message) {
        super(code, message, null, null);
    }

    public static RuneRefusedException notAuthorized(String reason) {
        return new RuneRefusedException(NOT_AUTHORIZED, "Not authorized: " + reason);
    }

    public static RuneRefusedException blacklisted() {
        return new RuneRefusedException(BLACKLISTED, "Not authorized: Blacklisted rune");
    }

    public static RuneRefusedException notPermitted(String restriction) {
        return new RuneRefusedException(NOT_PERMITTED, "Not permitted: " + restriction);
    }

    /** Whether it is a rune of ours that is not revoked. */
    public boolean isAuthorized() {
        return code() == NOT_PERMITTED;
    }
}
