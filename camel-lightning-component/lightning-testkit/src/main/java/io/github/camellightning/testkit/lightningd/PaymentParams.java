// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.testkit.onion.Hashes;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parameters as commands for payments have them. */
final class PaymentParams {

    private static final Pattern MSAT = Pattern.compile("(\\d{1,18})(msat|sat)?");

    private PaymentParams() {}

    static byte[] secret(Params params, String name) throws RpcException {
        var value = params.require(name);
        byte[] secret = Hex.decode(value.text());
        if (secret == null || secret.length != Hashes.LENGTH) {
            throw RpcException.badParameter(name, "should be a 32 byte hex value", value);
        }
        return secret;
    }

    static long u64(Params params, String name, long ifAbsent) throws RpcException {
        return unsigned(params, name, ifAbsent, Long.SIZE, Long::parseUnsignedLong);
    }

    static long u32(Params params, String name, long ifAbsent) throws RpcException {
        return unsigned(
                params, name, ifAbsent, Integer.SIZE, text -> Integer.toUnsignedLong(Integer.parseUnsignedInt(text)));
    }

    private static long unsigned(Params params, String name, long ifAbsent, int bits, ToLongFunction<String> reader)
            throws RpcException {
        var value = params.get(name);
        if (value == null) {
            return ifAbsent;
        }
        try {
            return reader.applyAsLong(value.text());
        } catch (NumberFormatException notANumber) {
            throw RpcException.badParameter(name, "should be an unsigned " + bits + " bit integer", value);
        }
    }

    static long msat(Params params, String name, long ifAbsent) throws RpcException {
        var value = params.get(name);
        if (value == null) {
            return ifAbsent;
        }
        var msat = msat(value);
        if (msat == null) {
            throw RpcException.badParameter(name, "should be a millisatoshi amount", value);
        }
        return msat;
    }

    static @Nullable Long msat(Token value) {
        var parts = MSAT.matcher(value.text());
        if (!parts.matches()) {
            return null;
        }
        long number = Long.parseLong(parts.group(1));
        return "sat".equals(parts.group(2)) ? Long.valueOf(number * 1_000) : Long.valueOf(number);
    }
}
