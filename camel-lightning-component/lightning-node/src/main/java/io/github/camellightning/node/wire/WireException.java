// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.wire;

import io.github.camellightning.node.LightningException;

/** Bytes of a peer that break a rule of BOLT 1. It has no stack trace: strangers cause it as often as they like. */
public class WireException extends LightningException {

    private static final long serialVersionUID = 1L;

    /** What BOLT 1 demands and was not kept. */
    public enum Rule {
        TRUNCATED("the bytes end before the field does"),
        TRAILING_BYTES("bytes are left where the field ends"),
        NOT_MINIMAL("a number has to be written in as few bytes as it needs"),
        NOT_ASCENDING("the types of a TLV stream have to ascend"),
        UNKNOWN_EVEN_TYPE("a TLV stream must not have even types that are unknown here");

        private final String explanation;

        Rule(String explanation) {
            this.explanation = explanation;
        }
    }

    private final Rule rule;

    public WireException(Rule rule, String where) {
        super(where + ": " + rule.explanation);
        this.rule = rule;
    }

    public Rule rule() {
        return rule;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
