// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.node.wire.WireException;
import io.github.camellightning.node.wire.WireReader;
import io.github.camellightning.testkit.lightningd.Token.Kind;
import io.github.camellightning.testkit.onion.Curve;
import io.github.camellightning.testkit.onion.OnionPacket;
import io.github.camellightning.testkit.onion.Sphinx;
import java.util.ArrayList;
import java.util.List;

/** {@code createonion} and {@code injectonionmessage}. */
final class OnionCommands {

    private static final String CREATEONION = "hops assocdata [session_key] [onion_size]";
    private static final String INJECT = "path_key message";
    private static final int LONGEST_MESSAGE = 65_535;

    private final Daemon daemon;

    OnionCommands(Daemon daemon, Commands commands) {
        this.daemon = daemon;
        commands.add("createonion", CREATEONION, this::createOnion);
        commands.add("injectonionmessage", INJECT, this::injectOnionMessage);
    }

    /** What is no hex lightningd takes for nothing at all: it means to check, and looks at the wrong thing. */
    static byte[] bytes(Token hex) {
        byte[] bytes = Hex.decode(hex.text());
        return bytes == null ? new byte[0] : bytes;
    }

    private void createOnion(Call call, Token given) throws RpcException {
        var params = Params.of(given, CREATEONION);
        var hops = hops(params.require("hops"));
        byte[] assocData = bytes(params.require("assocdata"));
        byte[] sessionKey = params.get("session_key") == null
                ? Daemon.random(Curve.SCALAR_LENGTH)
                : PaymentParams.secret(params, "session_key");
        int size = params.number("onion_size", OnionPacket.PAYMENT_LAYERS);
        for (int i = 0; i < hops.size(); i++) {
            if (!isPrefixed(hops.get(i).payload())) {
                throw RpcException.invalidParams("hops[" + i + "] payload is not prefixed with length!");
            }
        }
        if (Sphinx.length(hops) > Integer.toUnsignedLong(size)) {
            throw RpcException.invalidParams("Payloads exceed maximum onion packet size.");
        }
        if (!Curve.isScalar(sessionKey)) {
            throw RpcException.lightningd("Could not create onion packet");
        }
        call.actNow();
        var made = Sphinx.create(hops, sessionKey, assocData, size);
        var result = Json.object().put("onion", Hex.encode(made.packet().encode()));
        var secrets = result.putArray("shared_secrets");
        made.sharedSecrets().forEach(secret -> secrets.add(Hex.encode(secret)));
        call.succeed(result);
    }

    private static List<Sphinx.Hop> hops(Token given) throws RpcException {
        if (given.kind() != Kind.ARRAY) {
            throw RpcException.badParameter("hops", "should be an array of hops", given);
        }
        var hops = new ArrayList<Sphinx.Hop>();
        for (var hop : given.children()) {
            var pubkey = hop.member("pubkey");
            var payload = hop.member("payload");
            if (pubkey == null || payload == null) {
                throw RpcException.invalidParams(
                        "Hop " + hops.size() + " does not have a " + (pubkey == null ? "pubkey" : "payload"));
            }
            if (!Curve.isPoint(bytes(pubkey))) {
                throw RpcException.badParameter("hops", "should be a pubkey", pubkey);
            }
            byte[] told = Hex.decode(payload.text());
            if (told == null) {
                throw RpcException.badParameter("hops", "should be hex", payload);
            }
            hops.add(new Sphinx.Hop(bytes(pubkey), told));
        }
        if (hops.isEmpty()) {
            throw RpcException.invalidParams("At least one hop must be specified.");
        }
        return hops;
    }

    private static boolean isPrefixed(byte[] payload) {
        try {
            var reader = new WireReader(payload);
            return reader.bigSize() == reader.remaining();
        } catch (WireException noLength) {
            return false;
        }
    }

    private void injectOnionMessage(Call call, Token given) throws RpcException {
        var params = Params.of(given, INJECT);
        var pathKey = params.require("path_key");
        byte[] message = bytes(params.require("message"));
        if (!Curve.isPoint(bytes(pathKey))) {
            throw RpcException.badParameter("path_key", "should be a compressed pubkey", pathKey);
        }
        if (message.length > LONGEST_MESSAGE) {
            throw RpcException.invalidParams("onion message too long");
        }
        call.actNow();
        var problem = daemon.onionMessages().handle(bytes(pathKey), message);
        if (problem != null) {
            throw RpcException.lightningd(problem);
        }
        call.succeed(Json.object());
    }
}
