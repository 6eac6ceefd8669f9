// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.noise.NoiseException.Reason;
import java.math.BigInteger;
import java.security.SecureRandom;

/** The side of a BOLT 8 handshake that dialled and knows whom. For one handshake; not thread-safe. */
public final class Initiator {

    private final NodeKey local;
    private final NodeId remote;
    private final SecureRandom random;
    private final BigInteger ephemeral;
    private final HandshakeState handshake;

    public Initiator(NodeKey local, NodeId remote, SecureRandom random) {
        this(local, remote, random, Secp256k1.randomScalar(random));
    }

    Initiator(NodeKey local, NodeId remote, SecureRandom random, BigInteger ephemeral) {
        this.local = local;
        this.remote = remote;
        this.random = random;
        this.ephemeral = ephemeral;
        this.handshake = new HandshakeState(remote.bytes());
    }

    /** Returns act one, 50 bytes to send. */
    public byte[] actOne() {
        handshake.begin(1);
        byte[] ephemeralKey = Secp256k1.publicKey(ephemeral);
        handshake.mixHash(ephemeralKey);
        handshake.mixKey(Secp256k1.ecdhOnce(ephemeral, Secp256k1.point(remote.bytes())));
        byte[] tag = handshake.encrypt(0, HandshakeState.EMPTY);
        handshake.await(2);
        return HandshakeState.act(ephemeralKey, tag);
    }

    /**
     * Takes act two and makes act three.
     *
     * @param actTwo 50 bytes, as received
     * @return with act three, which is to be sent before anything else
     * @throws NoiseException where act two is not the right one
     */
    public Completed actTwo(byte[] actTwo) {
        handshake.begin(2);
        HandshakeState.require(actTwo, HandshakeState.ACT_ONE_OR_TWO, Reason.ACT2_READ_FAILED, Reason.ACT2_BAD_VERSION);
        byte[] remoteEphemeral = HandshakeState.head(actTwo);
        var remotePoint = HandshakeState.point(remoteEphemeral, Reason.ACT2_BAD_PUBKEY);
        handshake.mixHash(remoteEphemeral);
        handshake.mixKey(Secp256k1.ecdhOnce(ephemeral, remotePoint));
        handshake.decrypt(0, HandshakeState.lastTag(actTwo), Reason.ACT2_BAD_TAG);

        byte[] staticKey = handshake.encrypt(1, local.nodeId().bytes());
        handshake.mixKey(Secp256k1.ecdhBlinded(local.scalar(), remotePoint, random));
        byte[] actThree = HandshakeState.act(staticKey, handshake.encrypt(0, HandshakeState.EMPTY));

        var keys = handshake.split();
        return new Completed(
                remote,
                actThree,
                new SendCipher(keys.first(), handshake.chainingKey()),
                new ReceiveCipher(keys.second(), handshake.chainingKey()));
    }
}
