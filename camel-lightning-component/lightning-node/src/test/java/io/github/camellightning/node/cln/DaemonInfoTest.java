// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.LightningException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an answer of getinfo says of the daemon. */
class DaemonInfoTest {

    private static final String ID = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

    private static DaemonInfo ofVersion(String version) {
        return DaemonInfo.of(Json.emptyObject().put("id", ID).put("version", version));
    }

    @ParameterizedTest
    @CsvSource({
        "v26.06.6,            2606, true",
        "26.06,               2606, true",
        "v26.06-modded,       2606, true",
        "v23.11,              2311, true",
        "v23.11rc2,           2311, true",
        "v23.11-415-gd120eba, 2311, true",
        "v24.02,              2402, true",
        "v23.08rc1,           2308, false",
        "v23.08.1,            2308, false",
        "v22.11,              2211, false",
        "v0.12.1,             12,   false",
        "v0.10.2,             10,   false"
    })
    void evenTypesAreSentSinceV23_11(String version, int yearAndMonth, boolean even) {
        DaemonInfo daemon = ofVersion(version);

        assertThat(daemon.version()).isEqualTo(yearAndMonth);
        assertThat(daemon.has(DaemonInfo.EVEN_TYPES)).isEqualTo(even);
        assertThat(daemon.versionText()).isEqualTo(version);
        assertThat(daemon.nodeId().hex()).isEqualTo(ID);
    }

    /** It refuses by itself what it has not. */
    @ParameterizedTest
    @ValueSource(strings = {"", "d120eba", "basilisk", "v123.45", "vNext.11"})
    void aDaemonWhoseVersionCannotBeReadIsTakenToHaveAll(String version) {
        DaemonInfo daemon = ofVersion(version);

        assertThat(daemon.version()).isZero();
        assertThat(daemon.has(DaemonInfo.EVEN_TYPES)).isTrue();
    }

    @Test
    void aVersionThatIsMissingIsOneThatCannotBeRead() {
        DaemonInfo daemon = DaemonInfo.of(Json.emptyObject().put("id", ID));

        assertThat(daemon.has(DaemonInfo.EVEN_TYPES)).isTrue();
        assertThat(daemon.versionText()).isEmpty();
    }

    @Test
    void whoSaysNoIdIsNoLightningd() {
        assertThatExceptionOfType(LightningException.class)
                .isThrownBy(() -> DaemonInfo.of(Json.emptyObject().put("version", "v26.06.6")))
                .withMessage("This is no lightningd: its getinfo has no id");
        assertThatExceptionOfType(InvalidMessageException.class)
                .isThrownBy(
                        () -> DaemonInfo.of(Json.emptyObject().put("id", "02").put("version", "v26.06.6")));
    }
}
