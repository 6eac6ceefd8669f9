// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import static io.github.camellightning.node.noise.Vectors.bytes;
import static io.github.camellightning.node.noise.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.NodeId;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every handshake of BOLT 8's vectors, the failures included. */
class HandshakeVectorsTest {

    private static final String CHAINING_KEY = text(transport(), "ck");

    /** What the side under test has output and the vector has not asked for yet: hex, an error, or the keys. */
    private final Queue<String> outputs = new ArrayDeque<>();

    @Test
    void allVectorsAreThere() {
        assertThat(Vectors.startingWith("transport-initiator")).hasSize(5);
        assertThat(Vectors.startingWith("transport-responder")).hasSize(10);
    }

    @TestFactory
    Stream<DynamicTest> theInitiatorDoesWhatTheVectorSays() {
        return Vectors.startingWith("transport-initiator")
                .map(vector -> dynamicTest(text(vector, "name"), () -> {
                    var initiator = new Initiator(
                            localKey(vector),
                            new NodeId(text(vector, "rs.pub")),
                            new SecureRandom(),
                            ephemeral(vector));
                    output(initiator::actOne);
                    play(vector, actTwo -> complete(() -> initiator.actTwo(actTwo), "sk,rk"));
                }));
    }

    @TestFactory
    Stream<DynamicTest> theResponderDoesWhatTheVectorSays() {
        return Vectors.startingWith("transport-responder")
                .map(vector -> dynamicTest(text(vector, "name"), () -> {
                    var responder = new Responder(localKey(vector), new SecureRandom(), ephemeral(vector));
                    play(
                            vector,
                            actOne -> output(() -> responder.actOne(actOne)),
                            actThree -> complete(() -> responder.actThree(actThree), "rk,sk"));
                }));
    }

    @SafeVarargs
    private void play(JsonNode vector, Consumer<byte[]>... acts) {
        int act = 0;
        for (JsonNode step : vector.required("steps")) {
            if (text(step, "kind").equals("input")) {
                acts[act++].accept(bytes(step, "value"));
            } else {
                // BOLT 8 adds the version that was seen, we tell the reason alone
                assertThat(outputs.poll()).isEqualTo(text(step, "value").replace("_VERSION 1)", "_VERSION)"));
            }
        }
        assertThat(outputs).isEmpty();
    }

    private void output(Supplier<byte[]> act) {
        try {
            outputs.add("0x" + HexFormat.of().formatHex(act.get()));
        } catch (NoiseException e) {
            outputs.add("ERROR (" + e.reason() + ")");
        }
    }

    private void complete(Supplier<Completed> lastAct, String keys) {
        try {
            var completed = lastAct.get();
            if (completed.actThree().length > 0) {
                outputs.add("0x" + HexFormat.of().formatHex(completed.actThree()));
            }
            outputs.add(keysOf(completed, keys));
        } catch (NoiseException e) {
            outputs.add("ERROR (" + e.reason() + ")");
        }
    }

    /** Keys cannot be read, so this finds out which of the two known keys each direction works with. */
    private static String keysOf(Completed completed, String order) {
        var aead = new Aead();
        String send = text(transport(), order.startsWith("sk") ? "sk" : "rk");
        String receive = text(transport(), order.startsWith("sk") ? "rk" : "sk");
        byte[] message = {1, 2, 3};
        byte[] frame = new byte[message.length + SendCipher.OVERHEAD];

        completed.sender().encrypt(aead, message, 0, message.length, frame, 0);
        assertDecrypts(new ReceiveCipher(bytes(send), bytes(CHAINING_KEY)), frame, message);
        new SendCipher(bytes(receive), bytes(CHAINING_KEY)).encrypt(aead, message, 0, message.length, frame, 0);
        assertDecrypts(completed.receiver(), frame, message);

        return order.startsWith("sk") ? order + "=0x" + send + ",0x" + receive : order + "=0x" + receive + ",0x" + send;
    }

    private static void assertDecrypts(ReceiveCipher receiver, byte[] frame, byte[] message) {
        byte[] decrypted = new byte[message.length];
        assertThat(receiver.decryptLength(new Aead(), frame, 0)).isEqualTo(message.length);
        receiver.decryptBody(new Aead(), frame, ReceiveCipher.HEADER, message.length, decrypted, 0);
        assertThat(decrypted).isEqualTo(message);
    }

    private static NodeKey localKey(JsonNode vector) {
        var key = NodeKey.of(bytes(vector, "ls.priv"));
        assertThat(key.nodeId()).hasToString(text(vector, "ls.pub"));
        return key;
    }

    private static BigInteger ephemeral(JsonNode vector) {
        var ephemeral = new BigInteger(text(vector, "e.priv"), 16);
        assertThat(Secp256k1.publicKey(ephemeral)).isEqualTo(bytes(vector, "e.pub"));
        return ephemeral;
    }

    private static JsonNode transport() {
        return Vectors.startingWith("transport-message").findFirst().orElseThrow();
    }
}
