// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import static io.github.camellightning.node.commando.ScriptedPeer.OTHER_PEER;
import static io.github.camellightning.node.commando.ScriptedPeer.PEER;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who gets a place that somebody gives back. */
class CallSlotsTest {

    private static final NodeId THIRD_PEER =
            new NodeId("02c6d2af6bbe484b82892b9b3587dbe905d4d1bd9a40729c74d01392d0a6500f7c");

    private final List<ServedCall> begun = new ArrayList<>();

    private CallSlots slots(int perPeer, int all) {
        return new CallSlots(
                new CommandoServerSettings(
                        Duration.ofSeconds(30),
                        64 << 20,
                        perPeer,
                        all,
                        256,
                        5,
                        Duration.ofMinutes(5),
                        1_000,
                        256 << 10,
                        64 << 10,
                        Path.of("unused")),
                begun::add);
    }

    private static ServedCall call(NodeId peer, int bytes) {
        return new ServedCall(new IncomingRequest(peer, 1, new byte[bytes], bytes));
    }

    @Test
    void aPlaceGoesPastAPeerThatLeft() {
        CallSlots slots = slots(1, 1);
        ServedCall first = call(PEER, 1);
        ServedCall last = call(THIRD_PEER, 1);
        slots.add(first);
        slots.add(call(OTHER_PEER, 1));
        slots.add(last);
        assertThat(slots.removeWaiting(OTHER_PEER)).hasSize(1);
        slots.ended(first);
        assertThat(begun).containsExactly(first, last);
    }

    @Test
    void aPlaceGoesPastAPeerThatRunsAsManyAsItMay() {
        CallSlots slots = slots(1, 2);
        var mine = List.of(call(PEER, 1), call(PEER, 1));
        var others = List.of(call(OTHER_PEER, 1), call(OTHER_PEER, 1));
        ServedCall last = call(THIRD_PEER, 1);
        mine.forEach(slots::add);
        others.forEach(slots::add);
        slots.add(last);
        slots.ended(mine.get(0));
        slots.ended(others.get(0));
        slots.ended(begun.get(2));
        slots.ended(begun.get(3));
        assertThat(begun).hasSize(5).contains(last);
    }

    @Test
    void whatThePeersRequestsThatWaitHoldIsBoundedForEach() {
        CallSlots slots = slots(1, 1);
        slots.add(call(PEER, 1));
        for (int i = 0; i < 4; i++) {
            assertThat(slots.add(call(PEER, 1 << 20))).isTrue();
        }
        assertThat(slots.add(call(PEER, 1))).isFalse();
        for (int i = 0; i < 4; i++) {
            assertThat(slots.add(call(OTHER_PEER, 1 << 20))).isTrue();
        }
        slots.ended(begun.get(0));
        slots.removeWaiting(PEER);
        assertThat(slots.add(call(PEER, 1 << 20))).isTrue();
    }
}
