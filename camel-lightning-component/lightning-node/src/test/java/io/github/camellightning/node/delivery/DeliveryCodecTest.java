// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.delivery.DeliveryMessage.Handled;
import io.github.camellightning.node.delivery.DeliveryMessage.Have;
import io.github.camellightning.node.delivery.DeliveryMessage.Part;
import io.github.camellightning.node.delivery.DeliveryMessage.Query;
import io.github.camellightning.node.delivery.DeliveryMessage.Refused;
import io.github.camellightning.node.wire.WireException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of acknowledged delivery: the vectors of its page. */
class DeliveryCodecTest {

    private static final EnvelopeId ID = EnvelopeId.parse("000102030405060708090a0b0c0d0e0f");
    private static final String ID_RECORD = "0010000102030405060708090a0b0c0d0e0f";
    private static final EnvelopeLabels LABELS = new EnvelopeLabels(
            "text/plain", "a.txt", 1_700_000_000_000L, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void aPart() {
        var part = new Part(ID, 0, 1, 2, EnvelopeLabels.NONE, "hi".getBytes(StandardCharsets.UTF_8));
        String encoded = ID_RECORD + "0200" + "040101" + "060102" + "08026869";
        assertThat(hex(DeliveryCodec.encode(part))).isEqualTo(encoded);
        assertThat(DeliveryCodec.parse(hex(encoded))).usingRecursiveComparison().isEqualTo(part);
    }

    @Test
    void aFirstPartWithAllLabels() {
        var part = new Part(ID, 0, 300, 70_000, LABELS, new byte[] {1});
        String encoded = ID_RECORD + "0200" + "0402012c" + "0603011170" + "080101" + "0b0a746578742f706c61696e"
                + "0d05612e747874" + "0f06018bcfe56800" + "1137"
                + hex(LABELS.traceparent().getBytes(StandardCharsets.US_ASCII));
        assertThat(hex(DeliveryCodec.encode(part))).isEqualTo(encoded);
        assertThat(DeliveryCodec.parse(hex(encoded))).usingRecursiveComparison().isEqualTo(part);
    }

    @Test
    void aQuery() {
        assertThat(hex(DeliveryCodec.encode(new Query(ID)))).isEqualTo(ID_RECORD);
        assertThat(DeliveryCodec.parse(hex(ID_RECORD))).isEqualTo(new Query(ID));
    }

    @Test
    void acknowledgementsOfSeveral() {
        var handled = new Handled(List.of(ID, new EnvelopeId(-1, -1)));
        String encoded = "0020000102030405060708090a0b0c0d0e0f" + "ff".repeat(16) + "020100";
        assertThat(hex(DeliveryCodec.encode(handled))).isEqualTo(encoded);
        assertThat(DeliveryCodec.parseAnswer(hex(encoded))).isEqualTo(handled);
    }

    @Test
    void severalMessagesAsOne() {
        var part = new Part(ID, 0, 1, 2, EnvelopeLabels.NONE, "hi".getBytes(StandardCharsets.UTF_8));
        List<byte[]> messages = List.of(DeliveryCodec.encode(new Query(ID)), DeliveryCodec.encode(part));
        String encoded = "1432" + "12" + ID_RECORD + "1e" + ID_RECORD + "0200" + "040101" + "060102" + "08026869";
        assertThat(hex(DeliveryCodec.together(messages))).isEqualTo(encoded);
        assertThat(DeliveryCodec.apart(hex(encoded))).containsExactlyElementsOf(messages);
        assertThat(DeliveryCodec.apart(hex(encoded + "150100"))).containsExactlyElementsOf(messages);
    }

    @Test
    void oneMessageIsThatMessage() {
        byte[] query = DeliveryCodec.encode(new Query(ID));
        assertThat(DeliveryCodec.apart(query)).containsExactly(query);
    }

    @Test
    void severalAreNotWithinSeveral() {
        byte[] inner = DeliveryCodec.together(List.of(DeliveryCodec.encode(new Query(ID))));
        byte[] outer = DeliveryCodec.together(List.of(inner));
        assertThat(DeliveryCodec.apart(outer)).containsExactly(inner);
        assertThatThrownBy(() -> DeliveryCodec.parse(inner)).isInstanceOf(WireException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "14, no length",
        "1405, nothing of it",
        "14020300, one that is cut off",
        "1401fd, a length that is cut off",
        "1409ffffffffffffffffff, a length of 64 bits",
        "14001600, an unknown even type beside them"
    })
    void whatCannotBeTakenApart(String message, String why) {
        assertThatThrownBy(() -> DeliveryCodec.apart(hex(message))).as(why).isInstanceOf(WireException.class);
    }

    @Test
    void refusals() {
        String forNow = ID_RECORD + "020101" + "070462757379";
        assertThat(hex(DeliveryCodec.encode(new Refused(ID, true, "busy")))).isEqualTo(forNow);
        assertThat(DeliveryCodec.parseAnswer(hex(forNow))).isEqualTo(new Refused(ID, true, "busy"));
        assertThat(DeliveryCodec.parseAnswer(hex(ID_RECORD + "020102"))).isEqualTo(new Refused(ID, false, ""));
    }

    @Test
    void whatTheReceiverHas() {
        String progress = ID_RECORD + "020103" + "040105" + "060110";
        assertThat(hex(DeliveryCodec.encode(new Have(ID, 5, 16, false)))).isEqualTo(progress);
        assertThat(DeliveryCodec.parseAnswer(hex(progress))).isEqualTo(new Have(ID, 5, 16, false));
        String goBack = ID_RECORD + "020104" + "0400" + "0600";
        assertThat(hex(DeliveryCodec.encode(new Have(ID, 0, 0, true)))).isEqualTo(goBack);
        assertThat(DeliveryCodec.parseAnswer(hex(goBack))).isEqualTo(new Have(ID, 0, 0, true));
    }

    @Test
    void theLargestOfEachFitsIntoAMessage() {
        String longest = "x".repeat(EnvelopeLabels.MAX_BYTES);
        var labels = new EnvelopeLabels(longest, longest, Long.MAX_VALUE, LABELS.traceparent());
        byte[] part = DeliveryCodec.encode(new Part(
                ID, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, labels, new byte[DeliveryCodec.MAX_PART]));
        byte[] handled = DeliveryCodec.encode(new Handled(Collections.nCopies(DeliveryCodec.MAX_IDS, ID)));
        assertThat(part.length).isLessThanOrEqualTo(CustomMessage.MAX_PAYLOAD);
        assertThat(handled.length).isLessThanOrEqualTo(CustomMessage.MAX_PAYLOAD);
        byte[] query = DeliveryCodec.encode(new Query(ID));
        byte[] several = DeliveryCodec.together(
                Collections.nCopies(DeliveryCodec.MAX_TOGETHER / (query.length + DeliveryCodec.BETWEEN), query));
        assertThat(several.length).isLessThanOrEqualTo(CustomMessage.MAX_PAYLOAD);
    }

    @Test
    void recordsOfUnknownOddTypesArePassedOver() {
        assertThat(DeliveryCodec.parse(hex(ID_RECORD + "0101ff" + "fd03e901aa")))
                .isEqualTo(new Query(ID));
        assertThat(DeliveryCodec.parseAnswer(hex(ID_RECORD + "020100" + "63020000")))
                .isEqualTo(new Handled(List.of(ID)));
    }

    @ParameterizedTest
    @CsvSource({
        "'', nothing at all",
        "0201ff, no id",
        "000f000102030405060708090a0b0c0d0e, a short id",
        "0011000102030405060708090a0b0c0d0e0f10, a long id",
        "0010000102030405060708090a0b0c0d0e0f020101, a part number without the rest",
        "0010000102030405060708090a0b0c0d0e0f04010102010006010008 00, types that do not ascend",
        "0010000102030405060708090a0b0c0d0e0f020100040101060108000801aa, a leading zero",
        "0010000102030405060708090a0b0c0d0e0f0a0100, an unknown even type",
        "0010000102030405060708090a0b0c0d0e0ffe0000000100, a type in more bytes than it needs",
        "0010000102030405060708090a0b0c0d0e0fff000000010000000200, an even type that looks like a known one",
        "0010000102030405060708090a0b0c0d0e0f0208ffffffffffffffff, a number beyond 63 bits",
        "0010000102030405060708090a0b0c0d0e0f08ff, a record that is cut off"
    })
    void whatIsNoMessageOfASender(String message, String why) {
        assertThatThrownBy(() -> DeliveryCodec.parse(hex(message.replace(" ", ""))))
                .as(why)
                .isInstanceOf(WireException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "020100",
                "0000020100",
                "0010000102030405060708090a0b0c0d0e0f",
                "0010000102030405060708090a0b0c0d0e0f020105"
            })
    void whatIsNoAnswer(String message) {
        assertThatThrownBy(() -> DeliveryCodec.parseAnswer(hex(message))).isInstanceOf(WireException.class);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "../../etc/passwd, passwd",
                "C:\\\\windows\\\\system32, system32",
                "..., ",
                ".bashrc, bashrc",
                "a:b*c?.txt, a_b_c_.txt",
                "invoice 7.pdf, invoice 7.pdf",
                "/, "
            })
    void aNameCannotLeadOutOfAFolder(String name, String safe) {
        assertThat(EnvelopeLabels.received(null, name, 0, null).name()).isEqualTo(safe);
    }

    @Test
    void aNameCarriesNoControlCharacters() {
        assertThat(EnvelopeLabels.received("text/\u001b[2Jplain", "a\nb\u0000c\u202ed", 0, "no trace"))
                .isEqualTo(new EnvelopeLabels("text/_[2Jplain", "a_b_c_d", 0, null));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whateverBytesComeAreReadOrRefused(long seed) {
        var random = new Random(seed);
        byte[] valid = DeliveryCodec.encode(new Part(ID, 3, 300, 70_000, LABELS, new byte[50]));
        byte[] several = DeliveryCodec.together(List.of(valid, valid));
        for (int i = 0; i < 20_000; i++) {
            byte[] whole = i % 2 == 0 ? valid : several;
            byte[] bytes = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            for (int flips = random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                DeliveryCodec.apart(bytes);
            } catch (WireException refused) {
                assertThat(refused).hasMessageNotContaining("java.");
            }
            try {
                DeliveryCodec.parse(bytes);
            } catch (WireException refused) {
                assertThat(refused).hasMessageNotContaining("java.");
            }
            try {
                DeliveryCodec.parseAnswer(bytes);
            } catch (WireException refused) {
                assertThat(refused).hasMessageNotContaining("java.");
            }
        }
    }
}
