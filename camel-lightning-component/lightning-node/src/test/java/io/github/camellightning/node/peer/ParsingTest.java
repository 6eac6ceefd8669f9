// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.wire.WireException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever bytes a peer sends: a message that was meant, or a closed connection, and never a fault of ours. */
class ParsingTest {

    private static void assertNoFault(EmbeddedPeer peer) {
        peer.channel.runPendingTasks();
        assertThat(peer.closed).noneMatch(reason -> reason.contains("fault of ours"));
        peer.channel.checkException();
        peer.channel.finishAndReleaseAll();
    }

    @Property(tries = 500)
    void bytesInPlaceOfTheHandshakeNeverBreakAnything(@ForAll @Size(max = 300) byte[] bytes) {
        var peer = new EmbeddedPeer(new PeerLimits());
        peer.write(bytes);
        peer.compute();

        assertThat(peer.established).isEmpty();
        assertNoFault(peer);
    }

    @Property(tries = 500)
    void bytesInPlaceOfAFrameEndTheConnection(@ForAll @Size(min = 18, max = 300) byte[] bytes) {
        EmbeddedPeer peer = new EmbeddedPeer(new PeerLimits()).connected();
        peer.write(bytes);

        assertNoFault(peer);
    }

    @Property(tries = 500)
    void aPayloadOfAnyTypeIsAMessageOrIsRefused(
            @ForAll @IntRange(max = 65_535) int type, @ForAll @Size(max = 200) byte[] payload) {
        EmbeddedPeer peer = new EmbeddedPeer(new PeerLimits()).connected();
        List<CustomMessage> received = new CopyOnWriteArrayList<>();
        peer.dispatcher.register(MessageFilter.all().acceptingEven(), message -> {
            received.add(message.message());
            return CompletableFuture.completedFuture(null);
        });
        peer.write(peer.frame(type, payload));

        if (MessageFilter.all().types().contains(type)) {
            assertThat(received).containsExactly(new CustomMessage(type, payload));
        } else {
            assertThat(received).isEmpty();
        }
        assertNoFault(peer);
    }

    @Property(tries = 500)
    void anInitOfAnyBytesIsTakenOrRefused(@ForAll @Size(max = 200) byte[] payload) {
        var peer = new EmbeddedPeer(new PeerLimits());
        peer.handshake();
        peer.write(peer.frame(16, payload));

        assertThat(peer.established.size() + peer.closed.size() + refusals(peer))
                .isPositive();
        assertNoFault(peer);
    }

    private static int refusals(EmbeddedPeer peer) {
        return (int) peer.takeMessages().stream()
                .filter(message -> message.type() == 1)
                .count();
    }

    @Property
    void anInitThatWasCutShortIsNeverTaken(
            @ForAll @Size(max = 40) byte[] features, @ForAll @IntRange(min = 1, max = 20) int missing) {
        byte[] whole = new InitMessage(Features.decode(features), List.of(Network.REGTEST.chainHash()), null)
                .encode()
                .payload();
        byte[] cut = Arrays.copyOf(whole, Math.max(0, whole.length - missing));

        try {
            InitMessage.decode(cut);
            assertThat(cut).as("a cut init was taken").isNull();
        } catch (WireException | ProtocolException refused) {
            assertThat(refused).hasMessageNotContaining("fault");
        }
    }

    @Property
    void whatIsSaidInAnInitIsWhatIsRead(@ForAll @Size(max = 100) byte[] features) {
        var said = new InitMessage(
                Features.decode(features), List.of(Network.BITCOIN.chainHash(), Network.REGTEST.chainHash()), null);

        InitMessage read = InitMessage.decode(said.encode().payload());

        assertThat(read.features().encode()).isEqualTo(said.features().encode());
        assertThat(read.networks()).usingElementComparator(Arrays::compare).containsExactlyElementsOf(said.networks());
    }

    @Property(tries = 200)
    void aMessageArrivesHoweverItsBytesAreCutUp(
            @ForAll @Size(max = 100) byte[] payload,
            @ForAll @Size(max = 8) List<@IntRange(min = 1, max = 60) Integer> cuts) {
        EmbeddedPeer peer = new EmbeddedPeer(new PeerLimits()).connected();
        List<CustomMessage> received = new CopyOnWriteArrayList<>();
        peer.dispatcher.register(MessageFilter.types(40_001), message -> {
            received.add(message.message());
            return CompletableFuture.completedFuture(null);
        });
        byte[] frame = peer.frame(40_001, payload);
        int at = 0;
        for (int cut : cuts) {
            int end = Math.min(frame.length, at + cut);
            peer.write(Arrays.copyOfRange(frame, at, end));
            at = end;
        }
        peer.write(Arrays.copyOfRange(frame, at, frame.length));

        assertThat(received).containsExactly(new CustomMessage(40_001, payload));
        assertNoFault(peer);
    }
}
