// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.noise.Responder;
import io.netty.channel.ChannelHandlerContext;
import java.security.SecureRandom;

/** Answers a peer that dialled us: act one in, act two out, act three in, which tells who it is. */
final class ResponderHandler extends HandshakeHandler {

    private final Responder responder;
    private boolean actOneDone;

    ResponderHandler(PeerContext context, SecureRandom random, Authenticated outcome) {
        super(context, outcome);
        this.responder = new Responder(context.key(), random);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        begin();
        awaitAct(ctx);
    }

    @Override
    int expected() {
        return actOneDone ? ACT_THREE : ACT_ONE;
    }

    @Override
    void act(ChannelHandlerContext ctx, byte[] act) {
        if (actOneDone) {
            compute(ctx, () -> responder.actThree(act), completed -> complete(ctx, completed));
        } else {
            actOneDone = true;
            compute(ctx, () -> responder.actOne(act), actTwo -> write(ctx, actTwo));
        }
    }

    @Override
    String closedEarly() {
        return "hung up during the handshake";
    }
}
