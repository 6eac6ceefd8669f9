// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.kafka;

import java.util.List;

/** The topics of one side, and where they are. */
record Topics(String side, String brokers) {

    /** For peers: the key of a record is the node id of the peer that it is for. */
    String out() {
        return side + ".out";
    }

    /** From peers: the key of a record is the node id of the peer that it is from. */
    String in() {
        return side + ".in";
    }

    /** Of {@link #out}, what will never be delivered, with the reason. */
    String dead() {
        return side + ".dead";
    }

    /** Which envelopes were handled: the idempotent repository. */
    String handled() {
        return side + ".handled";
    }

    /** The consumer group whose committed offset says how far {@link #out} was delivered. */
    String group() {
        return side + ".bridge";
    }

    List<String> all() {
        return List.of(out(), in(), dead(), handled());
    }

    /** A producer's or consumer's URI, with values that are bytes. */
    String uri(String topic, String options) {
        String serializers = "org.apache.kafka.common.serialization.ByteArray";
        return "kafka:" + topic + "?brokers=" + brokers + "&valueSerializer=" + serializers
                + "Serializer&valueDeserializer=" + serializers + "Deserializer" + options;
    }
}
