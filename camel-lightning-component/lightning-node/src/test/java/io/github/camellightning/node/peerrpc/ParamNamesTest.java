// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.InvalidMessageException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParamNamesTest {

    @Test
    void namesInBracketsAreOptional() {
        assertThat(ParamNames.parse(" order  [limit] [from]\t"))
                .isEqualTo(new ParamNames(Set.of("order"), Set.of("limit", "from")));
        assertThat(ParamNames.parse(" ")).isEqualTo(ParamNames.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[order", "order]", "[]", "a[b]", "[[a]]", "[order limit]"})
    void bracketsThatDoNotMatchAreRefused(String usage) {
        assertThatThrownBy(() -> ParamNames.parse(usage))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessage("Invalid usage '" + usage
                        + "': names of params separated by spaces, optional ones in brackets");
    }

    @ParameterizedTest
    @ValueSource(strings = {"order order", "order [order]", "[order] order"})
    void aNameThatIsThereTwiceIsRefused(String usage) {
        assertThatThrownBy(() -> ParamNames.parse(usage))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessage("Invalid usage '" + usage + "': it names order twice");
    }
}
