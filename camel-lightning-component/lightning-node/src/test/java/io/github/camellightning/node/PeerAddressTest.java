// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerAddressTest {

    private static final String ID = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    private static final String ONION = "vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd.onion";

    @ParameterizedTest
    @CsvSource({
        "203.0.113.9:9736, 203.0.113.9, 9736",
        "203.0.113.9, 203.0.113.9, 9735",
        "node.example.com:1, node.example.com, 1",
        "localhost:65535, localhost, 65535",
        "[2001:db8::9]:9736, 2001:db8::9, 9736",
        "[::1], ::1, 9735",
        "[fe80::1%eth0]:9735, fe80::1%eth0, 9735",
        "[::ffff:203.0.113.9]:9735, ::ffff:203.0.113.9, 9735",
        ONION + ":9735, " + ONION + ", 9735"
    })
    void aHostIsANameAnAddressOrAnOnionAndThePortMayBeLeftOut(String hostAndPort, String host, int port) {
        assertThat(PeerAddress.parse(ID + "@" + hostAndPort)).isEqualTo(new PeerAddress(new NodeId(ID), host, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.9:9736", "[2001:db8::9]:9736", ONION + ":9735"})
    void whatIsPrintedReadsTheSame(String hostAndPort) {
        var address = PeerAddress.parse(" " + ID + "@" + hostAndPort + " ");

        assertThat(address).hasToString(ID + "@" + hostAndPort);
        assertThat(PeerAddress.parse(address.toString())).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "@host:9735",
                ID,
                ID + "@",
                ID + "@:9735",
                ID + "@host:",
                ID + "@host:0",
                ID + "@host:65536",
                ID + "@host:123456",
                ID + "@host:-1",
                ID + "@host:x",
                ID + "@host:1:2",
                ID + "@2001:db8::9",
                ID + "@2001:db8::9:9735",
                ID + "@[2001:db8::9",
                ID + "@[2001:db8::9]9735",
                ID + "@[localhost]:9735",
                ID + "@[cafe]:9735",
                ID + "@[]:9735",
                ID + "@ho st:9735",
                ID + "@host@other:9735",
                ID + "@host/path:9735",
                ID + "@tcp://host:9735",
                "02" + "@host:9735"
            })
    void whatIsNotOfTheFormIsRefused(String text) {
        assertThatThrownBy(() -> PeerAddress.parse(text))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageStartingWith("Invalid ");
    }

    @Test
    void theMessageQuotesTheValueEscapedAndTellsTheForm() {
        assertThatThrownBy(() -> PeerAddress.parse(ID + "@ho\nst"))
                .hasMessage("Invalid peer address '" + ID + "@ho\\u000ast': it reads <node id>@<host>:<port>,"
                        + " an IPv6 address in brackets, the port within 1 to 65535");
    }
}
