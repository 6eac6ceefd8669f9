// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTypesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "37913, 37913",
        "0x9419, 37913",
        "0X9419, 37913",
        "0xffff, 65535",
        "0xFFFF, 65535",
        "' 65535 ', 65535",
        "000007, 7"
    })
    void aTypeIsADecimalOrAHexNumber(String text, int type) {
        assertThat(MessageTypes.parse(text)).isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "0x",
                "x",
                "-1",
                "+1",
                "0x-1",
                "0x+1",
                "0x10000",
                "65536",
                "99999999999",
                "1.0",
                "1e3",
                "9419h",
                "0b1",
                "1_000",
                "ff",
                "0x 1"
            })
    void anythingElseIsRefusedNamingTheValueAndTheRule(String text) {
        assertThatThrownBy(() -> MessageTypes.parse(text))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessage("Invalid message type '" + text + "': a number within 0 to 65535, decimal or like 0x9419");
    }

    @Test
    void aLongValueIsCutAndEscapedInTheMessage() {
        assertThatThrownBy(() -> MessageTypes.parse("\n".repeat(10_000)))
                .hasMessageContaining("\\u000a")
                .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(200));
    }

    @Test
    void whatBoltsReserveMayNotBeSent() {
        for (int type = 0; type < 1_024; type++) {
            int reserved = type;
            assertThatThrownBy(() -> MessageTypes.requireSendable(reserved, false))
                    .isInstanceOf(InvalidMessageException.class)
                    .hasMessageContaining(Integer.toString(type))
                    .hasMessageContaining("0 to 1023");
        }
        assertThatCode(() -> MessageTypes.requireSendable(1_024, false)).doesNotThrowAnyException();
        assertThatCode(() -> MessageTypes.requireSendable(65_535, false)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x4c4d, 0x4c4f, 0x594b, 0x594d})
    void commandosTypesMayNotBeSentWhateverIsAllowed(int type) {
        assertThatThrownBy(() -> MessageTypes.requireSendable(type, true)).hasMessageContaining("commando");
    }

    @Test
    void peerStorageMayBeSentWhereItIsAllowedAndNothingElseThatIsReserved() {
        assertThatCode(() -> MessageTypes.requireSendable(7, true)).doesNotThrowAnyException();
        assertThatCode(() -> MessageTypes.requireSendable(9, true)).doesNotThrowAnyException();
        assertThatThrownBy(() -> MessageTypes.requireSendable(8, true)).isInstanceOf(InvalidMessageException.class);
        assertThatThrownBy(() -> MessageTypes.requireSendable(1_023, true)).isInstanceOf(InvalidMessageException.class);
    }
}
