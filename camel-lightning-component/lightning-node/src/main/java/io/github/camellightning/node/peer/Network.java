// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.InvalidMessageException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Collectors;

/** The chains that an init may name, by the hash of their first block in the byte order of the wire (BOLT 0, BOLT 1). */
enum Network {
    BITCOIN("6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000"),
    TESTNET("43497fd7f826957108f4a30fd9cec3aeba79972084e90ead01ea330900000000"),
    TESTNET4("43f08bdab050e35b567c864b91f47f50ae725ae2de53bcfbbaf284da00000000"),
    SIGNET("f61eee3b63a380a477a063af32b2bbc97c9ff9f01f2c4225e973988108000000"),
    REGTEST("06226e46111a0b59caaf126043eb5bbf28c34f3a5e332a1fc7b2b73cf188910f");

    private final String chainHash;

    Network(String chainHash) {
        this.chainHash = chainHash;
    }

    byte[] chainHash() {
        return HexFormat.of().parseHex(chainHash);
    }

    static Network parse(String name) {
        return Arrays.stream(values())
                .filter(network -> network.lowerCaseName().equals(name.trim().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new InvalidMessageException("Invalid network '" + Escaped.of(name, 40) + "': one of "
                        + Arrays.stream(values()).map(Network::lowerCaseName).collect(Collectors.joining(", "))));
    }

    private String lowerCaseName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
