// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.addressOf;
import static io.github.camellightning.node.peer.PeerNodes.get;
import static io.github.camellightning.node.peer.PeerNodes.message;
import static io.github.camellightning.node.peer.PeerNodes.text;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageFilter;
import io.netty.util.Version;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Two peers that greet each other on whatever Netty there is. */
public final class OlderNettyProgram implements Callable<String> {

    @Override
    public String call() throws Exception {
        var nodes = new PeerNodes();
        try {
            PeerNode bob = nodes.start();
            PeerNode alice = nodes.start();
            CompletableFuture<CustomMessage> ofBob = next(bob);
            CompletableFuture<CustomMessage> ofAlice = next(alice);

            get(alice.connect(addressOf(bob)));
            get(alice.send(bob.nodeId(), message("hello, bob")));
            String heard = text(get(ofBob));
            get(bob.send(alice.nodeId(), message("hello, alice")));

            return Version.identify(getClass().getClassLoader())
                            .get("netty-transport")
                            .artifactVersion() + " " + heard + "; " + text(get(ofAlice));
        } finally {
            nodes.afterEach(null);
        }
    }

    private static CompletableFuture<CustomMessage> next(PeerNode node) {
        var next = new CompletableFuture<CustomMessage>();
        node.onMessage(MessageFilter.all(), received -> {
            next.complete(received.message());
            return CompletableFuture.completedFuture(null);
        });
        return next;
    }
}
