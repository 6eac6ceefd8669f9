// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.wire.TlvStream;
import io.github.camellightning.node.wire.WireException;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The data format {@code lightning-tlv}, which nobody registers. */
class LightningTlvDataFormatTest extends CamelTestSupport {

    private static final BigInteger LARGEST = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                var picky = new LightningTlvDataFormat();
                picky.setKnownTypes("0-2, 65536");
                from("direct:marshal").marshal().custom("lightning-tlv");
                from("direct:unmarshal").unmarshal().custom("lightning-tlv");
                from("direct:picky").unmarshal(picky);
                bindToRegistry("offer", picky);
                from("direct:offer").unmarshal().custom("offer");
                from("direct:value").unmarshal().custom("lightning-tlv").setBody(simple("${body[65537]}"));
            }
        };
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private String marshal(Object records) {
        return HexFormat.of().formatHex(template.requestBody("direct:marshal", records, byte[].class));
    }

    @SuppressWarnings("unchecked")
    private Map<Number, byte[]> unmarshal(Object stream) {
        return template.requestBody("direct:unmarshal", stream, Map.class);
    }

    private Throwable failureOfMarshal(Object records) {
        return catchThrowable(() -> template.requestBody("direct:marshal", records))
                .getCause();
    }

    private Throwable failureOfUnmarshal(String endpoint, String hex) {
        return catchThrowable(() -> template.requestBody(endpoint, bytes(hex))).getCause();
    }

    @Test
    void recordsAreWrittenInTheOrderOfTheirTypesWhateverTheOrderOfTheMap() {
        var records = new LinkedHashMap<Object, Object>();
        records.put(LARGEST, bytes("ff"));
        records.put(65_537L, "hi");
        records.put((short) 3, new byte[0]);
        records.put(Long.MAX_VALUE, bytes("07"));
        records.put("1", bytes("00ff"));
        records.put(254, new ByteArrayInputStream(bytes("aa")));

        assertThat(marshal(records))
                .isEqualTo("010200ff" + "0300" + "fd00fe01aa" + "fe00010001026869" + "ff7fffffffffffffff0107"
                        + "ffffffffffffffffff01ff");
        assertThat(marshal(Map.of())).isEmpty();
    }

    @Test
    void typesAreLongsAndThoseThatAreLargerBigIntegers() {
        Map<Number, byte[]> records =
                unmarshal(bytes("010200ff" + "0300" + "ff7fffffffffffffff0107" + "ffffffffffffffffff01ff"));

        assertThat(List.copyOf(records.keySet())).isEqualTo(List.of(1L, 3L, Long.MAX_VALUE, LARGEST));
        assertThat(records.get(1L)).containsExactly(0, 255);
        assertThat(records.get(3L)).isEmpty();
        assertThat(records.get(LARGEST)).containsExactly(255);
        assertThat(unmarshal(new byte[0])).isEmpty();
        assertThat(unmarshal(new ByteArrayInputStream(bytes("0300")))).containsOnlyKeys(3L);
    }

    @Test
    void whatIsUnmarshalledMarshalsToTheSameBytes() {
        var random = new Random(5);
        for (int i = 0; i < 300; i++) {
            var records = new LinkedHashMap<Object, Object>();
            for (int count = random.nextInt(6); count > 0; count--) {
                var value = new byte[random.nextInt(300)];
                random.nextBytes(value);
                records.put(new BigInteger(random.nextInt(65), random), value);
            }
            String stream = marshal(records);
            Map<Number, byte[]> read = unmarshal(bytes(stream));
            assertThat(read).hasSameSizeAs(records);
            assertThat(marshal(read)).isEqualTo(stream);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "01, TRUNCATED",
        "0102ff, TRUNCATED",
        "fd, TRUNCATED",
        "01ffffffffffffffffff, TRUNCATED",
        "fd000100, NOT_MINIMAL",
        "01fd000100, NOT_MINIMAL",
        "03000100, NOT_ASCENDING",
        "01000100, NOT_ASCENDING"
    })
    void aStreamThatIsNotCanonicalIsRefused(String hex, WireException.Rule rule) {
        assertThat(failureOfUnmarshal("direct:unmarshal", hex))
                .isInstanceOfSatisfying(WireException.class, refused -> assertThat(refused.rule())
                        .isEqualTo(rule));
    }

    @Test
    void withKnownTypesOthersThatAreEvenAreRefusedAndOddOnesAreOk() {
        assertThat(template.requestBody("direct:picky", bytes("00000200" + "0300" + "fe0001000000"), Map.class))
                .hasSize(4);
        assertThat(failureOfUnmarshal("direct:picky", "0400"))
                .isInstanceOfSatisfying(WireException.class, refused -> assertThat(refused.rule())
                        .isEqualTo(WireException.Rule.UNKNOWN_EVEN_TYPE))
                .hasMessageContaining("type 4");
    }

    @Test
    void aBeanOfItsOwnHasItsOwnKnownTypes() {
        assertThat(failureOfUnmarshal("direct:offer", "0400")).hasMessageContaining("type 4");
        assertThat(template.requestBody("direct:offer", bytes("0500"), Map.class))
                .hasSize(1);
    }

    @Test
    void aValueIsFoundByItsTypeInTheSimpleLanguage() {
        assertThat(template.requestBody("direct:value", bytes("fe00010001026869"), String.class))
                .isEqualTo("hi");
        Map<?, ?> records = unmarshal(bytes("0100" + "ffffffffffffffffff01ff"));
        assertThat((byte[]) records.get("1")).isEmpty();
        assertThat((byte[]) records.get(LARGEST.toString())).containsExactly(255);
        assertThat(records.get("size")).isNull();
        assertThat(records.get("-1")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "1-", "3-1", "-1", "18446744073709551616", "0x1", "1;2"})
    void typesThatAreNoneAreRefused(String knownTypes) {
        assertThat(catchThrowable(() -> TlvTypes.parse(knownTypes)))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageStartingWith("Option knownTypes is '" + knownTypes + "'");
    }

    @Test
    void rangesOfTypesReachToTheLast() {
        TlvTypes types = TlvTypes.parse("0-2,9223372036854775807-18446744073709551615");
        assertThat(types.contains(2)).isTrue();
        assertThat(types.contains(3)).isFalse();
        assertThat(types.contains(Long.MIN_VALUE)).isTrue();
        assertThat(types.contains(-1)).isTrue();
    }

    @Test
    void whatIsNoRecordIsRefusedByItsTypeAndTheRule() {
        assertThat(failureOfMarshal("text")).hasMessageContaining("is made of a Map of type to value");
        for (Object key : List.of(-1, 1.5, "x", "-1", LARGEST.add(BigInteger.ONE), "18446744073709551616")) {
            assertThat(failureOfMarshal(Map.of(key, "")))
                    .as("key %s", key)
                    .isInstanceOf(InvalidMessageException.class)
                    .hasMessageContaining("a whole number within 0 to 2^64-1");
        }
        assertThat(failureOfMarshal(Collections.singletonMap(1, null)))
                .hasMessageContaining("The value of TLV type 1 is null");
        assertThat(failureOfMarshal(Map.of(1, new Object()))).hasMessageContaining("The value of TLV type 1");
        assertThat(failureOfMarshal(Map.of(1, "a", "1", "b"))).hasMessageContaining("TLV type 1 twice");
    }

    @Test
    void aStreamOfManyRecordsIsReadAndWritten() {
        var records = new LinkedHashMap<Long, byte[]>();
        for (long type = 0; type < 100_000; type++) {
            records.put(type, "v".getBytes(StandardCharsets.UTF_8));
        }
        byte[] stream = TlvStream.of(records).encode();
        assertThat(unmarshal(stream)).hasSize(100_000);
        assertThat(bytes(marshal(records))).isEqualTo(stream);
    }
}
