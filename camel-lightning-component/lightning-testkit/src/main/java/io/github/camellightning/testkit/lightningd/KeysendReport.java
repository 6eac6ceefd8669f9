// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The answers of {@code keysend}. */
record KeysendReport(Call call) implements KeysendPayment.Report {

    private static final int DESTINATION_PERM_FAIL = 203;
    private static final int STOPPED_RETRYING = 210;

    @Override
    public void paid(KeysendPayment keysend, Payment payment) {
        call.succeed(Json.object()
                .put("destination", keysend.destination().hex())
                .put("payment_hash", Hex.encode(payment.order().hash()))
                .put("created_at", payment.describe().path("created_at").longValue())
                .put("parts", 1)
                .put("amount_msat", keysend.amountMsat())
                .put("amount_sent_msat", payment.order().sentMsat())
                .put("payment_preimage", Hex.encode(preimage(payment)))
                .put("status", "complete"));
    }

    static byte[] preimage(Payment payment) {
        byte[] preimage = payment.preimage();
        if (preimage == null) {
            throw new IllegalStateException("the payment is not complete");
        }
        return preimage;
    }

    @Override
    public void declined(KeysendPayment keysend, Payment payment, Payment.Failure failure) {
        call.fail(new RpcException(DESTINATION_PERM_FAIL, failure.words(), more(keysend, payment, failure)));
    }

    @Override
    public void behind(KeysendPayment keysend, Payment payment, Payment.Failure failure, long height) {
        call.fail(new RpcException(PaymentSender.TRY_OTHER_ROUTE, failure.words(), more(keysend, payment, failure)));
    }

    private static ObjectNode more(KeysendPayment keysend, Payment payment, Payment.Failure failure) {
        var more = Json.object().put("id", payment.id());
        more.setAll(failure.details());
        return more.put("created_at", payment.describe().path("created_at").longValue())
                .put("destination", keysend.destination().hex())
                .put("payment_hash", Hex.encode(payment.order().hash()))
                .put("status", "failed")
                .put("amount_msat", keysend.amountMsat())
                .put("amount_sent_msat", 0)
                .put("erring_node", keysend.destination().hex());
    }

    @Override
    public void noRoute(KeysendPayment keysend) {
        var more = Json.object();
        var attempts = more.putArray("attempts");
        for (var payment : keysend.failed()) {
            var failure = payment.failure();
            attempts.addObject()
                    .put("status", "failed")
                    .put("failreason", failure == null ? "" : failure.words())
                    .put("amount_msat", keysend.amountMsat());
        }
        attempts.addObject()
                .put("status", "failed")
                .put(
                        "failreason",
                        keysend.destinationIsKnown() ? "No path found" : "Unknown destination " + keysend.destination())
                .put("amount_msat", keysend.amountMsat());
        ranOut(more, attempts.size());
    }

    @Override
    public void tooLong(KeysendPayment keysend) {
        var more = Json.object();
        more.putArray("attempts")
                .addObject()
                .put("status", "failed")
                .put(
                        "failreason",
                        "Failing a partial payment due to a failed RPC call createonion:"
                                + " {\"code\":-32602,\"message\":\"Payloads exceed maximum onion packet size.\"}")
                .put("partid", 0)
                .put("amount_msat", keysend.amountMsat());
        ranOut(more, 1);
    }

    private void ranOut(ObjectNode more, int attempts) {
        call.fail(new RpcException(
                STOPPED_RETRYING,
                "Ran out of routes to try after " + attempts + (attempts == 1 ? " attempt" : " attempts")
                        + ": see `paystatus`",
                more));
    }
}
