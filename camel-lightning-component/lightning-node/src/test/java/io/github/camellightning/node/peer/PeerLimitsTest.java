// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.beans.BeanInfo;
import java.beans.IntrospectionException;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PeerLimitsTest {

    @RegisterExtension
    final PeerNodes nodes = new PeerNodes();

    /** What a port that faces the internet has to bound, and by how much. */
    private static final Map<String, Number> DEFAULTS = Map.ofEntries(
            Map.entry("maxPendingHandshakes", 64),
            Map.entry("handshakesPerSecond", 200),
            Map.entry("handshakesPerAddressPerSecond", 5),
            Map.entry("handshakesPerAddressBurst", 20),
            Map.entry("connectTimeoutMillis", 10_000L),
            Map.entry("actTimeoutMillis", 5_000L),
            Map.entry("initTimeoutMillis", 10_000L),
            Map.entry("setupTimeoutMillis", 15_000L),
            Map.entry("maxConnections", 1_024),
            Map.entry("maxUnlistedConnections", 256),
            Map.entry("maxConnectionsPerAddress", 8),
            Map.entry("frameTimeoutMillis", 30_000L),
            Map.entry("inboundMessages", 256),
            Map.entry("inboundBytes", 4L << 20),
            Map.entry("inboundStallMillis", 20_000L),
            Map.entry("inboundStallPingMillis", 5_000L),
            Map.entry("outboundBytes", 4L << 20),
            Map.entry("outboundWaiting", 1_024),
            Map.entry("outboundStallMillis", 30_000L),
            Map.entry("pongOutboundBytes", 64L << 10),
            Map.entry("pongsPerSecond", 2),
            Map.entry("pongBurst", 20),
            Map.entry("pingAfterMillis", 60_000L),
            Map.entry("deadAfterMillis", 180_000L),
            Map.entry("redialMinMillis", 1_000L),
            Map.entry("redialMaxMillis", 300_000L),
            Map.entry("redialResetMillis", 60_000L),
            Map.entry("simultaneousMillis", 10_000L),
            Map.entry("logIntervalMillis", 60_000L),
            Map.entry("stopTimeoutMillis", 2_000L));

    static Stream<PropertyDescriptor> properties() throws IntrospectionException {
        BeanInfo bean = Introspector.getBeanInfo(PeerLimits.class, Object.class);
        return Arrays.stream(bean.getPropertyDescriptors());
    }

    private static Object number(PropertyDescriptor property, long value) {
        return property.getPropertyType() == int.class ? (Object) (int) value : (Object) value;
    }

    private static void set(PeerLimits limits, PropertyDescriptor property, long value) throws Throwable {
        try {
            property.getWriteMethod().invoke(limits, number(property, value));
        } catch (InvocationTargetException refused) {
            throw refused.getCause();
        }
    }

    @Test
    void everyLimitIsAPropertyOfABeanWithTheDefaultOfTheTable() throws Exception {
        for (PropertyDescriptor property : properties().toList()) {
            assertThat(property.getReadMethod().invoke(new PeerLimits()))
                    .as(property.getName())
                    .isEqualTo(DEFAULTS.get(property.getName()));
        }
        assertThat(properties()).extracting(PropertyDescriptor::getName).containsOnlyOnceElementsOf(DEFAULTS.keySet());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("properties")
    void aLimitBelowOneIsRefusedNamingTheLimitTheValueAndTheRule(PropertyDescriptor property) {
        for (long tooLow : new long[] {0, -1, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> set(new PeerLimits(), property, tooLow))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Invalid limit " + property.getName() + "=" + tooLow + ": it must be at least 1");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("properties")
    void whatIsSetIsReadAndCopied(PropertyDescriptor property) throws Throwable {
        var limits = new PeerLimits();
        set(limits, property, 77);

        assertThat(property.getReadMethod().invoke(limits)).isEqualTo(number(property, 77));
        assertThat(property.getReadMethod().invoke(limits.copy())).isEqualTo(number(property, 77));
    }

    /** Set by who wants no limit: nothing may overflow into no time at all. */
    @Test
    void aNodeWorksWithEveryLimitAtItsMost() throws Throwable {
        PeerNode node = nodes.listening();
        for (PropertyDescriptor property : properties().toList()) {
            set(
                    node.getLimits(),
                    property,
                    property.getPropertyType() == int.class ? Integer.MAX_VALUE : Long.MAX_VALUE);
        }
        node.getLimits().setPingAfterMillis(40);
        node.getLimits().setStopTimeoutMillis(200);
        PeerNodes.get(node.start());
        RawPeer peer = RawPeer.connected(node);
        PeerNode other = nodes.start();
        PeerNodes.get(node.connect(PeerNodes.addressOf(other)));

        peer.receive(18);
        peer.receive(18);
        peer.pingPong();
        PeerNodes.get(node.send(other.nodeId(), PeerNodes.message("hello")));
        assertThat(PeerNodes.connectedTo(node)).contains(peer.local(), other.nodeId());
    }
}
