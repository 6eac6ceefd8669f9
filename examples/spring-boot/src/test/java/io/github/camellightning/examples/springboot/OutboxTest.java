// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeRedeliveryEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of an order when its peer is away for longer than Alice is up. */
class OutboxTest {

    private static final String SOMEBODY = "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5";

    @TempDir
    Path temp;

    private Side startAlice() throws Exception {
        return Side.start(
                "alice",
                temp,
                "bob.id=" + SOMEBODY,
                "bob.address=" + nobodyThere(),
                "bob.patience=100ms",
                "camel.main.shutdown-timeout=1");
    }

    private static String nobodyThere() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + socket.getLocalPort();
        }
    }

    @Test
    void anOrderForAPeerThatIsAwayStaysInTheOutboxAlsoWhenAliceIsStopped() throws Exception {
        var redeliveries = new AtomicInteger();
        try (Side alice = startAlice()) {
            alice.camel().getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
                @Override
                public void notify(CamelEvent event) {
                    if (event instanceof ExchangeRedeliveryEvent) {
                        redeliveries.incrementAndGet();
                    }
                }
            });
            alice.database().update("insert into outbox (content) values ('7 apples')");
            await().until(() -> redeliveries.get() >= 2);
            // it is not Alice who is not ready
            await().until(() -> alice.readiness().statusCode() == 200);
        }

        try (Side again = startAlice()) {
            assertThat(again.rows("outbox")).isEqualTo(1);
            assertThat(again.rows("dead_letters")).isZero();
        }
    }
}
