// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void numbersKeepTheirDigits() {
        assertThat(Json.read("[1.50,18446744073709551616,1E+400]")).hasToString("[1.50,18446744073709551616,1E+400]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "1 2", "1e99999999999999999999"})
    void whatIsNotJsonIsRefusedAndNotQuoted(String text) {
        assertThatThrownBy(() -> Json.read(text))
                .isExactlyInstanceOf(LightningException.class)
                .hasMessageStartingWith("Not JSON: ")
                .hasMessageNotContaining("999");
    }
}
