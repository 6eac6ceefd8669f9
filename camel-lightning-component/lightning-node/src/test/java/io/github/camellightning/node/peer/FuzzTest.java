// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.TypeRanges;
import io.github.camellightning.node.wire.WireException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.slf4j.LoggerFactory;

/** Whatever bytes come: messages as they were sent, or a clean end of that connection, and never a fault of ours. */
class FuzzTest {

    private static final int WARNING = 1;
    private static final int INIT = 16;
    private static final int ERROR = 17;
    private static final int PONG = 19;

    private static final Logger LOG = (Logger) LoggerFactory.getLogger(PeerNode.class);

    /** Hundreds of connections end here, each with its line. */
    @BeforeContainer
    static void beQuiet() {
        LOG.setLevel(Level.ERROR);
    }

    @AfterContainer
    static void speakAgain() {
        LOG.setLevel(null);
    }

    private static EmbeddedPeer peer() {
        return new EmbeddedPeer(new PeerLimits());
    }

    private static Mailbox mailbox(EmbeddedPeer peer) {
        var mailbox = new Mailbox();
        peer.dispatcher.register(new MessageFilter(TypeRanges.DEFAULT, Set.of(), true), mailbox);
        return mailbox;
    }

    private static void assertCleanlyEnded(EmbeddedPeer peer) {
        assertThat(peer.channel.isOpen()).isFalse();
        assertThat(peer.closed).singleElement().asString().doesNotContain("fault of ours");
    }

