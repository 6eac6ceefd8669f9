// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.noise.NoiseException.Reason;
import java.math.BigInteger;
import java.security.SecureRandom;

/** The side of a BOLT 8 handshake that was dialled and learns by whom. For one handshake; not thread-safe. */
public final class Responder {

    private final NodeKey local;
    private final SecureRandom random;
    private final BigInteger ephemeral;
    private final HandshakeState handshake;

    public Responder(NodeKey local, SecureRandom random) {
        this(local, random, Secp256k1.randomScalar(random));
    }

    Responder(NodeKey local, SecureRandom random, BigInteger ephemeral) {
        this.local = local;
        this.random = random;
        this.ephemeral = ephemeral;
        this.handshake = new HandshakeState(local.nodeId().bytes());
    }

    /**
     * Takes act one and makes act two.
     *
     * @param actOne 50 bytes, as received
     * @return act two, 50 bytes to send
     * @throws NoiseException where act one is not meant for this node or damaged
     */
    public byte[] actOne(byte[] actOne) {
        handshake.begin(1);
        HandshakeState.require(actOne, HandshakeState.ACT_ONE_OR_TWO, Reason.ACT1_READ_FAILED, Reason.ACT1_BAD_VERSION);
        byte[] remoteEphemeral = HandshakeState.head(actOne);
        var remotePoint = HandshakeState.point(remoteEphemeral, Reason.ACT1_BAD_PUBKEY);
        handshake.mixHash(remoteEphemeral);
        handshake.mixKey(Secp256k1.ecdhBlinded(local.scalar(), remotePoint, random));
        handshake.decrypt(0, HandshakeState.lastTag(actOne), Reason.ACT1_BAD_TAG);

        byte[] ephemeralKey = Secp256k1.publicKey(ephemeral);
        handshake.mixHash(ephemeralKey);
        handshake.mixKey(Secp256k1.ecdhOnce(ephemeral, remotePoint));
        byte[] tag = handshake.encrypt(0, HandshakeState.EMPTY);
        handshake.await(3);
        return HandshakeState.act(ephemeralKey, tag);
    }

    /**
     * Takes act three, which ends the handshake.
     *
     * @param actThree 66 bytes, as received
     * @return with the peer's node id, which it has proven to own
     * @throws NoiseException where act three is not the right one
     */
    public Completed actThree(byte[] actThree) {
        handshake.begin(3);
        HandshakeState.require(actThree, HandshakeState.ACT_THREE, Reason.ACT3_READ_FAILED, Reason.ACT3_BAD_VERSION);
        byte[] remoteStatic = handshake.decrypt(1, HandshakeState.head(actThree), Reason.ACT3_BAD_CIPHERTEXT);
        var remotePoint = HandshakeState.point(remoteStatic, Reason.ACT3_BAD_PUBKEY);
        handshake.mixKey(Secp256k1.ecdhOnce(ephemeral, remotePoint));
        handshake.decrypt(0, HandshakeState.lastTag(actThree), Reason.ACT3_BAD_TAG);

        var keys = handshake.split();
        return new Completed(
                NodeId.of(remoteStatic),
                HandshakeState.EMPTY,
                new SendCipher(keys.second(), handshake.chainingKey()),
                new ReceiveCipher(keys.first(), handshake.chainingKey()));
    }
}
