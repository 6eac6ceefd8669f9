// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import static io.github.camellightning.node.noise.Pair.frame;
import static io.github.camellightning.node.noise.Pair.message;
import static io.github.camellightning.node.noise.Vectors.bytes;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.InvalidMessageException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TransportTest {

    private static final byte[] HELLO = "hello".getBytes(US_ASCII);

    private final Aead aead = new Aead();

    @Test
    void theInitiatorSendsWhatTheVectorsSayAcrossTwoKeyRotations() {
        var vector = messageVector();
        assertSendsAsInTheVectors(new SendCipher(bytes(vector, "sk"), bytes(vector, "ck")), vector);
    }

    @Test
    void theResponderReadsWhatTheVectorsSayAcrossTwoKeyRotations() {
        var vector = messageVector();
        var frames = framesByIndex(vector);
        var receiver = new ReceiveCipher(bytes(vector, "sk"), bytes(vector, "ck"));
        var sender = new SendCipher(bytes(vector, "sk"), bytes(vector, "ck"));
        for (int i = 0; i <= 1_001; i++) {
            byte[] sent = frame(sender, HELLO);
            assertThat(message(receiver, frames.getOrDefault(i, sent)))
                    .as("message %d", i)
                    .isEqualTo(HELLO);
        }
    }

    @Test
    void bothDirectionsOfTheVectorsHandshakeAreIndependentOfEachOther() {
        var pair = Pair.connected();
        // one direction is three keys ahead before the other starts
        for (int i = 0; i < 1_600; i++) {
            pair.initiatorToResponder(new byte[] {(byte) i});
        }
        for (int i = 0; i < 1_600; i++) {
            pair.responderToInitiator(new byte[] {(byte) i});
        }
    }

    @Test
    void moreThanTwoThousandMessagesOfAllSizesPassEachWay() {
        var pair = Pair.connected();
        var random = new Random(8);
        for (int i = 0; i < 2_100; i++) {
            pair.initiatorToResponder(randomMessage(random, someLength(random, i)));
            pair.responderToInitiator(randomMessage(random, someLength(random, 2_099 - i)));
        }
    }

    @Test
    void everyLengthAroundTheChoiceOfTheCipherPasses() {
        var pair = Pair.connected();
        var random = new Random(9);
        for (int length = 0; length <= 2 * Aead.SHORT; length++) {
            byte[] message = randomMessage(random, length);
            pair.initiatorToResponder(message);
        }
    }

    @Test
    void theShortCipherAndThatOfTheJdkAgreeOnEachLength() throws Exception {
        var random = new Random(10);
        byte[] key = randomMessage(random, 32);
        var jdk = Cipher.getInstance("ChaCha20-Poly1305");
        var ours = new ShortAead();
        for (int length = 0; length <= 300; length++) {
            byte[] message = randomMessage(random, length);
            byte[] data = randomMessage(random, length % 40);
            byte[] nonce = new byte[12];
            nonce[4] = (byte) length;
            nonce[5] = (byte) (length >>> 8);
            nonce[11] = 7;
            jdk.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(nonce));
            jdk.updateAAD(data);
            byte[] sealed = new byte[length + ShortAead.TAG];
            ours.seal(key, 7L << 56 | length, data, message, 0, length, sealed, 0);
            assertThat(sealed).isEqualTo(jdk.doFinal(message));
        }
    }

    @Test
    void decryptionMayHappenInPlaceAndAtAnyOffset() {
        for (int length : new int[] {0, 5, 64, 100, Aead.SHORT, Aead.SHORT + 1, 65_535}) {
            var pair = Pair.connected();
            byte[] message = randomMessage(new Random(length), length);
            byte[] buffer = new byte[3 + message.length + SendCipher.OVERHEAD + 4];
            byte[] source = new byte[7 + message.length + 1];
            System.arraycopy(message, 0, source, 7, message.length);

            int count = pair.initiator().sender().encrypt(aead, source, 7, message.length, buffer, 3);
            assertThat(count).isEqualTo(message.length + SendCipher.OVERHEAD);
            int body = 3 + ReceiveCipher.HEADER;
            assertThat(pair.responder().receiver().decryptLength(aead, buffer, 3))
                    .isEqualTo(message.length);
            pair.responder().receiver().decryptBody(aead, buffer, body, message.length, buffer, body);

            assertThat(Arrays.copyOfRange(buffer, body, body + message.length)).isEqualTo(message);
            assertThat(Arrays.copyOf(buffer, 3)).containsOnly(0);
            assertThat(Arrays.copyOfRange(buffer, 3 + count, buffer.length)).containsOnly(0);
        }
    }

    @Test
    void manyConnectionsShareOneSetOfEngines() {
        var first = Pair.connected();
        var second = Pair.connected();
        for (int i = 0; i < 600; i++) {
            byte[] message = randomMessage(new Random(i), i);
            byte[] one = new byte[message.length + SendCipher.OVERHEAD];
            byte[] two = new byte[message.length + SendCipher.OVERHEAD];
            first.initiator().sender().encrypt(aead, message, 0, message.length, one, 0);
            second.responder().sender().encrypt(aead, message, 0, message.length, two, 0);
            assertThat(one).isNotEqualTo(two);
            assertThat(message(first.responder().receiver(), one)).isEqualTo(message);
            assertThat(message(second.initiator().receiver(), two)).isEqualTo(message);
        }
    }

    @Test
    void aMessageThatTheLengthCannotTellIsRefusedAndCostsNoNonce() {
        var pair = Pair.connected();
        byte[] tooLong = new byte[SendCipher.MAX_LENGTH + 1];
        byte[] out = new byte[tooLong.length + SendCipher.OVERHEAD];

        assertThatExceptionOfType(InvalidMessageException.class)
                .isThrownBy(() -> pair.initiator().sender().encrypt(aead, tooLong, 0, tooLong.length, out, 0))
                .withMessageContaining("65536")
                .withMessageContaining("65535");
        assertThatThrownBy(() -> pair.initiator().sender().encrypt(aead, HELLO, 0, 5, new byte[38], 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> pair.initiator().sender().encrypt(aead, HELLO, 1, 5, out, 0))
                .isInstanceOf(IndexOutOfBoundsException.class);

        pair.initiatorToResponder(HELLO);
    }

    @Test
    void aReplayedFrameIsRefused() {
        var pair = Pair.connected();
        byte[] frame = frame(pair.initiator().sender(), HELLO);
        assertThat(message(pair.responder().receiver(), frame)).isEqualTo(HELLO);
        assertBadMac(() -> message(pair.responder().receiver(), frame));
    }

    @Test
    void aFrameIsNotForItsOwnSender() {
        var pair = Pair.connected();
        byte[] frame = frame(pair.initiator().sender(), HELLO);
        assertBadMac(() -> message(pair.initiator().receiver(), frame));
    }

    @Test
    void eachBitOfAFrameCounts() {
        byte[] key = new byte[32];
        for (int length : new int[] {0, 5, Aead.SHORT + 1}) {
            byte[] message = new byte[length];
            byte[] frame = frame(new SendCipher(key, key), message);
            for (int bit = 0; bit < 8 * frame.length; bit++) {
                byte[] altered = frame.clone();
                altered[bit / 8] ^= (byte) (1 << bit % 8);
                assertBadMac(() -> message(new ReceiveCipher(key, key), altered));
            }
        }
    }

    @Test
    void nothingIsWrittenWhereTheMacIsWrong() {
        byte[] key = new byte[32];
        for (int length : new int[] {5, Aead.SHORT + 1}) {
            byte[] frame = frame(new SendCipher(key, key), new byte[length]);
            frame[frame.length - 1] ^= 1;
            var receiver = new ReceiveCipher(key, key);
            byte[] out = new byte[receiver.decryptLength(aead, frame, 0)];
            Arrays.fill(out, (byte) 0x55);
            assertBadMac(() -> receiver.decryptBody(aead, frame, ReceiveCipher.HEADER, out.length, out, 0));
            assertThat(out).containsOnly(0x55);
        }
    }

    @Property(tries = 500)
    void randomBytesAreABadMacAndNothingElse(
            @ForAll @Size(max = 1_000) byte[] noise, @ForAll @IntRange(max = 600) int length) {
        byte[] key = new byte[32];
        byte[] frame = Arrays.copyOf(noise, noise.length + ReceiveCipher.HEADER + length + ReceiveCipher.TAG);
        var engines = new Aead();
        assertBadMac(() -> new ReceiveCipher(key, key).decryptLength(engines, frame, noise.length / 2));
        assertBadMac(() -> new ReceiveCipher(key, key).decryptBody(engines, frame, 0, length, new byte[length], 0));
    }

    private void assertSendsAsInTheVectors(SendCipher sender, JsonNode vector) {
        var frames = framesByIndex(vector);
        for (int i = 0; i <= 1_001; i++) {
            byte[] sent = frame(sender, HELLO);
            assertThat(sent).as("message %d", i).isEqualTo(frames.getOrDefault(i, sent));
        }
    }

    private static void assertBadMac(Runnable decryption) {
        assertThatThrownBy(decryption::run).isInstanceOfSatisfying(NoiseException.class, e -> assertThat(e.reason())
                .isEqualTo(NoiseException.Reason.BAD_MAC));
    }

    private static JsonNode messageVector() {
        return Vectors.startingWith("transport-message").findFirst().orElseThrow();
    }

    private static Map<Integer, byte[]> framesByIndex(JsonNode vector) {
        var frames = StreamSupport.stream(vector.required("steps").spliterator(), false)
                .collect(Collectors.toMap(step -> step.required("index").asInt(), step -> bytes(step, "value")));
        assertThat(frames).containsOnlyKeys(0, 1, 500, 501, 1_000, 1_001);
        return frames;
    }

    private static byte[] randomMessage(Random random, int length) {
        byte[] message = new byte[length];
        random.nextBytes(message);
        return message;
    }

    /** The first of many messages have the shortest and the longest length there is. */
    private static int someLength(Random random, int index) {
        return switch (index) {
            case 0 -> 0;
            case 1 -> SendCipher.MAX_LENGTH;
            case 2 -> 1;
            default -> random.nextInt(index % 20 == 0 ? SendCipher.MAX_LENGTH + 1 : 2_000);
        };
    }
}
