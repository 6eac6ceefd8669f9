// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CustomMessageTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 32_769, 65_535})
    void aTypeHas16Bits(int type) {
        assertThat(new CustomMessage(type, new byte[0]).type()).isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void aTypeOutsideOf16BitsIsRefused(int type) {
        assertThatThrownBy(() -> new CustomMessage(type, new byte[0]))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining(Integer.toString(type))
                .hasMessageContaining("0 to 65535");
    }

    @Test
    void aPayloadHasUpTo65533Bytes() {
        assertThat(new CustomMessage(32_769, new byte[65_533]).payload()).hasSize(65_533);
        assertThatThrownBy(() -> new CustomMessage(32_769, new byte[65_534]))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessage(
                        "A payload of 65534 bytes does not fit into one Lightning message: the limit is 65533 bytes");
    }

    @Test
    void messagesAreEqualByTypeAndContent() {
        var message = new CustomMessage(32_769, new byte[] {1, 2});

        assertThat(message).isEqualTo(new CustomMessage(32_769, new byte[] {1, 2}));
        assertThat(message).hasSameHashCodeAs(new CustomMessage(32_769, new byte[] {1, 2}));
        assertThat(message).isNotEqualTo(new CustomMessage(32_771, new byte[] {1, 2}));
        assertThat(message).isNotEqualTo(new CustomMessage(32_769, new byte[] {1, 3}));
    }

    @Test
    void thePayloadIsNotPrinted() {
        assertThat(new CustomMessage(32_769, new byte[] {99, 100})).hasToString("CustomMessage[type=32769, 2 bytes]");
    }
}
