// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.NodeId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rune says, allows and refuses. */
class RuneTest {

    private static final NodeId PEER = new NodeId("02c6d2af6bbe484b82892b9b3587dbe905d4d1bd9a40729c74d01392d0a6500f7c");
    private static final MasterSecret SECRET = MasterSecret.of(new byte[32]);
    private static final Instant NOW = Instant.ofEpochSecond(1_795_205_996);

    private static Rune rune(String... restrictions) {
        return SECRET.rune(7, Restriction.parseAll(restrictions));
    }

    private static String complaint(Rune rune, String method, String params) {
        var request = new RuneRequest(PEER, method, params == null ? null : Json.read(params));
        return rune.complaint(new RequestValues(request, NOW), Usage.NEVER);
    }

    @Test
    void noValueMakesALongParameterTakeLong() {
        String text = "a".repeat(1_000_000);
        var request = new RuneRequest(PEER, "x", Json.emptyObject().put("x", text));
        var other = new RuneRequest(PEER, "x", Json.emptyObject().put("x", text + "b"));
        String part = "a".repeat(5_800) + "b";
        assertTimeout(Duration.ofSeconds(2), () -> {
            for (int i = 0; i < 10; i++) {
                assertThat(rune("pnamex~" + part).complaint(new RequestValues(request, NOW), Usage.NEVER))
                        .startsWith("parameter x does not contain");
                assertThat(rune("pnamex~" + part).complaint(new RequestValues(other, NOW), Usage.NEVER))
                        .isNull();
            }
        });
    }

    @Test
    void whatIsShownOfARuneHasNoControlCharacters() {
        Rune rune = Rune.parse(encoded("=1\u001b[2J&method=a\u001b[31m\u202eb\u00e9"));
        assertThat(rune.english()).isEqualTo("method equal to a\\u001b[31m\\u202eb\u00e9");
        assertThat(rune.toString()).doesNotContain("\u001b").contains("id 1\\u001b[2J");
    }

    @Test
    void eachFieldIsLookedUpOnce() {
        var asked = new AtomicInteger();
        Values counted = field -> {
            asked.incrementAndGet();
            return null;
        };
        assertThat(rune("pinvx_amount=0" + "|pinvx_amount=0".repeat(127)).complaint(counted, Usage.NEVER))
                .contains("not present");
        assertThat(asked).hasValue(1);
    }

