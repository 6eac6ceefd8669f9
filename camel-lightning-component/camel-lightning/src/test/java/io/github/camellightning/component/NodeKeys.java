// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.NodeId;
import java.math.BigInteger;
import org.bouncycastle.crypto.ec.CustomNamedCurves;

/** Node ids that are points of the curve. */
final class NodeKeys {

    private NodeKeys() {}

    /** The id of the node whose key is the given small number. */
    static NodeId id(int key) {
        return NodeId.of(CustomNamedCurves.getByName("secp256k1")
                .getG()
                .multiply(BigInteger.valueOf(key))
                .normalize()
                .getEncoded(true));
    }
}
