// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;

/** Both ends of one connection after a handshake. */
record Pair(Completed initiator, Completed responder) {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final NodeKey ALICE = NodeKey.generate(RANDOM);
    private static final NodeKey BOB = NodeKey.generate(RANDOM);

    static Pair connected() {
        var initiator = new Initiator(ALICE, BOB.nodeId(), RANDOM);
        var responder = new Responder(BOB, RANDOM);
        var initiated = initiator.actTwo(responder.actOne(initiator.actOne()));
        return new Pair(initiated, responder.actThree(initiated.actThree()));
    }

    void initiatorToResponder(byte[] message) {
        assertThat(message(responder.receiver(), frame(initiator.sender(), message)))
                .isEqualTo(message);
    }

    void responderToInitiator(byte[] message) {
        assertThat(message(initiator.receiver(), frame(responder.sender(), message)))
                .isEqualTo(message);
    }

    static byte[] frame(SendCipher sender, byte[] message) {
        byte[] frame = new byte[message.length + SendCipher.OVERHEAD];
        assertThat(sender.encrypt(new Aead(), message, 0, message.length, frame, 0))
                .isEqualTo(frame.length);
        return frame;
    }

    static byte[] message(ReceiveCipher receiver, byte[] frame) {
        var aead = new Aead();
        byte[] message = new byte[receiver.decryptLength(aead, frame, 0)];
        receiver.decryptBody(aead, frame, ReceiveCipher.HEADER, message.length, message, 0);
        return message;
    }
}
