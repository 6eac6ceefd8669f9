// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.wire.TlvStream;
import io.github.camellightning.node.wire.WireWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;

/** Route blinding of BOLT 4, for onion messages: what createonion leaves to its caller. The page on onions shows this class. */
final class BlindedPath {

    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
    private static final HexFormat HEX = HexFormat.of();
    private static final long NEXT_NODE_ID = 4;
    private static final long ENCRYPTED_RECIPIENT_DATA = 4;

    private final String pathKey;
    private final List<Map<String, String>> hops;

    private BlindedPath(String pathKey, List<Map<String, String>> hops) {
        this.pathKey = pathKey;
        this.hops = List.copyOf(hops);
    }

    /** @param nodes ids in hex, the own node first */
    static BlindedPath through(List<String> nodes, TlvStream message) throws GeneralSecurityException {
        BigInteger key = new BigInteger(252, new SecureRandom());
        String pathKey = HEX.formatHex(point(key));
        var hops = new ArrayList<Map<String, String>>();
        for (int i = 0; i < nodes.size(); i++) {
            boolean last = i == nodes.size() - 1;
            ECPoint node = CURVE.getCurve().decodePoint(HEX.parseHex(nodes.get(i)));
            byte[] shared = sha256(node.multiply(key).getEncoded(true));
            ECPoint blinded = node.multiply(new BigInteger(1, hmac("blinded_node_id", shared)));
            TlvStream forNode =
                    last ? TlvStream.EMPTY : TlvStream.EMPTY.with(NEXT_NODE_ID, HEX.parseHex(nodes.get(i + 1)));
            byte[] payload = (last ? message : TlvStream.EMPTY)
                    .with(ENCRYPTED_RECIPIENT_DATA, encrypt(hmac("rho", shared), forNode.encode()))
                    .encode();
            byte[] prefixed =
                    new WireWriter().bigSize(payload.length).bytes(payload).toByteArray();
            hops.add(Map.of("pubkey", HEX.formatHex(blinded.getEncoded(true)), "payload", HEX.formatHex(prefixed)));
            key = key.multiply(new BigInteger(1, sha256(point(key), shared))).mod(CURVE.getN());
        }
        return new BlindedPath(pathKey, hops);
    }

    /** For injectonionmessage. */
    String pathKey() {
        return pathKey;
    }

    /** For createonion. */
    List<Map<String, String>> hops() {
        return hops;
    }

    private static byte[] point(BigInteger key) {
        return CURVE.getG().multiply(key).getEncoded(true);
    }

    private static byte[] sha256(byte[]... parts) throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    private static byte[] hmac(String name, byte[] data) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(name.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
        return mac.doFinal(data);
    }

    private static byte[] encrypt(byte[] key, byte[] plain) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(new byte[12]));
        return cipher.doFinal(plain);
    }
}
