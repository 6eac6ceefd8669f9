// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.testkit.onion.FailureCode;
import java.util.Locale;

/** The answers of {@code xkeysend}. */
record XkeysendReport(Call call) implements KeysendPayment.Report {

    private static final int DESTINATION_PERM_FAIL = 203;
    private static final int ROUTE_NOT_FOUND = 205;
    private static final int UNSPECIFIED = 209;

    @Override
    public void paid(KeysendPayment keysend, Payment payment) {
        call.succeed(Json.object()
                .put("payment_preimage", Hex.encode(KeysendReport.preimage(payment)))
                .put("amount_msat", keysend.amountMsat())
                .put("amount_sent_msat", payment.order().sentMsat())
                .put("failed_parts", keysend.failed().size())
                .put("successful_parts", 1));
    }

    @Override
    public void declined(KeysendPayment keysend, Payment payment, Payment.Failure failure) {
        if (failure.failcode() == FailureCode.INCORRECT_OR_UNKNOWN_PAYMENT_DETAILS.number()) {
            call.fail(new RpcException(
                    DESTINATION_PERM_FAIL,
                    "Destination said it doesn't know invoice: incorrect_or_unknown_payment_details"));
        } else {
            fail("Failed after " + (keysend.failed().size() + 1) + " attempts. Unexpected error (" + name(failure)
                    + ") from final node: disabling its channel for this payment. Then routing failed: We could not"
                    + " find a usable set of paths.");
        }
    }

    @Override
    public void behind(KeysendPayment keysend, Payment payment, Payment.Failure failure, long height) {
        fail("Timed out waiting for blockheight " + height + ". ");
    }

    @Override
    public void noRoute(KeysendPayment keysend) {
        int attempts = keysend.failed().size();
        var last = attempts == 0 ? null : keysend.failed().get(attempts - 1).failure();
        if (last != null) {
            fail("Failed after " + attempts + " attempts. We got a weird error (" + name(last)
                    + "): disabling the channel for this payment. Then routing failed: We could not find a usable set"
                    + " of paths.");
        } else {
            call.fail(new RpcException(
                    ROUTE_NOT_FOUND,
                    keysend.destinationIsKnown()
                            ? "Failed: We could not find a usable set of paths."
                            : "Failed: Unknown destination node " + keysend.destination()));
        }
    }

    @Override
    public void tooLong(KeysendPayment keysend) {
        fail("Could not create payment onion: path too long!");
    }

    private void fail(String words) {
        call.fail(new RpcException(UNSPECIFIED, words));
    }

    private static String name(Payment.Failure failure) {
        return FailureCode.of(failure.failcode())
                .map(code -> code.name().toLowerCase(Locale.ROOT))
                .orElse("UNKNOWN " + failure.failcode());
    }
}
