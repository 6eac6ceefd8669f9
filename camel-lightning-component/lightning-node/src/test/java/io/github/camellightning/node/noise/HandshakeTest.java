// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.camellightning.node.noise.NoiseException.Reason;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.Test;

class HandshakeTest {

    private static final Set<Reason> ACT_ONE =
            EnumSet.of(Reason.ACT1_READ_FAILED, Reason.ACT1_BAD_VERSION, Reason.ACT1_BAD_PUBKEY, Reason.ACT1_BAD_TAG);
    private static final Set<Reason> ACT_TWO =
            EnumSet.of(Reason.ACT2_READ_FAILED, Reason.ACT2_BAD_VERSION, Reason.ACT2_BAD_PUBKEY, Reason.ACT2_BAD_TAG);
    private static final Set<Reason> ACT_THREE = EnumSet.of(
            Reason.ACT3_READ_FAILED, Reason.ACT3_BAD_VERSION, Reason.ACT3_BAD_CIPHERTEXT, Reason.ACT3_BAD_TAG);

    private final SecureRandom random = new SecureRandom();
    private final NodeKey alice = NodeKey.generate(random);
    private final NodeKey bob = NodeKey.generate(random);
    private Initiator initiator = new Initiator(alice, bob.nodeId(), random);
    private Responder responder = new Responder(bob, random);

    @BeforeTry
    void freshHandshake() {
        initiator = new Initiator(alice, bob.nodeId(), random);
        responder = new Responder(bob, random);
    }

    @Test
    void bothLearnWhoTheOtherIs() {
        var initiated = initiator.actTwo(responder.actOne(initiator.actOne()));
        assertThat(initiated.remote()).isEqualTo(bob.nodeId());
        assertThat(initiated.actThree()).hasSize(66);

        var responded = responder.actThree(initiated.actThree());
        assertThat(responded.remote()).isEqualTo(alice.nodeId());
        assertThat(responded.actThree()).isEmpty();
    }

    @Test
    void noTwoHandshakesSendTheSameBytes() {
        assertThat(initiator.actOne()).isNotEqualTo(new Initiator(alice, bob.nodeId(), random).actOne());
    }

    @Test
    void whoDialsTheWrongNodeIsRefusedAtActOne() {
        var carol = NodeKey.generate(random);
        byte[] forCarol = new Initiator(alice, carol.nodeId(), random).actOne();
        assertFails(() -> responder.actOne(forCarol), EnumSet.of(Reason.ACT1_BAD_TAG));
    }

    @Test
    void actTwoOfAnotherHandshakeIsRefused() {
        byte[] ofAnother = responder.actOne(initiatorsActOne());
        initiator.actOne();
        assertFails(() -> initiator.actTwo(ofAnother), EnumSet.of(Reason.ACT2_BAD_TAG));
    }

    @Test
    void actThreeOfAnotherHandshakeIsRefused() {
        byte[] ofAnother = initiator
                .actTwo(new Responder(bob, random).actOne(initiator.actOne()))
                .actThree();
        responder.actOne(initiatorsActOne());
        assertFails(() -> responder.actThree(ofAnother), EnumSet.of(Reason.ACT3_BAD_CIPHERTEXT));
    }

    @Test
    void uncompressedHybridAndInfinitePointsAreRefused() {
        for (int prefix : new int[] {0, 1, 4, 5, 6, 7, 0xff}) {
            byte[] actOne = initiatorsActOne();
            actOne[1] = (byte) prefix;
            assertFails(() -> new Responder(bob, random).actOne(actOne), EnumSet.of(Reason.ACT1_BAD_PUBKEY));
        }
        byte[] infinity = new byte[50];
        assertFails(() -> new Responder(bob, random).actOne(infinity), EnumSet.of(Reason.ACT1_BAD_PUBKEY));
    }

    @Test
    void aCoordinateThatIsNotBelowTheFieldPrimeIsRefused() {
        byte[] actOne = initiatorsActOne();
        Arrays.fill(actOne, 2, 34, (byte) 0xff);
        assertFails(() -> responder.actOne(actOne), EnumSet.of(Reason.ACT1_BAD_PUBKEY));
    }

