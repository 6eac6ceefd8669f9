// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import io.github.camellightning.node.NodeId;
import java.math.BigInteger;
import org.bouncycastle.crypto.ec.CustomNamedCurves;

/** Ids of as many nodes as a test wants. */
final class NodeIds {

    private NodeIds() {}

    static NodeId id(int number) {
        return NodeId.of(CustomNamedCurves.getByName("secp256k1")
                .getG()
                .multiply(BigInteger.valueOf(number + 1_000L))
                .getEncoded(true));
    }
}
