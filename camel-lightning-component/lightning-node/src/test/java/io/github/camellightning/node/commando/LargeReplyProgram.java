// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import io.github.camellightning.node.JsonResult;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Takes one large reply in a JVM of its own, whose heap the reply does not fit into. */
final class LargeReplyProgram {

    private LargeReplyProgram() {}

    public static void main(String[] args) throws Exception {
        int parts = Integer.parseInt(args[1]);
        var peer = new ScriptedPeer();
        try (var client = new CommandoClient(Commandos.settings(Path.of(args[0])), peer)) {
            CompletionStage<JsonResult> call = client.call(ScriptedPeer.PEER, Commandos.smallerThan(512 << 20), null);
            long number = peer.lastRequest().number();
            byte[] piece = "x".repeat(Frames.MAX_JSON).getBytes(StandardCharsets.US_ASCII);
            client.received(ScriptedPeer.PEER, ScriptedPeer.part(number, false, "{\"result\":\""));
            for (int i = 0; i < parts; i++) {
                client.received(ScriptedPeer.PEER, ScriptedPeer.part(number, false, piece))
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS);
            }
            client.received(ScriptedPeer.PEER, ScriptedPeer.part(number, true, "\"}"));
            try (JsonResult result = Commandos.resultOf(call);
                    InputStream in = result.stream()) {
                System.out.println("read " + in.transferTo(OutputStream.nullOutputStream()));
            }
        }
    }
}