    @Test
    void aHandshakeThatFailedCannotBeContinued() {
        var good = new Responder(bob, random);
        var initiated = initiator.actTwo(good.actOne(initiator.actOne()));
        assertFails(() -> responder.actOne(new byte[50]), ACT_ONE);
        assertThatThrownBy(() -> responder.actThree(initiated.actThree())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> responder.actOne(initiatorsActOne())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void eachActHappensOnceAndInOrder() {
        assertThatThrownBy(() -> initiator.actTwo(new byte[50])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> responder.actThree(new byte[66])).isInstanceOf(IllegalStateException.class);

        byte[] actTwo = responder.actOne(initiator.actOne());
        assertThatThrownBy(initiator::actOne).isInstanceOf(IllegalStateException.class);
        byte[] actThree = initiator.actTwo(actTwo).actThree();
        assertThatThrownBy(() -> initiator.actTwo(actTwo)).isInstanceOf(IllegalStateException.class);

        responder.actThree(actThree);
        assertThatThrownBy(() -> responder.actThree(actThree)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFailureSaysWhatIsWrongAndCostsNoStackTrace() {
        assertThatThrownBy(() -> responder.actOne(new byte[49]))
                .isInstanceOf(NoiseException.class)
                .hasMessage("ACT1_READ_FAILED: act one is not 50 bytes")
                .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
    }

    @Property(tries = 300)
    void anyAlteredByteOfActOneIsRefused(@ForAll @IntRange(max = 49) int index, @ForAll("change") int change) {
        byte[] altered = alter(initiator.actOne(), index, change);
        assertFails(() -> responder.actOne(altered), ACT_ONE);
    }

    @Property(tries = 300)
    void anyAlteredByteOfActTwoIsRefused(@ForAll @IntRange(max = 49) int index, @ForAll("change") int change) {
        byte[] altered = alter(responder.actOne(initiator.actOne()), index, change);
        assertFails(() -> initiator.actTwo(altered), ACT_TWO);
    }

    @Property(tries = 300)
    void anyAlteredByteOfActThreeIsRefused(@ForAll @IntRange(max = 65) int index, @ForAll("change") int change) {
        var initiated = initiator.actTwo(responder.actOne(initiator.actOne()));
        byte[] altered = alter(initiated.actThree(), index, change);
        assertFails(() -> responder.actThree(altered), ACT_THREE);
    }

    @Property(tries = 500)
    void randomBytesAreANoiseExceptionAndNothingElse(@ForAll("acts") byte[] noise) {
        assertFails(() -> responder.actOne(noise), ACT_ONE);

        initiator.actOne();
        assertFails(() -> initiator.actTwo(noise), ACT_TWO);

        var anotherResponder = new Responder(bob, random);
        anotherResponder.actOne(initiatorsActOne());
        assertFails(() -> anotherResponder.actThree(noise), ACT_THREE);
    }

    /** Of any length, but often of the right one, with the right version and a prefix that a key may have. */
    @Provide
    Arbitrary<byte[]> acts() {
        var lengths =
                Arbitraries.oneOf(Arbitraries.of(50, 66), Arbitraries.integers().between(0, 200));
        return lengths.flatMap(length -> Arbitraries.bytes().array(byte[].class).ofSize(length))
                .flatMap(bytes -> Arbitraries.of(true, false).map(plausible -> {
                    if (plausible && bytes.length > 1) {
                        bytes[0] = 0;
                        bytes[1] = (byte) (2 + (bytes[1] & 1));
                    }
                    return bytes;
                }));
    }

    @Provide
    Arbitrary<Integer> change() {
        return Arbitraries.integers().between(1, 255);
    }

    private byte[] initiatorsActOne() {
        return new Initiator(alice, bob.nodeId(), random).actOne();
    }

    private static byte[] alter(byte[] act, int index, int change) {
        byte[] altered = act.clone();
        altered[index] ^= (byte) change;
        return altered;
    }

    private static void assertFails(Runnable act, Set<Reason> expected) {
        assertThat(catchThrowable(act::run)).isInstanceOfSatisfying(NoiseException.class, e -> assertThat(e.reason())
                .isIn(expected));
    }
}
