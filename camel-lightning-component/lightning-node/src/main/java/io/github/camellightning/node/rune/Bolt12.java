// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.wire.TlvStream;
import io.github.camellightning.node.wire.WireException;
import io.github.camellightning.node.wire.WireReader;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What runes ask of an invoice (BOLT 12). Its signature is verified; its chain, features and expiry are nobody's concern here, as with lightningd.
 *
 * @param description null where it has none
 * @param node whose offer it is, who then is to be paid; null where the offer is no node's but a path's, or there was none: who is to be paid has made up a
 *     key for that
 */
record Bolt12(
        Long millisatoshi,
        @Nullable String description,
        @Nullable NodeId node) implements Invoice {

    private static final String PREFIX = "lni";
    /** A plus with a character on both sides, and white space behind it, joins what was written apart. */
    private static final Pattern JOINT = Pattern.compile("(?<!\\A)\\+\\s*+(?=[^+])");

    private static final TaggedHash SIGNED = new TaggedHash("lightning" + "invoice" + "signature");

    /** Whether the text is meant to be one. */
    static boolean is(String text) {
        return joined(text).regionMatches(true, 0, PREFIX + "1", 0, PREFIX.length() + 1);
    }

    /** @throws IllegalArgumentException saying what is wrong */
    static Bolt12 parse(String text) {
        try {
            return of(Bolt12Fields.parse(bytes(text, PREFIX)));
        } catch (WireException malformed) {
            throw new IllegalArgumentException(malformed.getMessage(), malformed);
        }
    }

    /** @throws IllegalArgumentException saying what is wrong */
    static byte[] bytes(String text, String prefix) {
        Bech32 bech32 = Bech32.parseUnchecked(joined(text));
        if (!bech32.prefix().equals(prefix)) {
            throw new IllegalArgumentException("Prefix is no invoice's");
        }
        return bech32.bytes();
    }

    private static String joined(String text) {
        return JOINT.matcher(text).replaceAll("");
    }

    private static Bolt12 of(TlvStream fields) {
        byte[] node = Bolt12Fields.required(fields, Bolt12Fields.NODE, "invoice_node_id");
        byte[] amount = Bolt12Fields.required(fields, Bolt12Fields.AMOUNT, "invoice_amount");
        Bolt12Fields.required(fields, Bolt12Fields.CREATED_AT, "invoice_created_at");
        Bolt12Fields.required(fields, Bolt12Fields.PAYMENT_HASH, "invoice_payment_hash");
        requirePaths(fields);
        requireSigned(fields, node);
        return new Bolt12(
                millisatoshi(amount),
                fields.value(Bolt12Fields.DESCRIPTION).map(Bolt12Fields::utf8).orElse(null),
                fields.value(Bolt12Fields.ISSUER)
                        .map(issuer -> issuer(issuer, node))
                        .orElse(null));
    }

    private static void requirePaths(TlvStream fields) {
        int paths = Bolt12Fields.paths(Bolt12Fields.required(fields, Bolt12Fields.PATHS, "invoice_paths"));
        int payments = Bolt12Fields.payments(Bolt12Fields.required(fields, Bolt12Fields.PAYINFO, "invoice_blindedpay"));
        if (paths == 0 || paths != payments) {
            throw new IllegalArgumentException(paths + " paths, and what " + payments + " cost");
        }
    }

    private static void requireSigned(TlvStream fields, byte[] node) {
        byte[] signature = Bolt12Fields.required(fields, Bolt12Fields.SIGNATURE, "signature");
        byte[] x = Arrays.copyOfRange(node, 1, node.length);
        if (!Bip340.verify(x, SIGNED.of(MerkleRoot.of(fields)), signature)) {
            throw new IllegalArgumentException("Bad signature");
        }
    }

    private static long millisatoshi(byte[] amount) {
        long millisatoshi = new WireReader(amount).tu64();
        if (millisatoshi < 0) {
            throw new IllegalArgumentException("Invalid amount");
        }
        return millisatoshi;
    }

    /** Anybody can write any node's id there: only where that node has signed, it is that node's invoice. */
    private static NodeId issuer(byte[] issuer, byte[] node) {
        if (!Arrays.equals(issuer, node)) {
            throw new IllegalArgumentException("Not signed by the offer's issuer");
        }
        return NodeId.of(issuer);
    }
}
