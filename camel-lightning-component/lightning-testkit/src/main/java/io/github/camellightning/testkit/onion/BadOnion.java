// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.onion;

/** An onion that a node cannot take a layer off. */
public final class BadOnion extends Exception {

    private static final long serialVersionUID = 1L;

    private final FailureCode code;

    BadOnion(FailureCode code) {
        super(code.wireName());
        this.code = code;
    }

    /** One of {@code invalid_onion_version}, {@code invalid_onion_hmac} and {@code invalid_onion_key}. */
    public FailureCode code() {
        return code;
    }
}
