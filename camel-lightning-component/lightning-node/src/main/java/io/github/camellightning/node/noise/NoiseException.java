// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import io.github.camellightning.node.LightningException;

/**
 * What a peer sent breaks BOLT 8; its connection has to be closed, and what decrypted it must not be used again.
 *
 * <p>It has no stack trace: strangers cause it as often as they like.
 */
public class NoiseException extends LightningException {

    private static final long serialVersionUID = 1L;

    /** The failures that BOLT 8 names in its test vectors, and the transport's. */
    public enum Reason {
        ACT1_READ_FAILED("act one is not 50 bytes"),
        ACT1_BAD_VERSION("act one is not of version 0"),
        ACT1_BAD_PUBKEY("the ephemeral key in act one is no compressed point of secp256k1"),
        ACT1_BAD_TAG("the MAC of act one is wrong: the peer expects another node id here, or the bytes were altered"),
        ACT2_READ_FAILED("act two is not 50 bytes"),
        ACT2_BAD_VERSION("act two is not of version 0"),
        ACT2_BAD_PUBKEY("the ephemeral key in act two is no compressed point of secp256k1"),
        ACT2_BAD_TAG("the MAC of act two is wrong"),
        ACT3_READ_FAILED("act three is not 66 bytes"),
        ACT3_BAD_VERSION("act three is not of version 0"),
        ACT3_BAD_CIPHERTEXT("the MAC of the static key in act three is wrong"),
        ACT3_BAD_PUBKEY("the static key in act three is no compressed point of secp256k1"),
        ACT3_BAD_TAG("the MAC of act three is wrong"),
        BAD_MAC("the MAC of a message is wrong");

        private final String explanation;

        Reason(String explanation) {
            this.explanation = explanation;
        }
    }

    private final Reason reason;

    public NoiseException(Reason reason) {
        super(reason + ": " + reason.explanation);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
