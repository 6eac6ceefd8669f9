// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.RemoteErrorException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lightningd's words at a refused sendcustommsg mean. */
class SendFailureTest {

    private static final NodeId BOB = new NodeId("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");

    private static RuntimeException refused(String words) {
        return CoreLightningNode.sendFailure(BOB, new RemoteErrorException(-32600, words, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cannot send messages of type 258 (WIRE_PEERSTATUS). It is not possible to send messages",
                "Cannot send even-typed 40000 custom message"
            })
    void aTypeThatItDoesNotSendIsTheMessagesFault(String words) {
        assertThat(refused(words)).isInstanceOf(InvalidMessageException.class).hasMessage(words);
    }

    @Test
    void allElseIsAPeerThatIsNotThere() {
        assertThat(refused("No such peer"))
                .isInstanceOf(NotConnectedException.class)
                .hasMessageContaining(BOB.hex());
    }
}
