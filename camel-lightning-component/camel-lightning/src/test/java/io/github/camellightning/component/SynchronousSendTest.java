// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;

class SynchronousSendTest extends LightningTestSupport {

    private static final NodeId PEER = NodeKeys.id(101);

    private static final String TO_PEER = "lightning:sendcustommsg?messageType=0x9419&synchronous=true&peerId=" + PEER;

    @Test
    void theRouteGoesOnOnTheThreadOfTheCallerOnceTheMessageIsSent() throws Exception {
        var sending = new CompletableFuture<Void>();
        alice.onSend((peer, message) -> sending);
        start(in -> in.from("direct:out").to(TO_PEER).process(exchange -> exchange.getMessage()
                .setBody(Thread.currentThread().getName())));
        ProducerTemplate sender = context.createProducerTemplate();
        var result = new FutureTask<>(() -> sender.requestBody("direct:out", "", String.class));
        new Thread(result, "the-caller").start();
        await().until(() -> context.getInflightRepository().size() == 1);

        assertThat(result.isDone()).isFalse();
        sending.complete(null);

        assertThat(result.get(10, TimeUnit.SECONDS)).isEqualTo("the-caller");
    }

    @Test
    void aFailureOfTheNodeIsTheCallers() throws Exception {
        alice.onSend((peer, message) -> CompletableFuture.failedFuture(new NotConnectedException("gone fishing")));
        start(in -> in.from("direct:out").to(TO_PEER));

        assertThat(catchThrowable(() -> context.createProducerTemplate().sendBody("direct:out", "")))
                .cause()
                .isInstanceOf(NotConnectedException.class)
                .hasMessage("gone fishing");
    }
}
