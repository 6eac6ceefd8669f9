// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.jsonrpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.camellightning.node.jsonrpc.MessageScanner.Member;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageScannerTest {

    private static final String TRICKY =
            "{ \"jsonrpc\" : \"2.0\",\n\n\"result\":{\"a\":[1,\n\n\n{\"}\":\"\\\"]\\\\\"}],\"é😀\":\"\\u007b{[\"},"
                    + "\"id\":\"camel:x#1\" , \"x\":[[]],\"a long name\":-1.5e+3 ,\"error\":null}";

    @Test
    void membersAreFoundInAnyOrderAndTheirBytesAreTheOnesThatCame() throws ProtocolException {
        assertThat(scanned(TRICKY))
                .containsExactly(Map.of(
                        Member.RESULT, "{\"a\":[1,\n\n\n{\"}\":\"\\\"]\\\\\"}],\"é😀\":\"\\u007b{[\"}",
                        Member.ID, "\"camel:x#1\"",
                        Member.ERROR, "null"));
    }

    @Test
    void messagesAreTheSameWhereverTheBytesAreCut() throws ProtocolException {
        byte[] bytes = (TRICKY + "\n\n{}{\"id\":1}\r\n " + TRICKY).getBytes(UTF_8);
        List<Map<Member, String>> whole = scanned(bytes, bytes.length);
        assertThat(whole).hasSize(4);
        for (int size = 1; size < bytes.length; size++) {
            assertThat(scanned(bytes, size)).as("in pieces of %d", size).isEqualTo(whole);
        }
        for (int cut = 0; cut <= bytes.length; cut++) {
            var messages = new Messages();
            var scanner = new MessageScanner(messages);
            scanner.feed(bytes, 0, cut);
            scanner.feed(bytes, cut, bytes.length);
            assertThat(messages.ended).as("cut at %d", cut).isEqualTo(whole);
        }
    }

    @Property(tries = 300)
    void anyJsonIsFoundAgain(@ForAll("results") List<String> results, @ForAll @IntRange(min = 1, max = 40) int pieces)
            throws ProtocolException {
        var stream = new StringBuilder();
        var expected = new ArrayList<Map<Member, String>>();
        for (String result : results) {
            stream.append("{\"id\":\"")
                    .append(expected.size())
                    .append("\",\"result\":")
                    .append(result)
                    .append("}\n\n");
            expected.add(Map.of(Member.ID, "\"" + expected.size() + "\"", Member.RESULT, result));
        }
        assertThat(scanned(stream.toString().getBytes(UTF_8), pieces)).isEqualTo(expected);
    }

    @Provide
    Arbitrary<List<String>> results() {
        return json().list().ofMaxSize(5);
    }

    private static Arbitrary<String> json() {
        Arbitrary<String> text = Arbitraries.strings()
                .all()
                .ofMaxLength(8)
                .map(s -> "\""
                        + s.replaceAll("[\\ud800-\\udfff]", "?")
                                .replace("\\", "\\\\")
                                .replace("\"", "\\\"") + "\"");
        Arbitrary<String> scalar = Arbitraries.oneOf(
                text,
                Arbitraries.bigIntegers().map(String::valueOf),
                Arbitraries.bigDecimals().map(String::valueOf),
                Arbitraries.of("true", "false", "null", "1e400", "-0"));
        Arbitrary<String> space = Arbitraries.of("", " ", "\n\n", "\r\n\t");
        return Arbitraries.lazyOf(
                () -> scalar,
                () -> Combinators.combine(json().list().ofMaxSize(3), space)
                        .as((items, gap) -> "[" + gap + String.join("," + gap, items) + gap + "]"),
                () -> Combinators.combine(text.list().ofMaxSize(3), json(), space)
                        .as((names, value, gap) -> "{" + gap
                                + String.join(
                                        gap + "," + gap,
                                        names.stream()
                                                .map(name -> name + gap + ":" + gap + value)
                                                .toList())
                                + gap + "}"));
    }

    @Test
    void nestingHasNoLimitOfItsOwn() throws ProtocolException {
        String deep = "[{\"a\":".repeat(100_000) + "1" + "}]".repeat(100_000);
        assertThat(scanned("{\"result\":" + deep + "}")).containsExactly(Map.of(Member.RESULT, deep));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"a\":1,}", "[1,,2]", "{a:1}", "[01 x]", "[1\"]", "[127.0.0.1:1,1{,2[]", "[\"raw\nnewline\"]"})
    void aPluginsSloppyResultIsNoReasonToStop(String result) throws ProtocolException {
        assertThat(scanned("{\"result\":" + result + ",\"id\":1,}"))
                .containsExactly(Map.of(Member.RESULT, result, Member.ID, "1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 400 Bad Request | { was expected where byte 48 came",
                "[] | { was expected where byte 5b came",
                "{1:2} | a member's name was expected where byte 31 came",
                "{'id' 1} | a member's name was expected where byte 27 came",
                "{\"id\" 1} | : was expected where byte 31 came",
                "{\"id\":} | a value was expected where byte 7d came",
                "{\"id\":1 2} | , or } was expected where byte 32 came",
                "{\"id\":1]} | , or } was expected where byte 5d came",
                "{\"result\":[}} | ] was expected where byte 7d came",
                "{\"result\":{]} | } was expected where byte 5d came",
                "{\"id\":1,\"id\":2} | a message has two members ID",
            })
    void whatCannotBeAMessageIsNoticedWhereItIs(String text, String words) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> scanned(text))
                .withMessage(words);
    }

    @Test
    void itKnowsWhetherItIsInTheMiddleOfAMessage() throws ProtocolException {
        byte[] bytes = "\n{\"id\":1}\n\n".getBytes(UTF_8);
        var scanner = new MessageScanner(new Messages());
        for (int i = 0; i < bytes.length; i++) {
            scanner.feed(bytes, i, i + 1);
            assertThat(scanner.isBetweenMessages()).isEqualTo(i < 1 || i >= 8);
        }
    }

    private static List<Map<Member, String>> scanned(String text) throws ProtocolException {
        return scanned(text.getBytes(UTF_8), Integer.MAX_VALUE);
    }

    private static List<Map<Member, String>> scanned(byte[] bytes, int pieces) throws ProtocolException {
        var messages = new Messages();
        var scanner = new MessageScanner(messages);
        for (int from = 0; from < bytes.length; ) {
            int to = from + Math.min(pieces, bytes.length - from);
            scanner.feed(bytes, from, to);
            from = to;
        }
        return messages.ended;
    }

    /** Those that ended, with their members as text. */
    private static final class Messages implements MessageScanner.Handler {
        private final List<Map<Member, String>> ended = new ArrayList<>();
        private final Map<Member, ByteArrayOutputStream> members = new LinkedHashMap<>();
        private ByteArrayOutputStream current;

        @Override
        public void member(Member member) {
            current = new ByteArrayOutputStream();
            if (member != Member.OTHER) {
                members.put(member, current);
            }
        }

        @Override
        public void value(byte[] bytes, int offset, int length) {
            assertThat(length).isPositive();
            current.write(bytes, offset, length);
        }

        @Override
        public void end() {
            var texts = new LinkedHashMap<Member, String>();
            members.forEach((member, bytes) -> texts.put(member, bytes.toString(UTF_8)));
            members.clear();
            ended.add(texts);
        }
    }
}
