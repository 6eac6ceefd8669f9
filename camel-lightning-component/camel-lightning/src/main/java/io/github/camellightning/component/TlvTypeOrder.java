// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.math.BigInteger;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** TLV types in the order in which a stream has them, however they are written; what is no type comes last. So a Map finds a Long by its digits too. */
enum TlvTypeOrder implements Comparator<Object> {
    UNSIGNED;

    private static final int BITS = 64;

    @Override
    public int compare(Object left, Object right) {
        Long first = bits(left);
        Long second = bits(right);
        if (first == null || second == null) {
            return Boolean.compare(first == null, second == null);
        }
        return Long.compareUnsigned(first, second);
    }

    /** The 64 bits of a type: any whole number within 0 to 2^64-1, or its decimal digits; null for all else. */
    static @Nullable Long bits(@Nullable Object key) {
        if (key instanceof Long || key instanceof Integer || key instanceof Short || key instanceof Byte) {
            long number = ((Number) key).longValue();
            return number < 0 ? null : Long.valueOf(number);
        }
        BigInteger number = key instanceof BigInteger big
                ? big
                : key instanceof String digits && digits.matches("[0-9]{1,20}") ? new BigInteger(digits) : null;
        return number == null || number.signum() < 0 || number.bitLength() > BITS ? null : number.longValue();
    }
}
