// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.MethodCall;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What would end lightningd never gets there. */
class CommandGuardTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    sendcustommsg | {"node_id":"02","msg":"8001"}
                    sendcustommsg | ["02","8001ABcd"]
                    sendcustommsg | {"node_id":"02","msg":"0007aa"}
                    createonion | {"hops":[{"pubkey":"02","payload":"00aa"}],"assocdata":"00"}
                    sendonion | {"onion":"00","first_hop":{"id":"02"},"label":"no hex"}
                    keysend | {"destination":"02","extratlvs":{"65537":"68656c6c6f"}}
                    datastore | {"key":["a"],"string":"no hex"}
                    datastore | {"key":"a","hex":"00ff"}
                    getinfo | {"msg":"no hex"}
                    blacklistrune | {"start":5,"end":5}
                    blacklistrune | [5]
                    blacklistrune | {}
                    blacklistrune | {"start":0,"end":null}
                    destroyrune | ["3","5",true]
                    datastore | {"key":["a"],"string":"whole","mode":"create-or-replace"}
                    sendpay | ["route","hash",null,null,null,null,null,null,null,"00"]
                    """)
    void whatDoesNoHarmPasses(String method, String params) {
        assertThatCode(() -> CommandGuard.check(method, Json.read(params))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    sendcustommsg | {"node_id":"02","msg":"800"} | msg: 800 is not hex
                    sendcustommsg | {"node_id":"02","msg":"0x8001"} | msg: 0x8001 is not hex
                    sendcustommsg | {"node_id":"02","msg":"80 01"} | msg: 80 01 is not hex
                    sendcustommsg | {"node_id":"02","msg":"zz01"} | msg: zz01 is not hex
                    sendcustommsg | {"node_id":"02","msg":""} | of 0 bytes: with its type a message has 2 to 65535
                    sendcustommsg | {"node_id":"02","msg":null} | it is missing or empty
                    sendcustommsg | {"node_id":"02"} | it is missing or empty
                    sendcustommsg | {"node_id":"02","msg":8001} | is not hex
                    sendcustommsg | ["02","77"] | of 1 bytes: with its type a message has 2 to 65535
                    sendcustommsg | ["02","001000"] | Message type 16 is reserved
                    sendcustommsg | ["02","4c4f00"] | belongs to commando
                    createonion | {"hops":[{"pubkey":"02","payload":"0"}],"assocdata":"00"} | createonion's hops[].payload: 0 is not hex
                    createonion | [[],"0x00"] | createonion's assocdata: 0x00 is not hex
                    sendonion | {"onion":"0g"} | sendonion's onion: 0g is not hex
                    injectonionmessage | {"path_key":"02","message":"abc"} | injectonionmessage's message: abc is not hex
                    injectonionmessage | {"path_key":"02","message":""} | an onion message has 1 to 65535
                    injectpaymentonion | ["zz"] | injectpaymentonion's onion: zz is not hex
                    keysend | {"extratlvs":{"65537":"hello"}} | keysend's extratlvs.65537: hello is not hex
                    datastore | ["key",null,"f"] | datastore's hex: f is not hex
                    blacklistrune | {"start":5,"end":2} | blacklistrune's end 2: it is below start, which is 5
                    blacklistrune | ["5","2"] | blacklistrune's end 2: it is below start, which is 5
                    destroyrune | {"start":5,"end":3} | destroyrune's end 3: it is below start, which is 5
                    commando-blacklist | [5,3] | commando-blacklist's end 3: it is below start, which is 5
                    blacklistrune | {"start":-1,"end":3} | blacklistrune's start -1: it must be a number from 0 up
                    blacklistrune | {"start":"-1","end":3} | blacklistrune's start -1: it must be a number from 0 up
                    blacklistrune | {"start":"0x10","end":3} | start 0x10: it must be a number from 0 up
                    blacklistrune | ["010",7] | start 010: it must be a number from 0 up, in decimal digits alone
                    blacklistrune | [" 9",3] | it must be a number from 0 up, in decimal digits alone
                    blacklistrune | {"start":9,"end":"+3"} | end +3: it must be a number from 0 up
                    blacklistrune | {"start":9.0,"end":3} | start 9.0: it must be a number from 0 up
                    blacklistrune | {"start":[9],"end":3} | it must be a number from 0 up
                    datastore | {"key":"a","string":"x","mode":"create-or-append"} | datastore's mode create-or-append: what is appended to may grow beyond the 2097152 bytes
                    datastore | ["a",null,"00","must-append"] | datastore's mode must-append
                    makesecret | ["g0"] | makesecret's hex: g0 is not hex
                    """)
    void whatWouldEndTheDaemonIsRefusedByNameAndRule(String method, String params, String words) {
        assertThatExceptionOfType(InvalidMessageException.class)
                .isThrownBy(() -> CommandGuard.check(method, Json.read(params)))
                .withMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    notifications | would hold back the replies to all others; in Java, RpcClient's call with a listener
                    deprecations  | set allow-deprecated-apis in its configuration
                    batching      | might be lost in a crash; leave it out
                    """)
    void whatChangesTheConnectionThatAllShareIsRefusedAndARouteThatNeedsItDoesNotStart(String method, String words) {
        String refusal = "The command " + method + " is refused, for it changes the connection, which all routes share";

        for (String params : List.of("{\"enable\":true}", "[true]", "{\"enable\":false}", "{}")) {
            assertThatExceptionOfType(InvalidMessageException.class)
                    .isThrownBy(() -> CommandGuard.check(method, Json.read(params)))
                    .withMessageStartingWith(refusal)
                    .withMessageContaining(words);
        }
        assertThatExceptionOfType(InvalidMessageException.class)
                .isThrownBy(() -> new CoreLightningNode().requireCallable(method))
                .withMessageStartingWith(refusal);
        assertThat(new CoreLightningNode().call(MethodCall.of(method, Json.emptyObject())))
                .completesExceptionallyWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining(refusal);
    }

    @Test
    void aMessageHasAtMost65535BytesWithItsType() {
        String most = "8001" + "00".repeat(65_533);
        assertThatCode(() ->
                        CommandGuard.check("sendcustommsg", Json.emptyObject().put("msg", most)))
                .doesNotThrowAnyException();
        assertThatExceptionOfType(InvalidMessageException.class)
                .isThrownBy(() ->
                        CommandGuard.check("sendcustommsg", Json.emptyObject().put("msg", most + "00")));
    }

    @Test
    void theDatastoreTakesTwoMebibytesAndNoMore() {
        int most = CommandGuard.MAX_DATA_BYTES;
        assertThatCode(() -> CommandGuard.check("datastore", Json.emptyObject().put("string", "x".repeat(most))))
                .doesNotThrowAnyException();
        assertThatExceptionOfType(InvalidMessageException.class)
                .isThrownBy(
                        () -> CommandGuard.check("datastore", Json.emptyObject().put("string", "x".repeat(most + 1))));
        assertThatExceptionOfType(InvalidMessageException.class)
                .isThrownBy(
                        () -> CommandGuard.check("datastore", Json.emptyObject().put("hex", "00".repeat(most + 1))));
    }
}
