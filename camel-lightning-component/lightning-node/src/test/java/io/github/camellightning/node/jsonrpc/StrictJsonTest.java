// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.jsonrpc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON of strangers is read as the standard has it, within limits, or refused without a word of it. */
@Timeout(60)
class StrictJsonTest {

    private static JsonNode read(String json) throws ProtocolException {
        return StrictJson.read(json.getBytes(UTF_8));
    }

    private static void refused(byte[] json, String why) {
        assertThatThrownBy(() -> StrictJson.read(json))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(why);
    }

    private static void refused(String json, String why) {
        refused(json.getBytes(UTF_8), why);
    }

    @Test
    void whatIsJsonIsRead() throws Exception {
        assertThat(read(" {\"a\":[1,-2.50,true,null,\"\\u00e9é\\n\\ud83d\\ude00\"]}\r\n\t "))
                .hasToString("{\"a\":[1,-2.50,true,null,\"éé\\n😀\"]}");
        assertThat(read("7")).hasToString("7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"a\"}",
                "{a:1}",
                "{'a':1}",
                "[1,]",
                "{} {",
                "{} {}",
                "nul",
                "01",
                "+1",
                ".5",
                "1.",
                "NaN",
                "0x1",
                "// c\n1",
                "\"\n\"",
                "\"\\x\"",
                "\u0000",
                "{}\u0000",
                "\"\u0000\"",
                "\ufeff{}",
                "1 2",
                "\"a",
                "tru e"
            })
    void whatIsNotJsonIsRefused(String text) {
        refused(text, "it is not JSON");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \r\n\t"})
    void nothingIsRefused(String text) {
        refused(text, "it is empty");
    }

    @Test
    void otherEncodingsAreRefused() {
        refused("\"é\"".getBytes(ISO_8859_1), "it is not UTF-8");
        refused("{}".getBytes(UTF_16), "it is not UTF-8");
        refused(new byte[] {0, '{', 0, '}'}, "it is not JSON");
        refused(new byte[] {'"', (byte) 0xc0, (byte) 0x80, '"'}, "it is not UTF-8");
        refused(new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'}, "it is not UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\\ud800\"", "{\"\\udc00\":1}", "[\"\\udc00\\ud800\"]", "{\"a\":\"\\ud83dx\"}"})
    void halfACharacterIsRefused(String text) {
        refused(text, "half a character");
    }

    @Test
    void aMemberThatIsThereTwiceIsRefused() {
        refused("{\"a\":1,\"b\":2,\"a\":3}", "has a member twice");
        refused("{\"a\":1,\"\\u0061\":3}", "has a member twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void nestingIsBounded(String open) throws Exception {
        String close = open.equals("[") ? "]" : "}";
        assertThat(read(open.repeat(64) + (open.equals("[") ? "" : "1") + close.repeat(64)))
                .isNotEmpty();
        refused(open.repeat(65) + "1" + close.repeat(65), "exceeds a limit: 64 structures");
        refused(open.repeat(1_000_000), "exceeds a limit");
    }

    @Test
    void namesAreBounded() throws Exception {
        assertThat(read("{\"" + "n".repeat(1_024) + "\":1}")).hasSize(1);
        refused("{\"" + "n".repeat(1_025) + "\":1}", "names of 1024");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "0.", "1e"})
    void numbersAreBounded(String prefix) throws Exception {
        if (!prefix.equals("1e")) {
            String longest = prefix + "1".repeat(128 - prefix.length());
            assertThat(read(longest)).hasToString(longest);
        }
        refused(prefix + "1".repeat(129), "exceeds a limit");
    }

    @Test
    void numbersAreNotExpanded() throws Exception {
        assertThat(read("[1e999999999,-1e-999999999,0e999999999,1.0]").toString())
                .hasSizeLessThan(100);
        assertThat(read("18446744073709551616")).hasToString("18446744073709551616");
    }

    @Test
    void anExponentThatNoNumberHasIsRefused() {
        refused("1e99999999999999999999", "it is not JSON");
    }

    @Test
    void tokensAreBounded() {
        refused("[" + "1,".repeat(50_000) + "1]", "50000 tokens");
    }

    @Test
    void namesThatHashAlikeTakeNoLongerThanOthers() throws Exception {
        var json = new StringBuilder("{");
        for (int i = 0; i < 1 << 12; i++) {
            json.append(i == 0 ? "\"" : ",\"");
            for (int bit = 0; bit < 12; bit++) {
                json.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            json.append("\":1");
        }
        assertThat(read(json.append('}').toString())).hasSize(1 << 12);
    }

    @Test
    void whateverComesIsReadOrRefused() {
        var random = new Random(1);
        byte[] sound =
                "{\"jsonrpc\":\"2.0\",\"id\":\"a\\u00e9\",\"n\":[1e5,-0.25,{\"x\":null}],\"t\":true}".getBytes(UTF_8);
        int read = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] mutated = sound.clone();
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            try {
                StrictJson.read(mutated);
                read++;
            } catch (ProtocolException refused) {
                assertThat(refused).hasMessageNotContaining("jsonrpc");
            }
        }
        assertThat(read).isPositive();
    }
}
