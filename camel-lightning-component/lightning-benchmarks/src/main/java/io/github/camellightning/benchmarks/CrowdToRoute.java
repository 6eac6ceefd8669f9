// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.node.peer.PeerNode;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** Messages of eight peers to a Camel route that counts them. */
final class CrowdToRoute implements Contender {

    private final Countdown countdown = new Countdown();
    private final PeerNode receiver = new PeerNode();
    private final CamelContext camel = new DefaultCamelContext();
    private final Crowd crowd;

    CrowdToRoute(int bytes, String releaseOn) throws Exception {
        receiver.setListen("127.0.0.1:0");
        camel.getRegistry().bind("receiver", receiver);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("lightning:custommsg?node=#receiver&messageTypes=" + NodePair.TYPE + "&releaseOn=" + releaseOn)
                        .process(exchange -> countdown.arrived());
            }
        });
        camel.start();
        crowd = new Crowd(receiver, bytes);
    }

    @Override
    public void run(int operations) throws Exception {
        countdown.expect(operations);
        crowd.send(operations);
        countdown.await();
    }

    @Override
    public void close() {
        crowd.close();
        camel.stop();
    }
}
