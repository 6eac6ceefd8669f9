// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.onion;

import io.github.camellightning.node.wire.TlvStream;
import java.security.GeneralSecurityException;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** What only the node on a blinded path can read: {@code encrypted_data_tlv} of BOLT 4, "Route Blinding". */
final class RecipientData {

    static final long SHORT_CHANNEL_ID = 2;
    static final long NEXT_NODE_ID = 4;
    static final long PATH_ID = 6;
    static final long NEXT_PATH_KEY_OVERRIDE = 8;

    /** With payment_relay, payment_constraints and allowed_features. */
    private static final Set<Long> KNOWN =
            Set.of(SHORT_CHANNEL_ID, NEXT_NODE_ID, PATH_ID, NEXT_PATH_KEY_OVERRIDE, 10L, 12L, 14L);

    private RecipientData() {}

    static TlvStream decrypt(byte[] pathSecret, byte[] encrypted) throws GeneralSecurityException {
        return TlvStream.parse(crypted(Cipher.DECRYPT_MODE, pathSecret, encrypted))
                .requireNoUnknownEven(KNOWN::contains);
    }

    static byte[] crypted(int mode, byte[] pathSecret, byte[] bytes) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("ChaCha20-Poly1305");
        cipher.init(
                mode,
                new SecretKeySpec(OnionKeys.key("rho", pathSecret), "ChaCha20"),
                new IvParameterSpec(new byte[12]));
        return cipher.doFinal(bytes);
    }
}
