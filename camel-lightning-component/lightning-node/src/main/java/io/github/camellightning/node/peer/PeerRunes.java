// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.rune.RuneCheck;
import io.github.camellightning.node.rune.Runes;
import org.jspecify.annotations.Nullable;

/**
 * Whose runes count for a running node.
 *
 * @param check null where none do, and no methods are answered
 * @param own what the node opened itself
 */
record PeerRunes(@Nullable RuneCheck check, @Nullable Runes own) {

    /**
     * May read and write files.
     *
     * @param needed whether methods are to be answered
     * @throws LightningException naming the option
     */
    static PeerRunes open(@Nullable String runeFile, @Nullable RuneCheck given, boolean needed) {
        if (runeFile != null && given != null) {
            throw new InvalidMessageException("Both options runeFile and runeCheck are set: set one");
        }
        if (runeFile == null && given == null && needed) {
            throw missing();
        }
        if (runeFile == null) {
            return new PeerRunes(given, null);
        }
        var runes = new Runes();
        runes.setRuneFile(runeFile);
        try {
            runes.open();
        } catch (LightningException unusable) {
            throw new LightningException("Option runeFile: " + unusable.getMessage(), unusable);
        }
        return new PeerRunes(runes, runes);
    }

    static InvalidMessageException missing() {
        return new InvalidMessageException(
                "Option runeFile is not set: methods are answered under runes, and it names the"
                        + " file with their secret; the option runeCheck takes a bean that checks them in another way");
    }

    void close() {
        if (own != null) {
            own.close();
        }
    }
}
