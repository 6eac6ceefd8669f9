// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.Recallable;
import io.github.camellightning.node.TimeoutException;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.testkit.lightningd.LightningdExtension;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a node keeps back, since its peer is sent more than it reads. */
@Timeout(120)
class KeptBackMessagesTest {

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static CoreLightningNode nodeOf(SimulatedLightningd daemon) {
        var node = new CoreLightningNode();
        node.setRpcFile(daemon.rpcFile().toString());
        return node;
    }

    @Test
    void aMessageThatWasTakenBackNeverComes() throws Exception {
        SimulatedLightningd alice = lightning.start("alice");
        SimulatedLightningd bob = lightning.start("bob");
        alice.connectTo(bob);
        BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
        CoreLightningNode receiver = nodeOf(bob);
        receiver.onMessage(MessageFilter.all(), message -> {
            received.add(message.message().type());
            return CompletableFuture.completedFuture(null);
        });
        CoreLightningNode sender = nodeOf(alice);
        get(receiver.start());
        get(sender.start());

        // more than a megabyte, and then some that take four seconds
        List<CompletionStage<Void>> before = IntStream.range(0, 70)
                .mapToObj(
                        i -> sender.send(bob.nodeId(), new CustomMessage(40_001, new byte[CustomMessage.MAX_PAYLOAD])))
                .toList();
        CompletionStage<Void> unwanted = sender.send(bob.nodeId(), new CustomMessage(40_003, new byte[1]));
        CompletionStage<Void> last = sender.send(bob.nodeId(), new CustomMessage(40_005, new byte[1]));

        assertThat(unwanted).isInstanceOf(Recallable.class);
        assertThat(((Recallable) unwanted).recall(new TimeoutException("taken back")))
                .isTrue();
        assertThat(((Recallable) before.get(0)).recall(new TimeoutException("too late")))
                .isFalse();

        assertThatThrownBy(() -> get(unwanted)).cause().isInstanceOf(TimeoutException.class);
        get(last);
        assertThat(IntStream.range(0, 71).mapToObj(i -> next(received)))
                .hasSize(71)
                .doesNotContain(40_003)
                .endsWith(40_005);
        get(sender.stop());
        get(receiver.stop());
    }

    private static Integer next(BlockingQueue<Integer> received) {
        try {
            return received.poll(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
