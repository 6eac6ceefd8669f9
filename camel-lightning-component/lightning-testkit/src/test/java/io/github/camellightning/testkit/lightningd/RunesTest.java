// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import static io.github.camellightning.testkit.lightningd.RpcClient.call;
import static io.github.camellightning.testkit.lightningd.RpcClient.error;
import static io.github.camellightning.testkit.lightningd.RpcClient.result;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code createrune} and its family, as a real lightningd v26.06.6 answered. */
class RunesTest {

    @RegisterExtension
    static final LightningdExtension lightning = new LightningdExtension();

    private static final String VALID = result("{\"valid\":true}");
    private static SimulatedLightningd node;

    @BeforeAll
    static void aNodeRuns() {
        node = lightning.start("alice");
    }

    static String rune(SimulatedLightningd node, String restrictions) {
        var reply = call(node, "createrune", "{\"restrictions\":" + restrictions + "}");
        var rest = reply.substring(reply.indexOf("\"rune\":\"") + 8);
        return rest.substring(0, rest.indexOf('"'));
    }

    private static String check(String rune, String more) {
        return call(node, "checkrune", "{\"rune\":\"" + rune + "\"" + more + "}");
    }

    @Test
    void aRuneWithoutRestrictionsComesWithAWarning() {
        assertThat(call(node, "createrune", "{}"))
                .contains("\"warning_unrestricted_rune\":\"WARNING: This rune has no restrictions!")
                .contains("\"unique_id\":\"");
        assertThat(call(node, "createrune", "{\"restrictions\":\"readonly\"}")).doesNotContain("warning");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    [["method=getinfo"]] | ,"method":"listpeers" | method is not equal to getinfo
                    "readonly" | ,"method":"stop" | method does not start with list AND method does not start with get AND method is not equal to summary
                    "readonly" | ,"method":"listdatastore" | method is equal to listdatastore
                    [["time<1"]] | `` | time is greater or equal to 1
                    [["id=02"]] | `` | id not present
                    [["pnameid^04"]] | ,"params":{"id":"03"} | parameter id does not start with 04
                    [["parr0^04"]] | ,"params":["03"] | parameter #0 does not start with 04
                    [["pnum<1"]] | ,"params":[1] | number of parameters is greater or equal to 1
                    [["pnamelen<5"]] | ,"params":{"len":"4"} | parameter len is not an integer field
                    [["pnamelen<5"]] | ,"params":{"len":4.0} | parameter len is not an integer field
                    [["rate=0"]] | `` | malformed rate
                    [["per=1week"]] | `` | malformed suffix
                    [["foo=1"]] | `` | foo not present
                    """)
    void whatARuneForbidsIsNamed(String restrictions, String question, String complaint) {
        assertThat(check(rune(node, restrictions), question)).isEqualTo(error(1502, "Not permitted: " + complaint));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    [] | ``
                    [["method=getinfo"]] | ,"method":"getinfo"
                    [["method^list","method=getinfo"]] | ,"method":"listpeers"
                    [["pname_a_b=1"]] | ,"params":{"_a_b":1}
                    [["pnameab=2"]] | ,"params":{"a_b":2}
                    [["pnameid!"]] | ,"params":{}
                    [["foo#comment"]] | ``
                    """)
    void whatARuneAllowsPasses(String restrictions, String question) {
        assertThat(check(rune(node, restrictions), question)).isEqualTo(VALID);
    }

    @Test
    void aRateCountsTheUsesOfARune() {
        var rune = rune(node, "[[\"rate=2\"]]");
        assertThat(check(rune, "")).isEqualTo(VALID);
        assertThat(check(rune, "")).isEqualTo(error(1502, "Not permitted: too soon"));
    }

    @Test
    void restrictionsCanBeAddedToAnyRuneAndOnlyItsMakerAcceptsIt() {
        var other = lightning.start("bob");
        var foreign = rune(other, "[]");
        var restricted =
                call(node, "createrune", "{\"rune\":\"" + foreign + "\",\"restrictions\":[[\"method=getinfo\"]]}");
        var rune = restricted.substring(restricted.indexOf("\"rune\":\"") + 8, restricted.indexOf("\",\"unique_id\""));
        assertThat(call(other, "checkrune", "{\"rune\":\"" + rune + "\",\"method\":\"getinfo\"}"))
                .isEqualTo(VALID);
        assertThat(check(rune, ",\"method\":\"getinfo\""))
                .isEqualTo(error(1501, "Not authorized: Not derived from master"));
        assertThat(call(node, "showrunes", "[\"" + rune + "\"]")).contains("\"stored\":false,\"our_rune\":false");
    }

    @Test
    void whatIsNoRuneIsRefused() {
        assertThat(check("zzz", ""))
                .isEqualTo(error(-32602, "rune: should be base64 string: invalid token '\\\"zzz\\\"'"));
        assertThat(call(node, "createrune", "{\"restrictions\":[[\"method\"]]}"))
                .isEqualTo(error(
                        -32602,
                        "restrictions: not a valid restriction (should be array): invalid token '[\\\"method\\\"]'"));
    }

    @Test
    void aBlacklistedRuneIsRefusedUntilItIsRelisted() {
        var rune = rune(node, "[[\"method=help\"]]");
        var shown = call(node, "showrunes", "[\"" + rune + "\"]");
        var id = shown.substring(shown.indexOf("\"unique_id\":\"") + 13, shown.indexOf("\",\"restrictions\""));
        assertThat(call(node, "blacklistrune", "{\"start\":" + id + "}"))
                .isEqualTo(result("{\"blacklist\":[{\"start\":" + id + ",\"end\":" + id + "}]}"));
        assertThat(check(rune, ",\"method\":\"help\"")).isEqualTo(error(1503, "Not authorized: Blacklisted rune"));
        assertThat(call(node, "showrunes", "[\"" + rune + "\"]")).contains("\"blacklisted\":true");
        assertThat(call(node, "blacklistrune", "{\"start\":" + id + ",\"relist\":true}"))
                .isEqualTo(result("{\"blacklist\":[]}"));
        assertThat(check(rune, ",\"method\":\"help\"")).isEqualTo(VALID);
    }

    @Test
    void aRangeOfRunesThatEndsBeforeItStartsWouldCrashTheDaemon() {
        call(node, "blacklistrune", "{\"start\":905,\"end\":904}");
        lightning.assertNoCrash();
        call(node, "blacklistrune", "{\"start\":905,\"end\":902}");
        assertThat(lightning.takeCrashes()).hasSize(1);
    }

    @Test
    void showrunesSpellsOutWhatARuneAllows() {
        var rune = rune(node, "[[\"method^list\",\"method=getinfo\"],[\"rate=2\"]]");
        assertThat(call(node, "showrunes", "[\"" + rune + "\"]"))
                .contains("{\"alternatives\":[{\"fieldname\":\"method\",\"value\":\"list\",\"condition\":\"^\","
                        + "\"english\":\"method starts with list\"},{\"fieldname\":\"method\",\"value\":\"getinfo\","
                        + "\"condition\":\"=\",\"english\":\"method equal to getinfo\"}],"
                        + "\"english\":\"method starts with list OR method equal to getinfo\"}")
                .contains(
                        "\"restrictions_as_english\":\"method starts with list OR method equal to getinfo AND rate equal to 2\"");
    }

    @Test
    void runesOutliveTheNodesRuns() {
        var carol = lightning.start("carol");
        var rune = rune(carol, "[]");
        carol.stop();
        carol.start();
        assertThat(call(carol, "checkrune", "[\"" + rune + "\"]")).isEqualTo(VALID);
    }
}