    private static byte[] random(long seed, int length) {
        var bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** In pieces of random lengths, small ones first and foremost. */
    private static void writeInPieces(EmbeddedPeer peer, byte[] bytes, Random random) {
        for (int at = 0; at < bytes.length && peer.channel.isOpen(); ) {
            int length = Math.min(bytes.length - at, 1 + random.nextInt(1 << random.nextInt(17)));
            peer.write(Arrays.copyOfRange(bytes, at, at + length));
            at += length;
        }
    }

    // the handshake

    @Property(tries = 100)
    void bytesThatAreNoActOneEndTheConnection(@ForAll @Size(min = 50, max = 200) byte[] bytes) {
        EmbeddedPeer peer = peer();
        peer.write(bytes);
        peer.compute();

        assertThat(peer.channel.isOpen()).isFalse();
        assertThat((Object) peer.channel.readOutbound()).as("no answer").isNull();
        peer.finish();
    }

    @Property(tries = 60)
    void anActOneOfWhichOneBitIsWrongEndsTheConnection(@ForAll @IntRange(max = 399) int bit) {
        EmbeddedPeer peer = peer();
        byte[] act = peer.actOne();
        act[bit / 8] ^= (byte) (1 << bit % 8);
        peer.write(act);
        peer.compute();

        assertThat(peer.channel.isOpen()).isFalse();
        assertThat((Object) peer.channel.readOutbound()).as("no answer").isNull();
        peer.finish();
    }

    @Property(tries = 60)
    void anActThreeOfWhichOneBitIsWrongEndsTheConnection(@ForAll @IntRange(max = 527) int bit) {
        EmbeddedPeer peer = peer();
        peer.write(peer.actOne());
        peer.compute();
        byte[] act = peer.actThree();
        act[bit / 8] ^= (byte) (1 << bit % 8);
        peer.write(act);
        peer.compute();

        assertThat(peer.channel.isOpen()).isFalse();
        assertThat(peer.established).isEmpty();
        peer.finish();
    }

    // frames

    @Property(tries = 60)
    void randomBytesInPlaceOfAFrameEndTheConnectionWithoutAWord(
            @ForAll long seed, @ForAll @IntRange(min = 18, max = 70_000) int length) {
        EmbeddedPeer peer = peer().connected();
        peer.takeMessages();
        writeInPieces(peer, random(seed, length), new Random(seed));

        assertCleanlyEnded(peer);
        assertThat(peer.takeMessages()).isEmpty();
        peer.finish();
    }

    @Property(tries = 40)
    void framesArriveAsTheyWereSentHoweverTheyAreCut(
            @ForAll long seed, @ForAll @Size(min = 1, max = 20) List<@IntRange(max = 65_533) Integer> sizes) {
        EmbeddedPeer peer = peer().connected();
        Mailbox mailbox = mailbox(peer);
        var random = new Random(seed);
        var stream = new ByteArrayOutputStream();
        List<CustomMessage> sent = new ArrayList<>();
        for (int size : sizes) {
            var message = new CustomMessage(32_768 + random.nextInt(32_768), random(random.nextLong(), size));
            sent.add(message);
            stream.writeBytes(peer.frame(message.type(), message.payload()));
        }
        writeInPieces(peer, stream.toByteArray(), random);

        assertThat(mailbox.await(sent.size()))
                .extracting(received -> received.message())
                .isEqualTo(sent);
        assertThat(peer.channel.isOpen()).isTrue();
        peer.finish();
    }

    @Property(tries = 80)
    void oneWrongBitEndsTheConnectionAndLetsNothingWrongThrough(
            @ForAll long seed, @ForAll @Size(min = 1, max = 5) List<@IntRange(max = 300) Integer> sizes) {
        EmbeddedPeer peer = peer().connected();
        peer.takeMessages();
        Mailbox mailbox = mailbox(peer);
        var random = new Random(seed);
        var stream = new ByteArrayOutputStream();
        List<byte[]> sent = new ArrayList<>();
        for (int size : sizes) {
            sent.add(random(random.nextLong(), size));
            stream.writeBytes(peer.frame(0x9419, sent.get(sent.size() - 1)));
        }
        byte[] bytes = stream.toByteArray();
        int bit = random.nextInt(8 * bytes.length);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        writeInPieces(peer, bytes, random);
        // a header whose length was altered is known to be wrong at once, a body at its end
        assertCleanlyEnded(peer);

        assertThat(mailbox.count()).isLessThan(sent.size());
        for (int i = 0; i < mailbox.count(); i++) {
            assertThat(mailbox.await(i).get(i).message().payload()).isEqualTo(sent.get(i));
        }
        assertThat(peer.takeMessages()).isEmpty();
        peer.finish();
    }

    @Property(tries = 20)
    void aFrameWithoutRoomForATypeEndsTheConnection(@ForAll @Size(max = 1) byte[] tooShort) {
        EmbeddedPeer peer = peer().connected();
        peer.write(peer.frame(tooShort));

        assertCleanlyEnded(peer);
        peer.finish();
    }

    // init

    @Property(tries = 150)
    void anyBytesAsAnInitAreTakenOrEndTheConnectionWithAWarning(@ForAll("inits") byte[] init) {
        EmbeddedPeer peer = peer();
        peer.handshake();
        peer.write(peer.frame(INIT, init));

        List<Integer> said =
                peer.takeMessages().stream().map(CustomMessage::type).toList();
        if (peer.channel.isOpen()) {
            assertThat(peer.established).hasSize(1);
            assertThat(said).containsExactly(INIT);
        } else {
            assertCleanlyEnded(peer);
            assertThat(peer.established).isEmpty();
            assertThat(said).containsExactly(INIT, WARNING);
        }
        peer.finish();
    }

    /** Nonsense, and what nearly makes sense. */
    @Provide
    Arbitrary<byte[]> inits() {
        Arbitrary<byte[]> nonsense = Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
        Arbitrary<byte[]> features = Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
        Arbitrary<byte[]> tlvs = Arbitraries.bytes().array(byte[].class).ofMaxSize(80);
        Arbitrary<byte[]> wellFormed = Combinators.combine(features, features, tlvs)
                .as((global, local, rest) -> ByteBuffer.allocate(4 + global.length + local.length + rest.length)
                        .putShort((short) global.length)
                        .put(global)
                        .putShort((short) local.length)
                        .put(local)
                        .put(rest)
                        .array());
        return Arbitraries.oneOf(nonsense, wellFormed);
    }

    @Property(tries = 500)
    void anInitThatIsReadNamesWholeChainHashesAndOneThatIsNotBreaksARule(@ForAll("inits") byte[] init) {
        try {
            InitMessage message = InitMessage.decode(init);

            assertThat(message.networks()).allMatch(hash -> hash.length == 32);
            assertThat(message.remoteAddress()).as("never acted upon").isNull();
        } catch (WireException | ProtocolException broken) {
            assertThat(broken).hasMessageNotContaining("null");
        }
    }

    // messages

    @Property(tries = 200)
    void anyMessageIsDroppedDeliveredAnsweredOrEndsTheConnection(
            @ForAll @IntRange(max = 65_535) int type, @ForAll @Size(max = 200) byte[] payload) {
        EmbeddedPeer peer = peer().connected();
        peer.takeMessages();
        peer.write(peer.frame(type, payload));

        List<Integer> said =
                peer.takeMessages().stream().map(CustomMessage::type).toList();
        if (peer.channel.isOpen()) {
            assertThat(said).hasSizeLessThanOrEqualTo(1).isSubsetOf(WARNING, ERROR, PONG);
            peer.write(peer.frame(18, new byte[] {0, 0, 0, 0}));
            assertThat(peer.takeMessages()).extracting(CustomMessage::type).containsExactly(PONG);
        } else {
            assertCleanlyEnded(peer);
            assertThat(said).containsExactly(WARNING);
        }
        peer.finish();
    }
}
