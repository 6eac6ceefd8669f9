// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Poly1305 (RFC 8439, section 2.5) over data that is padded with zeros to whole blocks of 16 bytes, which is all that an
 * AEAD has it compute. Takes a time that depends on lengths only. Not thread-safe.
 *
 * <p>The JDK's own is not to be had alone, nor fast without AVX-512; Bouncy Castle's works on limbs of 26 bits. Here a
 * number below 2^130 is three limbs of 44, 44 and 42 bits. The product of two limbs has up to 96 bits: its low 44 come
 * from a plain multiplication, the others from {@link Math#multiplyHigh} of the factors, shifted by 20 bits together.
 */
final class Poly1305 {

    static final int TAG = 16;

    private static final int BLOCK = 16;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long MASK_44 = (1L << 44) - 1;
    private static final long MASK_42 = (1L << 42) - 1;
    /** The bit after each block's 128, in the third limb. */
    private static final long BEYOND_BLOCK = 1L << 40;
    /** Together 20, the 64 bits of a word less the 44 of a limb; a sum of limbs shifted by the first still is no negative number. */
    private static final int SHIFT_SUM = 17;

    private static final int SHIFT_KEY = 3;

    private final byte[] last = new byte[BLOCK];

    private long r0;
    private long r1;
    private long r2;
    private long padLow;
    private long padHigh;
    private long h0;
    private long h1;
    private long h2;

    /** @param key 32 bytes, for one tag only */
    void start(byte[] key) {
        long low = (long) LONGS.get(key, 0) & 0x0ffffffc0fffffffL;
        long high = (long) LONGS.get(key, 8) & 0x0ffffffc0ffffffcL;
        r0 = low & MASK_44;
        r1 = ((low >>> 44) | (high << 20)) & MASK_44;
        r2 = high >>> 24;
        padLow = (long) LONGS.get(key, 16);
        padHigh = (long) LONGS.get(key, 24);
        h0 = 0;
        h1 = 0;
        h2 = 0;
    }

    /** Adds the data and the zeros that make it whole blocks. */
    void update(byte[] data, int offset, int length) {
        int rest = length % BLOCK;
        blocks(data, offset, length - rest);
        if (rest > 0) {
            LONGS.set(last, 0, 0L);
            LONGS.set(last, 8, 0L);
            System.arraycopy(data, offset + length - rest, last, 0, rest);
            blocks(last, 0, BLOCK);
        }
    }

    /** Adds a block of two numbers. */
    void update(long first, long second) {
        LONGS.set(last, 0, first);
        LONGS.set(last, 8, second);
        blocks(last, 0, BLOCK);
    }

    /** h = (h + block) * r mod 2^130 - 5, for each block; h is a little more than that at times. */
    private void blocks(byte[] data, int offset, int length) {
        long k0 = r0 << SHIFT_KEY;
        long k1 = r1 << SHIFT_KEY;
        long k2 = r2 << SHIFT_KEY;
        // 2^132 is 20 mod 2^130 - 5: what a product of limbs has beyond the third comes back so many times
        long s1 = 20 * r1;
        long s2 = 20 * r2;
        long t1 = s1 << SHIFT_KEY;
        long t2 = s2 << SHIFT_KEY;
        long a0 = h0;
        long a1 = h1;
        long a2 = h2;
        for (int at = offset; at < offset + length; at += BLOCK) {
            long low = (long) LONGS.get(data, at);
            long high = (long) LONGS.get(data, at + 8);
            a0 += low & MASK_44;
            a1 += ((low >>> 44) | (high << 20)) & MASK_44;
            a2 += (high >>> 24) | BEYOND_BLOCK;
            long b0 = a0 << SHIFT_SUM;
            long b1 = a1 << SHIFT_SUM;
            long b2 = a2 << SHIFT_SUM;

            long low0 = ((a0 * r0) & MASK_44) + ((a1 * s2) & MASK_44) + ((a2 * s1) & MASK_44);
            long high0 = Math.multiplyHigh(b0, k0) + Math.multiplyHigh(b1, t2) + Math.multiplyHigh(b2, t1);
            long low1 = ((a0 * r1) & MASK_44) + ((a1 * r0) & MASK_44) + ((a2 * s2) & MASK_44);
            long high1 = Math.multiplyHigh(b0, k1) + Math.multiplyHigh(b1, k0) + Math.multiplyHigh(b2, t2);
            long low2 = ((a0 * r2) & MASK_44) + ((a1 * r1) & MASK_44) + ((a2 * r0) & MASK_44);
            long high2 = Math.multiplyHigh(b0, k2) + Math.multiplyHigh(b1, k1) + Math.multiplyHigh(b2, k0);

            low1 += high0 + (low0 >>> 44);
            low2 += high1 + (low1 >>> 44);
            a0 = (low0 & MASK_44) + 5 * ((low2 >>> 42) + (high2 << 2));
            a1 = (low1 & MASK_44) + (a0 >>> 44);
            a0 &= MASK_44;
            a2 = low2 & MASK_42;
        }
        h0 = a0;
        h1 = a1;
        h2 = a2;
    }

    /** Writes the tag, 16 bytes. */
    void finish(byte[] out, int offset) {
        carry();
        carry();
        // h + 5 - 2^130: not negative where h is not reduced yet
        long g0 = h0 + 5;
        long g1 = h1 + (g0 >>> 44);
        long g2 = h2 + (g1 >>> 44) - (1L << 42);
        long keep = g2 >> 63;
        h0 = (h0 & keep) | (g0 & MASK_44 & ~keep);
        h1 = (h1 & keep) | (g1 & MASK_44 & ~keep);
        h2 = (h2 & keep) | (g2 & ~keep);

        long low = h0 | (h1 << 44);
        long sum = low + padLow;
        long carry = ((low & padLow) | ((low | padLow) & ~sum)) >>> 63;
        LONGS.set(out, offset, sum);
        LONGS.set(out, offset + 8, ((h1 >>> 20) | (h2 << 24)) + padHigh + carry);
    }

    private void carry() {
        h1 += h0 >>> 44;
        h0 &= MASK_44;
        h2 += h1 >>> 44;
        h1 &= MASK_44;
        h0 += 5 * (h2 >>> 42);
        h2 &= MASK_42;
    }
}
