// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import io.github.camellightning.node.Json;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MethodSpec;
import io.github.camellightning.node.cln.CoreLightningNode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** An application that lightningd starts as its plugin: it sends each message back, and is a command. */
final class StdioApplication {

    private StdioApplication() {}

    public static void main(String[] arguments) {
        var node = new CoreLightningNode();
        node.setStdio(true);
        System.out.println("A stray print, which ends no plugin");
        if (List.of(arguments).contains("idle")) {
            new CompletableFuture<Void>().join();
        }
        node.onMessage(MessageFilter.all(), message -> node.send(message.peer(), message.message()));
        node.onMethod(
                new MethodSpec("orders", "", "Lists orders"),
                params -> CompletableFuture.completedFuture(Json.emptyObject().put("orders", 0)));
        node.start().toCompletableFuture().join();
        System.out.println("Up at " + node.nodeId());
        // what is left are daemon threads
        new Thread(() -> new CompletableFuture<Void>().join(), "application").start();
    }
}