    /** As a lightningd of v26.06.6 made them. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    wGxa-4YA1NVn_mIyr74tFhfgoyRN6onp6kfmG8vM6Yg9MA== | 0 | ''
                    o6QuzeTWkQ7SUbPh4FWaWujM8KZO-tgrbp_Ffo6qEHw9MSZtZXRob2RebGlzdHxtZXRob2ReZ2V0fG1ldGhvZD1zdW1tYXJ5Jm1ldGhvZC9saXN0ZGF0YXN0b3Jl | 1 | method starts with list OR method starts with get OR method equal to summary AND method unequal to listdatastore
                    LKB-XIfXJ18doNTLKAuqQnFE4_YbfslZcbNNgNXD3fg9MiZtZXRob2Q9Z2V0aW5mbw== | 2 | method equal to getinfo
                    idRWMT1YSkmRp6v-OecWcOiYI2Ot22cIkipTRmxGiPs9MyZpZD0wM2JkOGI1MTA0Zjk2OGY3MzM4NDM5ZjZhZGZlOGU4ZDcyMjM2YTEyZDJmMzFlMTkxMjU5NDZlYTM5Nzg2M2NhY2MmbWV0aG9kXmxpc3R8bWV0aG9kPWdldGluZm8mcmF0ZT0y | 3 | id equal to 03bd8b5104f968f7338439f6adfe8e8d72236a12d2f31e19125946ea397863cacc AND method starts with list OR method equal to getinfo AND rate equal to 2
                    60gkZ4pSHlpTr42Zs7idRoMBI-nancuy9aA6hYSrivU9NCZpZD0wMjc5YmU2NjdlZjlkY2JiYWM1NWEwNjI5NWNlODcwYjA3MDI5YmZjZGIyZGNlMjhkOTU5ZjI4MTViMTZmODE3OTg= | 4 | id equal to 0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798
                    wd2Xfh4fWdDcL_y5X6YmPW24A-oRtfGzWmSQQOr3GUE9NSZ0aW1lPDE= | 5 | time < 1
                    Z-0Le0I2wXtYjBTbzFtZCunH9uHHR2dDb-vBzGNciJM9NiZtZXRob2Q9bGlzdHBlZXJzJnBuYW1laWReMDJ8cGFycjBeMDI= | 6 | method equal to listpeers AND pnameid starts with 02 OR parr0 starts with 02
                    """)
    void recordedRunesAreRead(String text, long id, String english) {
        Rune rune = Rune.parse(text);
        assertThat(rune.encode()).isEqualTo(text);
        assertThat(rune.number()).isEqualTo(id);
        assertThat(rune.english()).isEqualTo(english);
    }

    @Test
    void aRestrictionIsAddedAsLightningdAddsIt() {
        // createrune of the rune with unique id 0 and [["method=getinfo"]]
        assertThat(Rune.parse("wGxa-4YA1NVn_mIyr74tFhfgoyRN6onp6kfmG8vM6Yg9MA==")
                        .restrict(Restriction.parseAll("method=getinfo"))
                        .encode())
                .isEqualTo("qiyN_EbFAz_xqGlh4WsSARItePYGyUUoH694FAP3eak9MCZtZXRob2Q9Z2V0aW5mbw==");
    }

    /** The words are those of a lightningd of v26.06.6. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', nullValues = "-", textBlock = """
                    method=getinfo ; listpeers ; {} ; method is not equal to getinfo
                    method^list|method^get|method=summary ; stop ; {} ; method does not start with list AND method does not start with get AND method is not equal to summary
                    id=0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798 ; getinfo ; {} ; id is not equal to 0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798
                    time<1 ; getinfo ; {} ; time is greater or equal to 1
                    pnameid^02|parr0^02 ; listpeers ; {"id":"03"} ; parameter id does not start with 02 AND parr0 not present
                    parr0^04 ; x ; ["03"] ; parameter #0 does not start with 04
                    pnum<1 ; x ; [1] ; number of parameters is greater or equal to 1
                    pnum=1 ; x ; - ; number of parameters is not equal to 1
                    pnamelen<5 ; x ; {"len":"4"} ; parameter len is not an integer field
                    pnamelen<5 ; x ; {"len":4.0} ; parameter len is not an integer field
                    pnamelen<5 ; x ; {"len":4e0} ; parameter len is not an integer field
                    pnamelen<5 ; x ; {"len":-9223372036854775809} ; parameter len is not an integer field
                    pnamelen>x ; x ; {"len":4} ; x is not a valid integer
                    pnamelen<9223372036854775808 ; x ; {"len":4} ; 9223372036854775808 is not a valid integer
                    pnamelen! ; x ; {"len":null} ; parameter len is present
                    rate=0 ; x ; {} ; malformed rate
                    rate<5 ; x ; {} ; rate operator must be =
                    rate=5min ; x ; {} ; malformed rate
                    per=1week ; x ; {} ; malformed suffix
                    per=4294967294day ; x ; {} ; per overflow
                    foo=1 ; x ; {} ; foo not present
                    pinvbolt11_amount<5 ; pay ; {"bolt11":"x"} ; Invalid invoice: Bad bech32 string
                    pinvbolt11_amount<5 ; pay ; {} ; Unknown invoice parameter bolt11
                    pinvbolt11_size<5 ; pay ; {"bolt11":"x"} ; Unknown invoice field bolt11_size
                    """)
    void whatARuneForbidsIsNamed(String restriction, String method, String params, String complaint) {
        assertThat(complaint(rune(restriction), method, params)).isEqualTo(complaint);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
                    method=getinfo | getinfo | {}
                    readonly | listpeers | []
                    pname_a_b=1 | x | {"_a_b":1}
                    pnameab=2 | x | {"a_b":2}
                    pnameab=2 | x | {"a.b":2}
                    pnameid! | x | {}
                    pnameflag=true | x | {"flag":true}
                    pnamelist=[1,"a"] | x | {"list":[ 1, "a" ]}
                    pnamex{b | x | {"x":"a"}
                    pnamelen<9223372036854775807 | x | {"len":9223372036854775806}
                    pnamelen>-9223372036854775808 | x | {"len":-9223372036854775807}
                    parr1=b | x | ["a","b"]
                    foo#comment | x | {}
                    rate=1 | x | {}
                    per=1day | x | -
                    """)
    void whatARuneAllowsPasses(String restriction, String method, String params) {
        assertThat(complaint(rune(restriction), method, params)).isNull();
    }

    @Test
    void textIsOrderedAsUtf8IsAndNotAsUtf16() {
        // U+FFFD sorts before U+1F600 in UTF-8, and behind the surrogates that UTF-16 writes it with
        assertThat(complaint(rune("pnamex{\ud83d\ude00"), "x", "{\"x\":\"\ufffd\"}"))
                .isNull();
        assertThat(complaint(rune("pnamex}\ufffd"), "x", "{\"x\":\"\ud83d\ude00\"}"))
                .isNull();
        assertThat(complaint(rune("pnamex}\ud83d\ude00"), "x", "{\"x\":\"\ufffd\"}"))
                .isNotNull();
    }

    @Test
    void anEscapedNameIsTheNameThatTheMethodGets() {
        assertThat(complaint(rune("pnameab=1"), "x", "{\"\\u0061b\":1}")).isNull();
        assertThat(complaint(rune("pnamex=\u00e9"), "x", "{\"x\":\"\\u00e9\"}")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"a_b\":1,\"ab\":2}", "{\"ab\":1,\"a.b\":2}", "{\"a_b\":1,\"a.b\":2}", "{\"_\":1,\"\":2}"})
    void namesThatDifferOnlyInPunctuationAreRefused(String params) {
        assertThatThrownBy(() -> new RuneRequest(PEER, "x", Json.read(params)))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("differ only in punctuation");
    }

    @Test
    void rateAndPerWantToKnowWhenTheRuneWasUsed() {
        var values = new RequestValues(new RuneRequest(PEER, "x", null), NOW);
        Usage aSecondAgo = () -> Duration.ofSeconds(1).toNanos();
        assertThat(rune("rate=60").complaint(values, aSecondAgo)).isNull();
        assertThat(rune("rate=59").complaint(values, aSecondAgo)).isEqualTo("too soon");
        assertThat(rune("per=1sec").complaint(values, aSecondAgo)).isNull();
        assertThat(rune("per=1").complaint(values, aSecondAgo)).isNull();
        assertThat(rune("per=1001msec").complaint(values, aSecondAgo)).isEqualTo("too soon");
        assertThat(rune("per=1min").complaint(values, Usage.NEVER)).isNull();
        assertThat(rune("rate=60").complaint(values, Usage.UNKNOWN)).contains("cannot be checked");
        assertThat(rune("per=1nsec").complaint(values, Usage.UNKNOWN)).contains("cannot be checked");
    }

    @Test
    void aValueWithPunctuationSurvives() {
        Rune rune = rune("pnamex=a\\|b\\&c\\\\d");
        assertThat(complaint(rune, "x", "{\"x\":\"a|b&c\\\\d\"}")).isNull();
        Rune read = Rune.parse(rune.encode());
        assertThat(read).isEqualTo(rune);
        assertThat(read.restrictions()).isEqualTo(rune.restrictions());
    }

    @Test
    void whatARuneIsWithoutItsPaddingIsReadToo() {
        String text = rune("method=getinfo").encode();
        assertThat(Rune.parse(text.replace("=", ""))).isEqualTo(Rune.parse(text));
    }

    private static String encoded(byte[] restrictions) {
        byte[] bytes = Arrays.copyOf(new byte[32], 32 + restrictions.length);
        System.arraycopy(restrictions, 0, bytes, 32, restrictions.length);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }

    private static String encoded(String restrictions) {
        return encoded(restrictions.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a=1&=2",
                "=1|b=2",
                "=1&=1",
                "!1",
                "a",
                "a1",
                "a=1|",
                "a=1&&b=1",
                "a=\\",
                "&",
                "|",
                "\u0000=1",
                "a=\u0000"
            })
    void whatCannotBeARuneIsNone(String restrictions) {
        assertThatThrownBy(() -> Rune.parse(encoded(restrictions)))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageStartingWith("Invalid rune: ");
    }

    @Test
    void aRuneMustBeBase64urlOfAtLeastAStateInUtf8() {
        assertThatThrownBy(() -> Rune.parse("not a rune")).hasMessageContaining("not base64url");
        assertThatThrownBy(() -> Rune.parse("")).hasMessageContaining("0 bytes");
        assertThatThrownBy(() -> Rune.parse("AAAA")).hasMessageContaining("3 bytes");
        assertThatThrownBy(() -> Rune.parse(encoded(new byte[] {'a', '=', (byte) 0xff})))
                .hasMessageContaining("UTF-8");
    }

    @Test
    void aRuneHasLimits() {
        assertThatThrownBy(() -> Rune.parse(encoded("a=1&".repeat(10_000))))
                .hasMessageContaining("53376 characters, and may have 8192");
        assertThatThrownBy(() -> Rune.parse(encoded("a=1&".repeat(65)))).hasMessageContaining("64 restrictions");
        assertThatThrownBy(() -> Rune.parse(encoded("a=1|".repeat(128) + "a=1")))
                .hasMessageContaining("128 alternatives");
        assertThat(Rune.parse(encoded("a=1&".repeat(64))).restrictions()).hasSize(64);

        Restriction restriction = Restriction.parse("a=1");
        assertThatThrownBy(() -> rune().restrict(Collections.nCopies(65, restriction)))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("at most 64");
        assertThatThrownBy(() -> rune("a=" + "x".repeat(6_200))).hasMessageContaining("6144 bytes");
    }

    @Test
    void aSecretHas16To55Bytes() {
        for (int length : new int[] {0, 15, 56}) {
            assertThatThrownBy(() -> MasterSecret.of(new byte[length]))
                    .isInstanceOf(InvalidMessageException.class)
                    .hasMessageContaining("16 to 55");
        }
        for (int length = 16; length <= 55; length++) {
            MasterSecret secret = MasterSecret.of(new byte[length]);
            Rune rune = Rune.parse(
                    secret.rune(3, Restriction.parseAll("a=1", "b=2")).encode());
            assertThat(secret.refusal(rune)).isNull();
            assertThat(secret.refusal(rune.restrict(Restriction.parseAll("c=" + "x".repeat(200)))))
                    .isNull();
        }
    }

    @Test
    void whatOthersMadeIsNotOurs() {
        assertThat(SECRET.refusal(MasterSecret.of(new byte[31]).rune(7, List.of())))
                .isEqualTo("Not derived from master");
        Rune rune = rune("method=getinfo");
        Rune without = Rune.parse(Base64.getUrlEncoder()
                .encodeToString(Arrays.copyOf(Base64.getUrlDecoder().decode(rune.encode()), 34)));
        assertThat(without.restrictions()).isEmpty();
        assertThat(SECRET.refusal(without)).isEqualTo("Not derived from master");
    }

    @Test
    void nothingPrintsARuneOrASecret() {
        Rune rune = rune("method=getinfo");
        assertThat(rune).hasToString("Rune[id 7: method equal to getinfo]");
        assertThat(SECRET).hasToString("MasterSecret");
        assertThatThrownBy(() -> Rune.parse(rune.encode() + "!"))
                .message()
                .doesNotContain(rune.encode().substring(0, 10));
        var request = new RuneRequest(PEER, "pay", Json.read("{\"secret\":\"hidden\"}"));
        assertThat(request.toString()).contains("pay").doesNotContain("hidden");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=1", "method", "method&", "me-thod=1", "a=1&b=2"})
    void whatIsNoRestrictionIsNamed(String text) {
        assertThatThrownBy(() -> Restriction.parse(text)).isInstanceOf(InvalidMessageException.class);
    }
}
