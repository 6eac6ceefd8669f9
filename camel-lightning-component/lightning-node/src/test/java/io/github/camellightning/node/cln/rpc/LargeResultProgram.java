// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import io.github.camellightning.node.JsonResult;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Reads one large result in a JVM of its own, whose heap the result does not fit into. */
final class LargeResultProgram {

    private LargeResultProgram() {}

    public static void main(String[] args) throws Exception {
        RpcSettings settings = RpcSettings.builder(Path.of(args[0]))
                .spoolDirectory(Path.of(args[1]))
                .build();
        try (var client = new RpcClient(settings);
                JsonResult result = client.call(RpcRequest.of("large"))
                        .toCompletableFuture()
                        .get(90, TimeUnit.SECONDS);
                InputStream in = result.stream()) {
            System.out.println("read " + in.transferTo(OutputStream.nullOutputStream()));
        }
    }
}
