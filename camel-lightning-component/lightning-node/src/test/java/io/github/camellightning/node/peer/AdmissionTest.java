// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who may take up our time before we know who it is, at a clock that stands still between two steps. */
class AdmissionTest {

    private static final InetAddress HERE = address("203.0.113.1");
    private static final InetAddress THERE = address("203.0.113.2");

    private final PeerLimits limits = new PeerLimits();
    private long now = 1;
    private Admission admission = admission(0);

    private Admission admission(int configuredPeers) {
        return new Admission(limits, configuredPeers, () -> now);
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException noLiteral) {
            throw new AssertionError(noLiteral);
        }
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Comes and goes again at once. */
    private String visit(InetAddress from) {
        String refusal = admission.admit(from);
        if (refusal == null) {
            admission.settled();
            admission.closed(from);
        }
        return refusal;
    }

    @Test
    void oneAddressMayComeInABurstAndThenAtItsRate() {
        for (int i = 0; i < 20; i++) {
            assertThat(visit(HERE)).isNull();
        }
        assertThat(visit(HERE)).isEqualTo("handshakesPerAddressPerSecond");

        pass(200);
        assertThat(visit(HERE)).isNull();
        assertThat(visit(HERE)).isEqualTo("handshakesPerAddressPerSecond");

        pass(60_000);
        for (int i = 0; i < 20; i++) {
            assertThat(visit(HERE)).isNull();
        }
        assertThat(visit(HERE)).as("more than a burst is never saved up").isNotNull();
    }

    @Test
    void anotherIpv4AddressHasItsOwnRate() {
        limits.setHandshakesPerAddressBurst(1);
        assertThat(visit(HERE)).isNull();
        assertThat(visit(HERE)).isNotNull();

        assertThat(visit(THERE)).isNull();
    }

    @Test
    void anIpv6NetworkOf64BitsCountsAsOneAddress() {
        limits.setHandshakesPerAddressBurst(2);
        assertThat(visit(address("2001:db8:0:1::1"))).isNull();
        assertThat(visit(address("2001:db8:0:1:ffff:ffff:ffff:ffff"))).isNull();

        assertThat(visit(address("2001:db8:0:1:1234::"))).isEqualTo("handshakesPerAddressPerSecond");
        assertThat(visit(address("2001:db8:0:2::1"))).isNull();
    }

    @Test
    void anIpv4AddressWrittenAsIpv6IsTheSameAddress() {
        limits.setHandshakesPerAddressBurst(1);
        assertThat(visit(HERE)).isNull();

        assertThat(visit(address("::ffff:203.0.113.1"))).isEqualTo("handshakesPerAddressPerSecond");
    }

    @Test
    void allTogetherHaveARateToo() {
        for (int i = 0; i < 200; i++) {
            assertThat(visit(address("198.51.100." + i))).isNull();
        }
        assertThat(visit(HERE)).isEqualTo("handshakesPerSecond");

        pass(5);
        assertThat(visit(HERE)).isNull();
        assertThat(visit(THERE)).isEqualTo("handshakesPerSecond");
    }

    @Test
    void oneAddressThatFloodsDoesNotUseUpTheRateOfAll() {
        for (int i = 0; i < 1_000; i++) {
            visit(HERE);
        }

        assertThat(visit(THERE)).isNull();
    }

    @Test
    void soManyHandshakesMayBeUnderwayAtOnce() {
        for (int i = 0; i < 64; i++) {
            assertThat(admission.admit(address("198.51.100." + i))).isNull();
        }
        assertThat(admission.admit(HERE)).isEqualTo("maxPendingHandshakes");

        admission.settled();
        assertThat(admission.admit(HERE)).isNull();
        assertThat(admission.admit(THERE)).isEqualTo("maxPendingHandshakes");
    }

    @Test
    void oneAddressHasSoManyConnectionsAtMost() {
        for (int i = 0; i < 8; i++) {
            assertThat(admission.admit(HERE)).isNull();
            admission.settled();
        }
        assertThat(admission.admit(HERE)).isEqualTo("maxConnectionsPerAddress");
        assertThat(admission.admit(THERE)).isNull();

        admission.closed(HERE);
        assertThat(admission.admit(HERE)).isNull();
    }

    @Test
    void allTogetherHaveSoManyConnectionsAtMostAndThoseWeDialCount() {
        limits.setMaxConnections(3);
        assertThat(admission.admit(HERE)).isNull();
        admission.dialled();
        assertThat(admission.admit(HERE)).isNull();
        assertThat(admission.admit(THERE)).isEqualTo("maxConnections");

        admission.dialledClosed();
        assertThat(admission.admit(THERE)).isNull();
        assertThat(admission.admit(THERE)).isEqualTo("maxConnections");

        admission.closed(HERE);
        assertThat(admission.admit(THERE)).isNull();
    }

    @Test
    void placesAreKeptForConfiguredPeers() {
        limits.setMaxConnections(5);
        admission = admission(3);

        assertThat(admission.admit(HERE)).isNull();
        assertThat(admission.admit(HERE)).isNull();
        assertThat(admission.admit(HERE)).isEqualTo("maxConnections");
    }

    @Test
    void strangersHaveTheirOwnLimit() {
        limits.setMaxUnlistedConnections(2);
        assertThat(admission.admitUnlisted()).isTrue();
        assertThat(admission.admitUnlisted()).isTrue();
        assertThat(admission.admitUnlisted()).isFalse();

        admission.unlistedLeft();
        assertThat(admission.admitUnlisted()).isTrue();
        assertThat(admission.admitUnlisted()).isFalse();
    }

    @Test
    void addressesThatHaveBeenQuietAreForgottenSoThatMemoryIsBounded() {
        limits.setHandshakesPerSecond(100_000);
        admission = admission(0);
        for (int i = 0; i < 25_000; i++) {
            assertThat(visit(address("10.0." + (i >> 8) + "." + (i & 0xff))))
                    .as("address %d", i)
                    .isNull();
            pass(1);
        }

        assertThat(admission.rememberedAddresses()).isLessThanOrEqualTo(10_000);
    }

    @Test
    void anAddressThatIsStillConnectedIsNotForgotten() {
        limits.setHandshakesPerSecond(100_000);
        admission = admission(0);
        limits.setMaxConnectionsPerAddress(1);
        assertThat(admission.admit(HERE)).isNull();
        for (int i = 0; i < 10_001; i++) {
            visit(address("10.0." + (i >> 8) + "." + (i & 0xff)));
            pass(1);
        }

        assertThat(admission.admit(HERE)).isEqualTo("maxConnectionsPerAddress");
    }

    @Test
    void aFloodFromEverywhereIsNotRemembered() {
        for (int i = 0; i < 20_000; i++) {
            visit(address("10.0." + (i >> 8) + "." + (i & 0xff)));
        }

        assertThat(admission.rememberedAddresses()).isLessThanOrEqualTo(200);
    }
}
