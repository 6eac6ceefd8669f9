// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import java.math.BigInteger;
import java.nio.ByteBuffer;

/**
 * SHA-256 (FIPS 180-4) that can be taken up where a digest left off, padding included: runes are made that way, and the
 * JDK's digest cannot start from a state.
 */
record Sha256State(byte[] digest, long length) {

    static final int BLOCK = 64;

    private static final int LENGTH_FIELD = 8;
    private static final int ROUNDS = 64;

    private static final int[] INITIAL = roots(8, 2);
    private static final int[] CONSTANTS = roots(ROUNDS, 3);

    static Sha256State initial() {
        return new Sha256State(bytes(INITIAL), 0);
    }

    /** What the digest is of everything so far, its padding, and this. */
    Sha256State add(byte[] message) {
        var padded = ByteBuffer.allocate(padded(message.length));
        padded.put(message).put((byte) 0x80);
        padded.putLong(padded.capacity() - LENGTH_FIELD, (length + message.length) * 8);
        var state = new int[8];
        ByteBuffer.wrap(digest).asIntBuffer().get(state);
        for (padded.rewind(); padded.hasRemaining(); ) {
            compress(state, padded);
        }
        return new Sha256State(bytes(state), length + padded.capacity());
    }

    /** With a bit that is set, bits that are not, and the length: full blocks. */
    static int padded(int messageLength) {
        return (messageLength + LENGTH_FIELD) / BLOCK * BLOCK + BLOCK;
    }

    private static void compress(int[] state, ByteBuffer block) {
        var w = new int[ROUNDS];
        for (int i = 0; i < 16; i++) {
            w[i] = block.getInt();
        }
        for (int i = 16; i < ROUNDS; i++) {
            int s0 = Integer.rotateRight(w[i - 15], 7) ^ Integer.rotateRight(w[i - 15], 18) ^ w[i - 15] >>> 3;
            int s1 = Integer.rotateRight(w[i - 2], 17) ^ Integer.rotateRight(w[i - 2], 19) ^ w[i - 2] >>> 10;
            w[i] = w[i - 16] + s0 + w[i - 7] + s1;
        }
        int a = state[0];
        int b = state[1];
        int c = state[2];
        int d = state[3];
        int e = state[4];
        int f = state[5];
        int g = state[6];
        int h = state[7];
        for (int i = 0; i < ROUNDS; i++) {
            int s1 = Integer.rotateRight(e, 6) ^ Integer.rotateRight(e, 11) ^ Integer.rotateRight(e, 25);
            int t1 = h + s1 + (e & f ^ ~e & g) + CONSTANTS[i] + w[i];
            int s0 = Integer.rotateRight(a, 2) ^ Integer.rotateRight(a, 13) ^ Integer.rotateRight(a, 22);
            int t2 = s0 + (a & b ^ a & c ^ b & c);
            h = g;
            g = f;
            f = e;
            e = d + t1;
            d = c;
            c = b;
            b = a;
            a = t1 + t2;
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    /** The first 32 bits behind the point of the square or cube roots of the first primes. */
    private static int[] roots(int count, int degree) {
        var constants = new int[count];
        int prime = 2;
        for (int i = 0; i < count; i++, prime = nextPrime(prime)) {
            constants[i] = fraction(prime, degree);
        }
        return constants;
    }

    private static int nextPrime(int prime) {
        return BigInteger.valueOf(prime).nextProbablePrime().intValueExact();
    }

    private static int fraction(int prime, int degree) {
        var scaled = BigInteger.valueOf(prime).shiftLeft(32 * degree);
        var low = BigInteger.ZERO;
        for (int bit = 36; bit >= 0; bit--) {
            var candidate = low.setBit(bit);
            if (candidate.pow(degree).compareTo(scaled) <= 0) {
                low = candidate;
            }
        }
        return low.intValue();
    }

    private static byte[] bytes(int[] words) {
        var bytes = ByteBuffer.allocate(words.length * 4);
        bytes.asIntBuffer().put(words);
        return bytes.array();
    }
}
