// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Json;
import java.io.FilterInputStream;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What lightningd takes for JSON, and passes on as it came, need be none. */
class OddMessagesTest {

    private final ScriptedPlugin plugin = new ScriptedPlugin();

    @AfterEach
    void close() throws IOException {
        plugin.close();
    }

    private JsonNode answer(String id) {
        await().until(() -> plugin.answer(id) != null || plugin.ended.isDone());
        assertThat(plugin.ended).as("the session").isNotDone();
        return plugin.answer(id);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
                    [127.0.0.1, 1.2.3]          => ["127.0.0.1","1.2.3"]
                    {"a":1.,"b":-,"c":007}      => {"a":"1.","b":"-","c":"007"}
                    [truth,nil,falsehood,true]  => ["truth","nil","falsehood",true]
                    [1"x,2{y, 3[z,4\\]          => ["1\\"x","2{y","3[z","4\\\\"]
                    [127.0.0.1:9735]            => ["127.0.0.1:9735"]
                    [1,,"a" "b",]               => [1,"a","b"]
                    {,"a":1,,"b":{"c":[]},}     => {"a":1,"b":{"c":[]}}
                    [1.,1.50,18446744073709551616,-2e5,null] => ["1.",1.50,18446744073709551616,-2e5,null]
                    [1.,"\\u00e9\\n\\"\\/\\\\é😀"] => ["1.","é\\n\\"/\\\\é😀"]
                    {"a":"first","a":"second"}  => {"a":"first"}
                    """)
    void whatIsNoJsonArrivesAsText(String params, String arrived) throws Exception {
        plugin.start();

        plugin.call("1", params);
        assertThat(answer("1").at("/result/you_said")).isEqualTo(Json.read(arrived));

        plugin.ask("2", "{\"rpc_command\":{\"params\":" + params + "}}");
        assertThat(answer("2").at("/result/you_said/rpc_command/params")).isEqualTo(Json.read(arrived));
    }

    @Test
    void controlCharactersInATextAreKept() throws Exception {
        plugin.start();

        plugin.call("1", "[\"one\n\ntwo\u0001\"]");

        assertThat(answer("1").at("/result/you_said/0").asText()).isEqualTo("one\n\ntwo\u0001");
    }

    /** lightningd takes those of a surrogate pair for two characters, or dies of them. */
    @Test
    void noCharacterIsAnsweredAsAnEscape() throws Exception {
        plugin.start();

        plugin.call("1", "[\"\ud83d\ude00\"]");

        answer("1");
        assertThat(plugin.said.toString(UTF_8)).contains("\ud83d\ude00").doesNotContain("\\u");
    }

    @Test
    void aNumberWithMoreDigitsThanAreReadIsText() throws Exception {
        plugin.start();
        String digits = "9".repeat(10_001);

        plugin.call("1", "[" + digits + ",1e99999999999]");

        assertThat(answer("1").at("/result/you_said/0").textValue()).isEqualTo(digits);
        assertThat(answer("1").at("/result/you_said/1").textValue()).isEqualTo("1e99999999999");
    }

    @Test
    void theFirstOfTwoIdsIsAnswered() throws Exception {
        plugin.start();

        plugin.say("{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"orders\",\"params\":{},\"id\":\"2\"}");

        assertThat(answer("1").has("result")).isTrue();
    }

    /** Whoever decides by the hook rpc_command must see the method that lightningd will run. */
    @Test
    void aMemberWhoseNameIsEscapedIsAnotherThanTheOneItLooksLike() throws Exception {
        plugin.start();

        plugin.ask("1", "{\"rpc_command\":{\"\\u006dethod\":\"getinfo\",\"method\":\"withdraw\"}}");

        assertThat(answer("1").at("/result/you_said/rpc_command/method").textValue())
                .isEqualTo("withdraw");
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 100_000})
    void whatIsNestedTooDeeplyIsRefusedAndTheSessionGoesOn(int depth) throws Exception {
        plugin.start();
        String deep = "[".repeat(depth) + "\"]\"" + "]".repeat(depth);

        plugin.call("1", "{\"a\":" + deep + "}");
        assertThat(answer("1").at("/error/code").intValue()).isEqualTo(-32602);

        plugin.ask("2", "{\"rpc_command\":{\"params\":" + deep + "}}");
        assertThat(answer("2").path("result")).isEqualTo(ScriptedPlugin.SAFE);

        plugin.call("3", "{\"a\":1}");
        assertThat(answer("3").at("/result/you_said/a").intValue()).isEqualTo(1);
    }

    @Test
    void messagesAreFoundHoweverTheBytesAreCut() throws Exception {
        plugin.start(
                in -> new FilterInputStream(in) {
                    private int size;

                    @Override
                    public int read(byte[] bytes, int offset, int length) throws IOException {
                        size = size % 7 + 1;
                        return super.read(bytes, offset, Math.min(length, size));
                    }
                },
                plugin.said);
        for (int i = 0; i < 50; i++) {
            plugin.call(
                    "call" + i, i % 2 == 0 ? "[127.0.0.1,1\"{,\"}\\\"{\\\\\"]" : "[\"" + "x".repeat(i * 1_000) + "\"]");
        }

        answer("call49");
        IntStream.range(0, 50)
                .forEach(i -> assertThat(answer("call" + i).has("result")).isTrue());
    }

    @Test
    void whatIsNoMessageAtAllEndsTheSession() throws Exception {
        plugin.start();

        plugin.say("Hello".getBytes(UTF_8));

        await().untilAsserted(() -> assertThat(plugin.ended).isCompletedWithValue("lightningd sent what is no JSON"));
    }
}
