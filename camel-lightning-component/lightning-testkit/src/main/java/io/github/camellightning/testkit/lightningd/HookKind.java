// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The hooks of lightningd and the answers that it survives; any other makes it abort. */
enum HookKind {
    CUSTOMMSG(Filter.NUMBERS, "{\"result\":\"continue\"}"),
    PEER_CONNECTED(Filter.NONE, "continue, or disconnect with an error_message") {
        @Override
        Verdict judge(Token result) {
            return word(result).equals("disconnect") ? Verdict.LAST : super.judge(result);
        }
    },
    RPC_COMMAND(Filter.STRINGS, "anything") {
        @Override
        Verdict judge(Token result) {
            return word(result).equals("continue") ? Verdict.NEXT : Verdict.LAST;
        }
    },
    HTLC_ACCEPTED(
            Filter.NONE,
            "continue, fail with a failure_message of at most 256 bytes in hex, or resolve with a payment_key of 32 bytes") {
        @Override
        Verdict judge(Token result) {
            return HtlcAnswer.judge(result);
        }

        @Override
        void continued(ObjectNode payload, Token result) {
            HtlcHook.change(payload, result);
        }
    },
    INVOICE_PAYMENT(Filter.NONE, "continue, reject, or a failure_message of at most 256 bytes in hex") {
        @Override
        Verdict judge(Token result) {
            if (result.member("result") == null) {
                return FailureMessage.judge(result.member("failure_message"));
            }
            return word(result).equals("reject") ? Verdict.LAST : super.judge(result);
        }
    },
    OPENCHANNEL(Filter.NONE, "continue, or reject without a close_to") {
        @Override
        Verdict judge(Token result) {
            boolean rejects = word(result).equals("reject") && result.member("close_to") == null;
            return rejects ? Verdict.LAST : super.judge(result);
        }
    },
    OPENCHANNEL2(Filter.NONE, "continue, or reject with nothing but an error_message") {
        @Override
        Verdict judge(Token result) {
            return rejects(result) ? Verdict.LAST : super.judge(result);
        }
    },
    OPENCHANNEL2_CHANGED(Filter.NONE, "continue with a psbt") {
        @Override
        Verdict judge(Token result) {
            return hasPsbt(result) ? super.judge(result) : Verdict.FATAL;
        }
    },
    OPENCHANNEL2_SIGN(Filter.NONE, "continue with a psbt") {
        @Override
        Verdict judge(Token result) {
            return hasPsbt(result) ? super.judge(result) : Verdict.FATAL;
        }
    },
    RBF_CHANNEL(Filter.NONE, "continue, or reject with nothing but an error_message") {
        @Override
        Verdict judge(Token result) {
            return rejects(result) ? Verdict.LAST : super.judge(result);
        }
    },
    ONION_MESSAGE_RECV(Filter.NONE, "anything") {
        @Override
        Verdict judge(Token result) {
            return word(result).equals("continue") ? Verdict.NEXT : Verdict.LAST;
        }
    },
    ONION_MESSAGE_RECV_SECRET(Filter.NONE, "anything") {
        @Override
        Verdict judge(Token result) {
            return word(result).equals("continue") ? Verdict.NEXT : Verdict.LAST;
        }
    },
    COMMITMENT_REVOCATION(Filter.NONE, "{\"result\":\"continue\"}"),
    DB_WRITE(Filter.NONE, "{\"result\":\"continue\"}"),
    RECOVER(Filter.NONE, "{\"result\":\"continue\"}");

    enum Filter {
        NONE,
        NUMBERS,
        STRINGS
    }

    enum Verdict {
        /** The next plugin is asked. */
        NEXT,
        /** It decides: no other plugin is asked. */
        LAST,
        /** It decides, and a node that pays this one aborts. */
        FATAL_TO_PAYERS,
        FATAL
    }

    private final Filter filter;
    private final String survives;

    HookKind(Filter filter, String survives) {
        this.filter = filter;
        this.survives = survives;
    }

    static Optional<HookKind> named(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.hookName().equals(name))
                .findAny();
    }

    String hookName() {
        return name().toLowerCase(Locale.ROOT);
    }

    Filter filter() {
        return filter;
    }

    String survives() {
        return survives;
    }

    /** @param result of a reply that is no JSON-RPC error: that one no hook allows */
    Verdict judge(Token result) {
        return word(result).equals("continue") ? Verdict.NEXT : Verdict.FATAL;
    }

    /** What a {@code continue} may change of what the next plugin, and the node, get. */
    void continued(ObjectNode payload, Token result) {}

    private static boolean rejects(Token result) {
        return word(result).equals("reject")
                && result.member("close_to") == null
                && result.member("psbt") == null
                && result.member("our_funding_msat") == null;
    }

    private static boolean hasPsbt(Token result) {
        var psbt = result.member("psbt");
        return psbt != null && psbt.isString();
    }

    static String word(Token result) {
        var word = result.member("result");
        return word == null ? "" : word.text();
    }
}
