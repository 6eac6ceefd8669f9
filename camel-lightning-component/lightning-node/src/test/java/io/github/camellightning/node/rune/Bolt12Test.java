// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.Json;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.wire.TlvStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Invoices that lightningd made, and others made of them, as restrictions see them. */
class Bolt12Test {

    private static final List<String> RECORDED = recorded();
    private static final String TEA = RECORDED.get(0);
    private static final String ANY_AMOUNT = RECORDED.get(1);
    /** Nobody's offer. */
    private static final String REFUND = RECORDED.get(2);

    private static final NodeId TEA_HOUSE =
            new NodeId("02623a236accaecd934b6b35c354d8ee713c36a1b37e2ec8aa9eeac7128f9f7b4c");

    private static final Bolt12Signer SIGNER = new Bolt12Signer(42);
    private static final TlvStream SIGNED_BY_US =
            stream(TEA).with(176, SIGNER.node()).with(22, SIGNER.node());

    private static List<String> recorded() {
        try (var file = Bolt12Test.class.getResourceAsStream("/recorded/bolt12-invoices.txt")) {
            return new String(file.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static TlvStream stream(String invoice) {
        return TlvStream.parse(Bolt12.bytes(invoice, "lni"));
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static TlvStream without(long type) {
        Map<Long, byte[]> values = new HashMap<>();
        for (long other : SIGNED_BY_US.types()) {
            values.put(other, SIGNED_BY_US.value(other).orElseThrow());
        }
        values.remove(type);
        return TlvStream.of(values);
    }

    private static String with(long type, String value) {
        return SIGNER.sign(SIGNED_BY_US.with(type, hex(value)));
    }

    @Test
    void whatLightningdMadeIsRead() {
        assertThat(Bolt12.parse(TEA)).isEqualTo(new Bolt12(5_000L, "tea & cake", TEA_HOUSE));
        assertThat(Bolt12.parse(ANY_AMOUNT)).isEqualTo(new Bolt12(123_456L, "Pay what you like ☕", TEA_HOUSE));
        assertThat(Bolt12.parse(REFUND)).isEqualTo(new Bolt12(3_000L, "Refund", null));
        assertThat(Bolt12.parse(SIGNER.sign(SIGNED_BY_US)))
                .isEqualTo(new Bolt12(5_000L, "tea & cake", NodeId.of(SIGNER.node())));
    }

    @Test
    void capitalsAndPiecesAreTheSameInvoice() {
        for (var form : List.<UnaryOperator<String>>of(
                text -> text.toUpperCase(Locale.ROOT),
                text -> "l+" + text.substring(1),
                text -> text.substring(0, 99) + "+\r\n  " + text.substring(99, 180) + "+" + text.substring(180))) {
            assertThat(Invoice.parse(form.apply(TEA))).isEqualTo(Bolt12.parse(TEA));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "+ ", "\n", "q", "qqqq", "p", "1", "İ", "\u212a"})
    void whatIsLeftBehindAnInvoiceMakesItNone(String rest) {
        assertThatThrownBy(() -> Invoice.parse(TEA + rest)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Invoice.parse(TEA.toUpperCase(Locale.ROOT) + rest))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Its lower case is an ASCII k. */
    @Test
    void aKelvinSignIsNoLetter() {
        String kelvin = TEA.toUpperCase(Locale.ROOT).replace('K', '\u212a');
        assertThatThrownBy(() -> Invoice.parse(kelvin)).hasMessage("Bad bech32 string");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lni1", "LNI1", "lni1q", "lni1qqqqqqqq", "lno1pg", "l+ni1", "lni", "ln+i"})
    void whatIsNoInvoiceIsNone(String text) {
        assertThatThrownBy(() -> Bolt12.parse(text)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Invoice.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anInvoiceThatWasChangedIsNone() {
        byte[] bytes = Bolt12.bytes(TEA, "lni");
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= (byte) (1 << i % 8);
            assertThatThrownBy(() -> Bolt12.parse(Bolt12Signer.text(changed)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anInvoiceOfWhichACharacterIsAnotherIsNone() {
        for (int i = 0; i < REFUND.length(); i++) {
            String changed = REFUND.substring(0, i) + (REFUND.charAt(i) == 'q' ? 'p' : 'q') + REFUND.substring(i + 1);
            assertThatThrownBy(() -> Invoice.parse(changed)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anInvoiceThatIsCutOrMixedUpIsNone() {
        byte[] bytes = Bolt12.bytes(TEA, "lni");
        var random = new Random(12);
        var mixed = new ArrayList<byte[]>();
        for (int length = 0; length < bytes.length; length++) {
            mixed.add(Arrays.copyOf(bytes, length));
            byte[] other = bytes.clone();
            System.arraycopy(bytes, random.nextInt(length + 1), other, length, random.nextInt(bytes.length - length));
            mixed.add(Arrays.equals(other, bytes) ? new byte[length] : other);
        }
        assertThat(mixed).allSatisfy(changed -> assertThatThrownBy(() -> Bolt12.parse(Bolt12Signer.text(changed)))
                .isInstanceOf(IllegalArgumentException.class));
    }

    /** As lightningd: the rune is for who may pay what, and which chain that is is the daemon's to say. */
    @Test
    void anInvoiceOfAnyChainIsRead() {
        Bolt12 invoice = Bolt12.parse(TEA);
        assertThat(Bolt12.parse(SIGNER.sign(without(80))).millisatoshi()).isEqualTo(invoice.millisatoshi());
        assertThat(Bolt12.parse(with(80, "ab".repeat(32))).millisatoshi()).isEqualTo(invoice.millisatoshi());
    }

    @Test
    void whatIsOddMayBeUnknownAndIsSigned() {
        String invoice = with(3_000_000_001L, "abcd");
        assertThat(Bolt12.parse(invoice).millisatoshi()).isEqualTo(5_000);
        assertThatThrownBy(() -> Bolt12.parse(Bolt12Signer.text(stream(invoice).with(3_000_000_001L, new byte[2]))))
                .hasMessage("Bad signature");
    }

    @Test
    void anotherNodesIdInTheOfferIsNoProofThatThatNodeIsPaid() {
        assertThatThrownBy(() -> Bolt12.parse(with(22, TEA_HOUSE.hex())))
                .hasMessage("Not signed by the offer's issuer");
        assertThat(Bolt12.parse(SIGNER.sign(without(22))).node()).isNull();
    }

    @Test
    void aSignatureOfAnotherKeyIsRefused() {
        assertThatThrownBy(() -> Bolt12.parse(new Bolt12Signer(43).sign(SIGNED_BY_US)))
                .hasMessage("Bad signature");
    }

    @ParameterizedTest
    @CsvSource({
        "160, No invoice_paths",
        "162, No invoice_blindedpay",
        "164, No invoice_created_at",
        "168, No invoice_payment_hash",
        "170, No invoice_amount",
        "176, No invoice_node_id",
    })
    void whatAnInvoiceMustHaveIsMissed(long type, String complaint) {
        assertThatThrownBy(() -> Bolt12.parse(SIGNER.sign(without(type)))).hasMessage(complaint);
    }

    @Test
    void anInvoiceWithoutASignatureIsNone() {
        assertThatThrownBy(() -> Bolt12.parse(Bolt12Signer.text(without(240)))).hasMessage("No signature");
    }

    private static final String POINT = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    private static final String NO_POINT = "020000000000000000000000000000000000000000000000000000000000000005";

    @Test
    void aFieldThatIsNotWhatItsTypeDemandsIsRefused() {
        assertThatThrownBy(() -> Bolt12.parse(with(10, "ff"))).hasMessage("A text is not UTF-8");
        assertThatThrownBy(() -> Bolt12.parse(with(89, "610061"))).hasMessage("A text has a NUL character");
        assertThatThrownBy(() -> Bolt12.parse(with(170, "00ff"))).hasMessageContaining("few bytes");
        assertThatThrownBy(() -> Bolt12.parse(with(170, "ff".repeat(9)))).hasMessageContaining("bytes are left");
        assertThatThrownBy(() -> Bolt12.parse(with(170, "80" + "00".repeat(7)))).hasMessage("Invalid amount");
        assertThatThrownBy(() -> Bolt12.parse(with(178, "00"))).hasMessageContaining("even types");
        assertThatThrownBy(() -> Bolt12.parse(with(88, NO_POINT))).hasMessage("A point is not on the curve");
        assertThatThrownBy(() -> Bolt12.parse(with(88, "00" + POINT.substring(2))))
                .hasMessage("A point is not on the curve");
        assertThatThrownBy(() -> Bolt12.parse(with(88, POINT + "00"))).hasMessageContaining("bytes are left");
        assertThatThrownBy(() -> Bolt12.parse(with(168, "00"))).hasMessageContaining("bytes end before");
    }

    @Test
    void pathsHaveHopsAndEachItsCost() {
        String direction = "01" + "00".repeat(8);
        String hop = POINT + "0000";
        String cost = "00".repeat(28);
        String one = direction + POINT + "01" + hop;
        var priced = SIGNED_BY_US.with(162, hex(cost));

        assertThat(Bolt12.parse(SIGNER.sign(priced.with(160, hex(one)))).description())
                .isEqualTo("tea & cake");
        assertThatThrownBy(() -> Bolt12.parse(SIGNER.sign(priced.with(160, hex(direction + POINT + "00")))))
                .hasMessage("A path has no hops");
        assertThatThrownBy(() -> Bolt12.parse(SIGNER.sign(priced.with(160, hex(one + one)))))
                .hasMessage("2 paths, and what 1 cost");
        assertThatThrownBy(() -> Bolt12.parse(
                        SIGNER.sign(SIGNED_BY_US.with(160, new byte[0]).with(162, new byte[0]))))
                .hasMessage("0 paths, and what 0 cost");
        assertThatThrownBy(() -> Bolt12.parse(SIGNER.sign(priced.with(160, hex("02" + one.substring(2))))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String complaint(String restriction, String invoice) {
        var request = new RuneRequest(null, "pay", Json.emptyObject().put("invstring", invoice));
        return MasterSecret.of(new byte[16])
                .rune(0, List.of(Restriction.parse(restriction)))
                .complaint(new RequestValues(request, Instant.EPOCH), Usage.NEVER);
    }

    @Test
    void aRuneLimitsWhatMayBePaidAndToWhom() {
        assertThat(complaint("pinvinvstring_amount<5001", TEA)).isNull();
        assertThat(complaint("pinvinvstring_amount<5000", "lightning:" + TEA))
                .isEqualTo("invoice parameter invstring_amount is greater or equal to 5000");
        assertThat(complaint("pinvinvstring_description=tea \\& cake", TEA)).isNull();
        assertThat(complaint("pinvinvstring_description~coffee", TEA))
                .isEqualTo("invoice parameter invstring_description does not contain coffee");
        assertThat(complaint("pinvinvstring_node=" + TEA_HOUSE, TEA)).isNull();
        assertThat(complaint("pinvinvstring_node=" + TEA_HOUSE, REFUND))
                .isEqualTo("invoice parameter invstring_node not present");
        assertThat(complaint("pinvinvstring_node!", REFUND)).isNull();
        assertThat(complaint("pinvinvstring_description!", SIGNER.sign(without(10))))
                .isNull();
        assertThat(complaint("pinvinvstring_amount<5001", TEA.replace('z', 'r')))
                .startsWith("Invalid invoice: ");
        assertThat(complaint("pinvinvstring_amount<5001", TEA + " ".repeat(8 << 10)))
                .isEqualTo("Invalid invoice: Longer than 8192 characters");
    }

    @Test
    void anInvoiceThatIsFullOfRecordsIsRead() {
        Map<Long, byte[]> records = new HashMap<>();
        SIGNED_BY_US
                .types()
                .forEach(type -> records.put(type, SIGNED_BY_US.value(type).orElseThrow()));
        for (long type = 1001; type < 3001; type += 2) {
            records.put(type, new byte[0]);
        }
        assertThat(complaint("pinvinvstring_amount=5000", SIGNER.sign(TlvStream.of(records))))
                .isNull();
    }
}
