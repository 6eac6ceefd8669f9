// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.noise.Aead;
import io.github.camellightning.node.noise.SendCipher;
import io.netty.util.concurrent.FastThreadLocal;

/** What an event loop needs to encrypt and decrypt: one for each loop, so that a thousand idle connections hold none of it. */
final class Workspace {

    static final int MAX_MESSAGE = 65_535;

    final Aead aead = new Aead();
    final byte[] plain = new byte[MAX_MESSAGE];
    final byte[] sealed = new byte[MAX_MESSAGE + SendCipher.OVERHEAD];

    static FastThreadLocal<Workspace> perThread() {
        return new FastThreadLocal<>() {
            @Override
            protected Workspace initialValue() {
                return new Workspace();
            }
        };
    }
}
