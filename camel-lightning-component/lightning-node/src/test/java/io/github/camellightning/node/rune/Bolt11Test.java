// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.Json;
import io.github.camellightning.node.NodeId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Invoices of BOLT 11's own examples, as restrictions see them. */
class Bolt11Test {

    private static final NodeId PAYEE =
            new NodeId("03e7156ae33b0a208d0744199163177e909e80176e55d97a2f221ede0f934dd9ad");
    private static final String ANY_AMOUNT =
            "lnbc1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6twvus8g6rfwvs8qun0dfjkxaq9qrsgq357wnc5r2ueh7ck6q93dj32dlqnls087fxdwk8qakdyafkq3yap9us6v52vjjsrvywa6rt52cm9r9zqt8r2t7mlcwspyetp5h2tztugp9lfyql";
    private static final String COFFEE =
            "lnbc2500u1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpu9qrsgquk0rl77nj30yxdy8j9vdx85fkpmdla2087ne0xh8nhedh8w27kyke0lp53ut353s06fv3qfegext0eh0ymjpf39tuven09sam30g4vgpfna3rh";
    private static final String HASH_OF_A_DESCRIPTION =
            "lnbc20m1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqhp58yjmdan79s6qqdhdzgynm4zwqd5d7xmw5fk98klysy043l2ahrqs9qrsgq7ea976txfraylvgzuxs8kgcw23ezlrszfnh8r6qtfpr6cxga50aj6txm9rxrydzd06dfeawfk6swupvz4erwnyutnjq7x39ymw6j38gp7ynn44";

    @Test
    void theExamplesOfTheSpecificationAreRead() {
        assertThat(Bolt11.parse(ANY_AMOUNT))
                .isEqualTo(new Bolt11(null, "Please consider supporting this project", PAYEE));
        assertThat(Bolt11.parse(COFFEE)).isEqualTo(new Bolt11(250_000_000L, "1 cup coffee", PAYEE));
        assertThat(Bolt11.parse(HASH_OF_A_DESCRIPTION)).isEqualTo(new Bolt11(2_000_000_000L, null, PAYEE));
        assertThat(Bolt11.parse(COFFEE.toUpperCase(Locale.ROOT))).isEqualTo(Bolt11.parse(COFFEE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lnbc", "1", "lnbc1", "lnbc1qqqqqq", "Lnbc1pvjluez", "xyz1pvjluez"})
    void whatIsNoInvoiceIsNone(String text) {
        assertThatThrownBy(() -> Bolt11.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anInvoiceThatWasChangedIsNone() {
        for (int i = 0; i < COFFEE.length(); i++) {
            String changed = COFFEE.substring(0, i) + (COFFEE.charAt(i) == 'q' ? 'p' : 'q') + COFFEE.substring(i + 1);
            assertThatThrownBy(() -> Bolt11.parse(changed)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static String complaint(String restriction, String invoice) {
        var request = new RuneRequest(
                null, "pay", Json.emptyObject().put("bolt11", invoice).put("max_fee", 5));
        return MasterSecret.of(new byte[16])
                .rune(0, List.of(Restriction.parse(restriction)))
                .complaint(new RequestValues(request, Instant.EPOCH), Usage.NEVER);
    }

    @Test
    void aRuneLimitsWhatMayBePaidAndToWhom() {
        assertThat(complaint("pinvbolt11_amount<250000001", COFFEE)).isNull();
        assertThat(complaint("pinvbolt11_amount<250000000", "lightning:" + COFFEE))
                .isEqualTo("invoice parameter bolt11_amount is greater or equal to 250000000");
        assertThat(complaint("pinvbolt11_amount<250000000", ANY_AMOUNT))
                .isEqualTo("invoice parameter bolt11_amount not present");
        assertThat(complaint("pinvbolt11_amount!", ANY_AMOUNT)).isNull();
        assertThat(complaint("pinvbolt11_description~coffee", COFFEE)).isNull();
        assertThat(complaint("pinvbolt11_description~tea", COFFEE))
                .isEqualTo("invoice parameter bolt11_description does not contain tea");
        assertThat(complaint("pinvbolt11_node=" + PAYEE, COFFEE)).isNull();
        assertThat(complaint("pinvmaxfee_amount<5", COFFEE)).isEqualTo("Invalid invoice: Bad bech32 string");
        assertThat(complaint("pinvbolt11_amount<5", COFFEE + "q")).startsWith("Invalid invoice: ");
    }
}
