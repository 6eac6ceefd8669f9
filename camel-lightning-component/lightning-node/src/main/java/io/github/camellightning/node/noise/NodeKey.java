// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.NodeId;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.util.BigIntegers;

/** A node's static key of BOLT 8: a secp256k1 private key, 32 bytes, big-endian. Nothing prints it. */
public final class NodeKey {

    public static final int LENGTH = Secp256k1.SCALAR_LENGTH;

    private final BigInteger scalar;
    private final NodeId nodeId;

    private NodeKey(BigInteger scalar) {
        this.scalar = scalar;
        this.nodeId = NodeId.of(Secp256k1.publicKey(scalar));
    }

    /**
     * The key of these 32 bytes.
     *
     * @throws InvalidMessageException where it is not 32 bytes, zero, or not below the order of the curve
     */
    public static NodeKey of(byte[] secret) {
        if (secret.length != LENGTH) {
            throw new InvalidMessageException("Invalid node key: it has 32 bytes, this has " + secret.length);
        }
        var scalar = new BigInteger(1, secret);
        if (!Secp256k1.isScalar(scalar)) {
            throw new InvalidMessageException(
                    "Invalid node key: it is a number from 1 to the order of secp256k1, less one");
        }
        return new NodeKey(scalar);
    }

    public static NodeKey generate(SecureRandom random) {
        return new NodeKey(Secp256k1.randomScalar(random));
    }

    public NodeId nodeId() {
        return nodeId;
    }

    /** A copy, to be written to a key file and nowhere else. */
    public byte[] secret() {
        return BigIntegers.asUnsignedByteArray(LENGTH, scalar);
    }

    BigInteger scalar() {
        return scalar;
    }

    @Override
    public String toString() {
        return "the key of " + nodeId;
    }
}
