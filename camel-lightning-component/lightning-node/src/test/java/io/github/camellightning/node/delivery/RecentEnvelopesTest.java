// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What is remembered of envelopes that were handled, where no repository is given. */
class RecentEnvelopesTest {

    private static final NodeId ALICE =
            new NodeId("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    private static final NodeId BOB = new NodeId("02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5");

    private record Key(NodeId peer, EnvelopeId id) {}

    @Test
    void knowsWhatWasHandledAndNothingElse() {
        var recent = new RecentEnvelopes(10);
        recent.add(ALICE, new EnvelopeId(1, 2));

        assertThat(has(recent, ALICE, new EnvelopeId(1, 2))).isTrue();
        assertThat(has(recent, ALICE, new EnvelopeId(2, 1))).isFalse();
    }

    @Test
    void anIdOfOnePeerIsNotAnothers() {
        var recent = new RecentEnvelopes(10);
        recent.add(ALICE, new EnvelopeId(1, 2));

        assertThat(has(recent, BOB, new EnvelopeId(1, 2))).isFalse();
    }

    @Test
    void theEldestMakesRoomForANewOne() {
        var recent = new RecentEnvelopes(1_000);
        for (int number = 0; number < 10_000; number++) {
            recent.add(ALICE, new EnvelopeId(number, -number));
        }

        assertThat(has(recent, ALICE, new EnvelopeId(8_999, -8_999))).isFalse();
        assertThat(has(recent, ALICE, new EnvelopeId(9_000, -9_000))).isTrue();
        assertThat(has(recent, ALICE, new EnvelopeId(9_999, -9_999))).isTrue();
    }

    @Test
    void onePeersEnvelopeIsEnough() {
        var recent = new RecentEnvelopes(1);
        recent.add(ALICE, new EnvelopeId(1, 1));
        recent.add(BOB, new EnvelopeId(2, 2));

        assertThat(has(recent, ALICE, new EnvelopeId(1, 1))).isFalse();
        assertThat(has(recent, BOB, new EnvelopeId(2, 2))).isTrue();
    }

    @Property
    void remembersTheLastSoManyOfAnyOrder(
            @ForAll @IntRange(min = 1, max = 150) int most,
            @ForAll @Size(max = 400) List<@IntRange(min = 0, max = 255) Integer> numbers) {
        var recent = new RecentEnvelopes(most);
        Deque<Key> expected = new ArrayDeque<>();
        var all = new ArrayList<Key>();
        for (int number : numbers) {
            var key = new Key(number % 2 == 0 ? ALICE : BOB, new EnvelopeId(number / 16, number % 16));
            all.add(key);
            recent.add(key.peer(), key.id());
            if (!expected.contains(key)) {
                if (expected.size() == most) {
                    expected.remove();
                }
                expected.add(key);
            }
        }

        assertThat(all)
                .allSatisfy(key -> assertThat(has(recent, key.peer(), key.id())).isEqualTo(expected.contains(key)));
    }

    private static boolean has(RecentEnvelopes recent, NodeId peer, EnvelopeId id) {
        return recent.contains(peer, id).toCompletableFuture().join();
    }
}
