// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import org.apache.camel.Exchange;
import org.apache.camel.spi.Metadata;

/** The headers of the component. What a peer sends never names one. */
public final class LightningConstants {

    @Metadata(
            label = "common",
            description =
                    "The node id of the peer, 66 hex digits: who sent the message; to whom sendcustommsg sends where"
                            + " neither the option peerId nor CamelLightningOverridePeerId says otherwise.",
            javaType = "String")
    public static final String PEER_ID = "CamelLightningPeerId";

    @Metadata(
            label = "common",
            description =
                    "The type of the message, 0 to 65535: of the one received; of the one that sendcustommsg sends where"
                            + " neither the option messageType nor CamelLightningOverrideMessageType says otherwise.",
            javaType = "Integer")
    public static final String MESSAGE_TYPE = "CamelLightningMessageType";

    @Metadata(
            label = "producer",
            description =
                    "The node id of the peer to send to, whatever the option peerId says. Removed by the producer.",
            javaType = "String")
    public static final String OVERRIDE_PEER_ID = "CamelLightningOverridePeerId";

    @Metadata(
            label = "producer",
            description =
                    "The type of the message to send, whatever the option messageType says. Removed by the producer.",
            javaType = "Integer")
    public static final String OVERRIDE_MESSAGE_TYPE = "CamelLightningOverrideMessageType";

    @Metadata(
            label = "producer",
            description = "The rune that allows a commando call, whatever the options say. Removed by the producer.",
            javaType = "String")
    public static final String RUNE = "CamelLightningRune";

    @Metadata(
            label = "consumer",
            description = "The method or the hook that the exchange is to answer.",
            javaType = "String")
    public static final String METHOD = "CamelLightningMethod";

    @Metadata(label = "consumer", description = "The topic of the notification.", javaType = "String")
    public static final String TOPIC = "CamelLightningTopic";

    @Metadata(label = "consumer", description = "The id of the own node, 66 hex digits.", javaType = "String")
    public static final String LOCAL_NODE_ID = "CamelLightningLocalNodeId";

    @Metadata(
            label = "producer",
            description = "What became of the message: sent, that is written to the connection with the peer, or with"
                    + " delivery=acknowledged acknowledged, that is handled by the receiver's route.",
            javaType = "String")
    public static final String STATUS = "CamelLightningStatus";

    @Metadata(
            label = "consumer",
            description = "When this node had the whole message, in milliseconds since 1970.",
            javaType = "Long")
    public static final String MESSAGE_TIMESTAMP = Exchange.MESSAGE_TIMESTAMP;

    @Metadata(
            label = "common",
            description =
                    "With delivery=acknowledged, which envelope it is: of the one received, 32 hex digits; for the one to"
                            + " send, these or any text, the same each time the same thing is sent. Removed by the producer.",
            javaType = "String")
    public static final String ENVELOPE_ID = "CamelLightningEnvelopeId";

    @Metadata(
            label = "common",
            description =
                    "With delivery=acknowledged, the name that the sender gave its body: no path, and nothing in it that"
                            + " could lead out of a folder. For the one to send CamelFileName serves as well.",
            javaType = "String")
    public static final String FILE_NAME = "CamelLightningFileName";

    /** A value of {@link #STATUS}: written to the connection with the peer. */
    public static final String SENT = "sent";

    /** A value of {@link #STATUS}: handled by the route of the receiver. */
    public static final String ACKNOWLEDGED = "acknowledged";

    private LightningConstants() {}
}
