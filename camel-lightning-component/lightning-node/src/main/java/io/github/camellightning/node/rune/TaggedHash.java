// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 for one purpose (BIP 340): of the tag's hash, again of the tag's hash, and of the message. */
final class TaggedHash {

    private final byte[] tagHash;

    TaggedHash(byte[] tag) {
        this.tagHash = sha256().digest(tag);
    }

    TaggedHash(String tag) {
        this(tag.getBytes(StandardCharsets.US_ASCII));
    }

    /** @param message in parts */
    byte[] of(byte[]... message) {
        MessageDigest sha256 = sha256();
        sha256.update(tagHash);
        sha256.update(tagHash);
        for (byte[] part : message) {
            sha256.update(part);
        }
        return sha256.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }
}
