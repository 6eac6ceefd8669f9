// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.ResultBuffer;
import io.github.camellightning.node.ServedMethod;
import io.github.camellightning.node.rune.Runes;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Answers a call with one large result and takes it, both in a JVM whose heap it does not fit into. */
final class LargeServedReplyProgram {

    private LargeServedReplyProgram() {}

    /** @param args a folder, megabytes */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        int megabytes = Integer.parseInt(args[1]);
        var shop = new PeerNode();
        shop.setListen("127.0.0.1:0");
        shop.setRuneFile(directory.resolve("runes").toString());
        shop.onCommando(
                new ServedMethod("large", "", null),
                (peer, params) -> CompletableFuture.supplyAsync(() -> large(directory, megabytes)));
        var customer = new PeerNode();
        shop.start().toCompletableFuture().get(30, TimeUnit.SECONDS);
        customer.start().toCompletableFuture().get(30, TimeUnit.SECONDS);
        String rune;
        try (var runes = new Runes(directory.resolve("runes"))) {
            rune = runes.make("method=large").encode();
        }
        customer.connect(new PeerAddress(
                        shop.nodeId(), "127.0.0.1", shop.listenAddress().getPort()))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        long begun = System.nanoTime();
        try (JsonResult result = customer.commando(shop.nodeId(), MethodCall.of("large", Json.emptyObject()), rune)
                        .toCompletableFuture()
                        .get(120, TimeUnit.SECONDS);
                InputStream in = result.stream()) {
            System.out.println("took " + (System.nanoTime() - begun) / 1_000_000 + " ms");
            System.out.println("read " + in.transferTo(OutputStream.nullOutputStream()));
        }
        customer.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
        shop.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static JsonResult large(Path directory, int megabytes) {
        var buffer = new ResultBuffer(1 << 10, Long.MAX_VALUE, directory);
        byte[] piece = "x".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        byte[] head = "{\"x\":[\"\"".getBytes(StandardCharsets.US_ASCII);
        buffer.append(head, 0, head.length);
        for (int i = 0; i < megabytes; i++) {
            buffer.append(new byte[] {',', '"'}, 0, 2);
            buffer.append(piece, 0, piece.length);
            buffer.append(new byte[] {'"'}, 0, 1);
        }
        buffer.append(new byte[] {']', '}'}, 0, 2);
        return buffer.result();
    }
}
