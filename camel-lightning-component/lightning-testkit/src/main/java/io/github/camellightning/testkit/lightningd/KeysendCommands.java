// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.testkit.lightningd.Token.Kind;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code keysend} and {@code xkeysend}. */
final class KeysendCommands {

    private static final int FINAL_CLTV_OF_KEYSEND = 42;
    private static final int FINAL_CLTV_OF_XKEYSEND = 22;

    private static final String KEYSEND = "destination amount_msat [label] [maxfeepercent] [retry_for] [maxdelay]"
            + " [exemptfee] [extratlvs] [routehints] [maxfee] [dev_use_shadow]";
    private static final String XKEYSEND =
            "destination amount_msat [label] [maxfee] [layers] [retry_for] [maxdelay] [extratlvs]";

    private final Daemon daemon;
    private final PaymentSender sender;

    KeysendCommands(Daemon daemon, PaymentSender sender, Commands commands) {
        this.daemon = daemon;
        this.sender = sender;
        commands.add("keysend", KEYSEND, this::keysend);
        commands.add("xkeysend", XKEYSEND, this::xkeysend);
    }

    private void keysend(Call call, Token given) throws RpcException {
        var params = Params.of(given, KEYSEND);
        send(call, params, FINAL_CLTV_OF_KEYSEND, new KeysendReport(call));
    }

    private void xkeysend(Call call, Token given) throws RpcException {
        var params = Params.of(given, XKEYSEND);
        send(call, params, FINAL_CLTV_OF_XKEYSEND, new XkeysendReport(call));
    }

    private void send(Call call, Params params, int finalCltv, KeysendPayment.Report report) throws RpcException {
        var destination = destination(params);
        long amount = PaymentParams.msat(params, "amount_msat", 0);
        int retryFor = params.number("retry_for", 60);
        var tlvs = extraTlvs(params.get("extratlvs"));
        if (destination.equals(daemon.nodeId())) {
            throw RpcException.invalidParams(
                    "We are the destination. Keysend cannot be used to send funds to yourself");
        }
        call.actNow();
        new KeysendPayment(daemon, sender, destination, amount, finalCltv, tlvs, params.text("label"), retryFor, report)
                .start();
    }

    private static NodeId destination(Params params) throws RpcException {
        var given = params.require("destination");
        return Params.nodeId("destination", given, given.text());
    }

    private static Map<Long, byte[]> extraTlvs(@Nullable Token given) throws RpcException {
        var tlvs = new HashMap<Long, byte[]>();
        if (given == null) {
            return tlvs;
        }
        if (given.kind() != Kind.OBJECT) {
            throw RpcException.invalidParams("Could not decode the TLV object from extratlvs: \"" + given.text()
                    + "\" is not a valid JSON object.");
        }
        for (int i = 0; i + 1 < given.children().size(); i += 2) {
            var type = given.children().get(i).text();
            byte[] value = Hex.decode(given.children().get(i + 1).text());
            if (value == null) {
                throw RpcException.invalidParams("\"" + type + "\" is not a valid hex encoded TLV value.");
            }
            try {
                tlvs.put(Long.parseUnsignedLong(type), value);
            } catch (NumberFormatException notANumber) {
                throw RpcException.invalidParams("\"" + type + "\" is not a valid numeric TLV type.");
            }
        }
        return tlvs;
    }
}
