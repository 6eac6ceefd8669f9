// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.node.wire.TlvStream;
import io.github.camellightning.node.wire.WireException;
import io.github.camellightning.testkit.lightningd.HookKind.Verdict;
import io.github.camellightning.testkit.onion.Hashes;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An answer to the hook {@code htlc_accepted}: whether lightningd survives it, and what it decides. */
final class HtlcAnswer {

    private HtlcAnswer() {}

    static Verdict judge(Token answer) {
        boolean sound = isAbsentOr(answer.member("payload"), HtlcAnswer::isHex)
                && isAbsentOr(answer.member("extra_tlvs"), HtlcAnswer::isTlvs)
                && isAbsentOr(answer.member("forward_to"), HtlcAnswer::isKey)
                && isAbsentOr(answer.member("invoice_msat"), value -> PaymentParams.msat(value) != null);
        if (!sound) {
            return Verdict.FATAL;
        }
        var failureOnion = answer.member("failure_onion");
        var key = answer.member("payment_key");
        return switch (HookKind.word(answer)) {
            case "continue" -> Verdict.NEXT;
            case "fail" ->
                failureOnion == null
                        ? FailureMessage.judge(answer.member("failure_message"))
                        : isHex(failureOnion) ? Verdict.LAST : Verdict.FATAL;
            case "resolve" -> key != null && isKey(key) ? Verdict.LAST : Verdict.FATAL;
            default -> Verdict.FATAL;
        };
    }

    private static boolean isAbsentOr(@Nullable Token value, Predicate<Token> good) {
        return value == null || good.test(value);
    }

    private static boolean isHex(Token value) {
        return Hex.decode(value.text()) != null;
    }

    /** A preimage, or a channel's id. */
    private static boolean isKey(Token value) {
        return value.text().length() == 2 * Hashes.LENGTH && isHex(value);
    }

    /** As an update_add_htlc may have them: the path key of a blinded path is the only even one. */
    private static boolean isTlvs(Token value) {
        byte[] bytes = Hex.decode(value.text());
        if (bytes == null) {
            return false;
        }
        try {
            TlvStream.parse(bytes).requireNoUnknownEven(type -> type == 0);
            return true;
        } catch (WireException malformed) {
            return false;
        }
    }

    static boolean resolves(Token answer) {
        return HookKind.word(answer).equals("resolve");
    }

    /** A member that {@link #judge} has looked at. */
    static byte[] bytes(Token answer, String name) {
        var value = answer.member(name);
        return Hex.known(value == null ? "" : value.text());
    }
}
