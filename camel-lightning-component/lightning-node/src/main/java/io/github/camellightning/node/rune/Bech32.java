// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import java.util.Arrays;
import java.util.Locale;

/** Bech32 (BIP 173) of any length, as invoices are written (BOLT 11, BOLT 12). */
record Bech32(String prefix, int[] groups) {

    private static final String ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private static final int[] GENERATOR = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    private static final int CHECKSUM = 6;

    /** @throws IllegalArgumentException saying what is wrong */
    static Bech32 parse(String text) {
        Bech32 all = parse(text, CHECKSUM);
        if (checksum(all.prefix, all.groups) != 1) {
            throw new IllegalArgumentException("Bad bech32 string");
        }
        return new Bech32(all.prefix, Arrays.copyOf(all.groups, all.groups.length - CHECKSUM));
    }

    /**
     * The same characters without a checksum (BOLT 12).
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    static Bech32 parseUnchecked(String text) {
        return parse(text, 0);
    }

    private static Bech32 parse(String text, int least) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!text.equals(lower) && !text.equals(text.toUpperCase(Locale.ROOT))) {
            throw new IllegalArgumentException("Mixed case in bech32 string");
        }
        // others than ASCII's have one of these as their lower case
        boolean ascii = text.chars().allMatch(c -> c < 0x80);
        int separator = lower.lastIndexOf('1');
        if (!ascii || separator < 1 || separator + 1 + least > lower.length()) {
            throw new IllegalArgumentException("Bad bech32 string");
        }
        String prefix = lower.substring(0, separator);
        var groups = new int[lower.length() - separator - 1];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = ALPHABET.indexOf(lower.charAt(separator + 1 + i));
            if (groups[i] < 0) {
                throw new IllegalArgumentException("Bad bech32 string");
            }
        }
        return new Bech32(prefix, groups);
    }

    private static int checksum(String prefix, int[] groups) {
        int check = 1;
        for (int i = 0; i < prefix.length(); i++) {
            check = step(check, prefix.charAt(i) >> 5);
        }
        check = step(check, 0);
        for (int i = 0; i < prefix.length(); i++) {
            check = step(check, prefix.charAt(i) & 31);
        }
        for (int group : groups) {
            check = step(check, group);
        }
        return check;
    }

    private static int step(int check, int value) {
        int top = check >>> 25;
        int next = (check & 0x1ffffff) << 5 ^ value;
        for (int i = 0; i < GENERATOR.length; i++) {
            next ^= (top >> i & 1) == 1 ? GENERATOR[i] : 0;
        }
        return next;
    }

    /**
     * All groups as bytes.
     *
     * @throws IllegalArgumentException where bits are left that are not zero, or enough for another group
     */
    byte[] bytes() {
        int left = 5 * groups.length % 8;
        if (left >= 5 || (left > 0 && (groups[groups.length - 1] & ((1 << left) - 1)) != 0)) {
            throw new IllegalArgumentException("Bad padding of bech32 string");
        }
        return bytes(0, groups.length, false);
    }

    /** Groups of 5 bits as bytes; a last byte that is not full is dropped, or filled up with zeros. */
    byte[] bytes(int from, int to, boolean fill) {
        int bits = 5 * (to - from);
        var bytes = new byte[fill ? (bits + 7) / 8 : bits / 8];
        for (int bit = 0; bit < bits && bit / 8 < bytes.length; bit++) {
            int value = groups[from + bit / 5] >> (4 - bit % 5) & 1;
            bytes[bit / 8] |= (byte) (value << (7 - bit % 8));
        }
        return bytes;
    }

    /** Big-endian. */
    int number(int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = number << 5 | groups[i];
        }
        return number;
    }
}
