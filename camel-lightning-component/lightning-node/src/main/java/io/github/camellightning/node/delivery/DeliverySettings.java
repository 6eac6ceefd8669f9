// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.MessageTypes;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How both ends work. The two must agree on nothing but the type.
 *
 * @param type of the sender's messages, odd; the receiver's have the next odd one, {@code type + 2}
 * @param partBytes of a body in one message, at most 64,000
 * @param window parts of one envelope on their way
 * @param maxUnsent messages to one peer that wait to be written
 * @param maxOutgoing envelopes to one peer that are not done; more fail
 * @param askAfter silence of the receiver after which it is asked; doubled each time, up to 16 times as much
 * @param perPeer what a receiver holds of one peer that is not done; it is told to wait with more
 * @param inAll what a receiver holds of all peers together
 * @param maxEnvelopeBytes of one envelope; a larger one is refused
 * @param memoryBytes of a body in several parts that memory holds; a larger one goes to a file, and so do those beyond 64 that memory holds
 * @param incompleteTimeout after which what came of an envelope is thrown away, where nothing more did
 * @param spoolDirectory for files, which have no name there for longer than their making takes
 */
public record DeliverySettings(
        int type,
        int partBytes,
        int window,
        int maxUnsent,
        int maxOutgoing,
        Duration askAfter,
        Room perPeer,
        Room inAll,
        long maxEnvelopeBytes,
        int memoryBytes,
        Duration incompleteTimeout,
        Path spoolDirectory) {

    /**
     * For what has begun to come and is not done. One envelope always finds room, however large.
     *
     * @param bytes of their bodies, those included that have yet to come
     */
    public record Room(int envelopes, long bytes) {

        /** @throws InvalidMessageException where there is none */
        public Room {
            requireAtLeastOne("envelopes", envelopes);
            requireAtLeastOne("bytes", bytes);
        }
    }

    /** 0xa11d */
    public static final int DEFAULT_TYPE = 41_245;

    private static final int MEMORY_FOR = 64;

    public static final DeliverySettings DEFAULT = new DeliverySettings(
            DEFAULT_TYPE,
            DeliveryCodec.MAX_PART,
            16,
            32,
            1_024,
            Duration.ofSeconds(5),
            new Room(256, 4L << 30),
            new Room(2_048, 64L << 30),
            4L << 30,
            256 << 10,
            Duration.ofMinutes(10),
            Path.of(System.getProperty("java.io.tmpdir")));

    /** @throws InvalidMessageException naming the rule that a value breaks */
    public DeliverySettings {
        if (MessageTypes.isEven(type) || type < MessageTypes.FIRST_CUSTOM || type + 2 > MessageTypes.LAST) {
            throw new InvalidMessageException(
                    "Invalid type " + type
                            + " for acknowledged delivery: it is odd and within 32769 to 65533, for its answers have the next odd one");
        }
        requireAtLeastOne("partBytes", partBytes);
        requireAtLeastOne("window", window);
        requireAtLeastOne("maxUnsent", maxUnsent);
        requireAtLeastOne("maxOutgoing", maxOutgoing);
        if (partBytes > DeliveryCodec.MAX_PART) {
            throw new InvalidMessageException(
                    "Invalid partBytes " + partBytes + ": at most " + DeliveryCodec.MAX_PART + " fit into a message");
        }
    }

    private static void requireAtLeastOne(String name, long value) {
        if (value < 1) {
            throw new InvalidMessageException("Invalid " + name + " " + value + ": at least 1");
        }
    }

    long memoryBytesOfAll() {
        return (long) MEMORY_FOR * memoryBytes;
    }

    int answerType() {
        return type + 2;
    }

    public DeliverySettings withType(int other) {
        return with(other, perPeer, inAll, maxEnvelopeBytes);
    }

    /** The same, with other bounds of what a receiver takes. */
    public DeliverySettings withRoom(Room ofPeer, Room ofAll, long ofEnvelope) {
        return with(type, ofPeer, ofAll, ofEnvelope);
    }

    private DeliverySettings with(int otherType, Room ofPeer, Room ofAll, long ofEnvelope) {
        return new DeliverySettings(
                otherType,
                partBytes,
                window,
                maxUnsent,
                maxOutgoing,
                askAfter,
                ofPeer,
                ofAll,
                ofEnvelope,
                memoryBytes,
                incompleteTimeout,
                spoolDirectory);
    }
}
