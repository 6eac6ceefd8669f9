// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import io.github.camellightning.node.InvalidMessageException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What runes are made of, 16 to 55 bytes. lightningd's is what {@code lightning-cli makesecret string=commando} gives. It is never given away, nor printed.
 */
public final class MasterSecret {

    public static final int MIN_LENGTH = 16;
    /** With its padding it fills one block of SHA-256. */
    public static final int MAX_LENGTH = 55;

    private final Rune master;

    private MasterSecret(Rune master) {
        this.master = master;
    }

    /** @throws InvalidMessageException where it has another length */
    public static MasterSecret of(byte[] secret) {
        if (secret.length < MIN_LENGTH || secret.length > MAX_LENGTH) {
            throw new InvalidMessageException("Invalid secret of runes: it has " + secret.length
                    + " bytes, and must have " + MIN_LENGTH + " to " + MAX_LENGTH);
        }
        return new MasterSecret(Rune.master(Sha256State.initial().add(secret)));
    }

    /**
     * A rune of this secret.
     *
     * @param uniqueId by which it, and all that is derived from it, can be revoked
     */
    public Rune rune(long uniqueId, List<Restriction> restrictions) {
        if (uniqueId < 0) {
            throw new InvalidMessageException("Invalid unique id " + uniqueId + ": it must be at least 0");
        }
        return master.withId(Long.toString(uniqueId)).restrict(restrictions);
    }

    /** Null where the rune is of this secret, and else why not, in lightningd's words. Takes the same time for each rune of one length. */
    public @Nullable String refusal(Rune rune) {
        return rune.notDerivedFrom(master);
    }

    @Override
    public String toString() {
        return "MasterSecret";
    }
}
