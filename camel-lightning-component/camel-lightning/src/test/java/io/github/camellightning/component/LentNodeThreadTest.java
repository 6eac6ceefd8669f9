// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A route goes on after {@code to("lightning:sendcustommsg")} on the thread that reads what lightningd answers, and does not keep it. */
@Timeout(60)
class LentNodeThreadTest extends DaemonTestSupport {

    private final Gate gate = new Gate();
    private String toBob;

    @BeforeEach
    void aPeerIsConnected() {
        SimulatedLightningd bob = lightning.start("bob");
        alice.connectTo(bob);
        toBob = "lightning:sendcustommsg?messageType=0x9419&peerId=" + bob.nodeId();
    }

    @AfterEach
    void letAllGo() {
        gate.open();
    }

    private CompletableFuture<String> send(String route) {
        return template.asyncRequestBody("direct:" + route, "", String.class);
    }

    /** Before, it is one of the component's, or, where the answer was there at once, the caller's. */
    private void sendUntilTheReaderGoesOn() {
        while (!send("out").join().equals("lightning-rpc-reader")) {
            Thread.onSpinWait();
        }
    }

    @Test
    void noOtherIsWokenOnceItIsKnownToBeShort() throws Exception {
        start(in -> in.from("direct:out").to(toBob).process(exchange -> exchange.getMessage()
                .setBody(Thread.currentThread().getName())));

        sendUntilTheReaderGoesOn();
    }

    @Test
    void aRouteThatIsStoppedWhileItStandsStillStartsAgain() throws Exception {
        start(in -> {
            in.from("direct:still").routeId("still").to(toBob).process(gate);
            in.from("direct:out").to(toBob).process(exchange -> exchange.getMessage()
                    .setBody(Thread.currentThread().getName()));
        });
        sendUntilTheReaderGoesOn();
        CompletableFuture<String> still = send("still");
        await().until(() -> gate.entered().size() == 1);

        context.getRouteController().stopRoute("still", 1, TimeUnit.MILLISECONDS);
        context.getRouteController().startRoute("still");
        gate.open();

        still.get(10, TimeUnit.SECONDS);
        send("still").get(10, TimeUnit.SECONDS);
    }

    @Test
    void aRouteThatStandsStillHoldsUpNoOther() throws Exception {
        start(in -> {
            in.from("direct:still").to(toBob).process(gate);
            in.from("direct:out").to(toBob).process(exchange -> exchange.getMessage()
                    .setBody(Thread.currentThread().getName()));
        });
        sendUntilTheReaderGoesOn();
        CompletableFuture<String> still = send("still");
        await().until(() -> gate.entered().size() == 1);

        for (int i = 0; i < 3; i++) {
            send("out").get(10, TimeUnit.SECONDS);
        }

        assertThat(still).isNotDone();
        gate.open();
        still.get(10, TimeUnit.SECONDS);
    }
}
