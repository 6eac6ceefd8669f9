// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

/** Why a request is not run, in the code and words that its peer gets. */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    static final int REMOTE = 19_536;
    static final int NOT_AUTHORIZED = 19_537;

    private static final String BAD_RUNE = "Invalid rune";

    private final int code;

    private Refusal(int code, String words) {
        super(words, null, false, false);
        this.code = code;
    }

    /** There is something wrong with the request itself. */
    static Refusal of(String words) {
        return new Refusal(REMOTE, words);
    }

    /** Its rune does not allow it. */
    static Refusal notAuthorized(String words) {
        return new Refusal(NOT_AUTHORIZED, "Invalid rune: " + words);
    }

    /** What cannot be a rune at all. */
    static Refusal badRune() {
        return new Refusal(REMOTE, BAD_RUNE);
    }

    boolean isBadRune() {
        return words().equals(BAD_RUNE);
    }

    int code() {
        return code;
    }

    String words() {
        return String.valueOf(getMessage());
    }
}
