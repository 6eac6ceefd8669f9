// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.node.peer.PeerLimits;
import io.github.camellightning.node.peer.PeerNode;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The options of the nodes, which are beans, are on their pages, and no others. */
class OptionTablesTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| .*? \\|(?: ([^|]*))?$");

    private record Row(String name, String standard) {}

    private static List<Row> rows(String path) {
        return ROW.matcher(Page.of(path).text())
                .results()
                .map(row -> new Row(
                        row.group(1), row.group(2) == null ? "" : row.group(2).trim()))
                .toList();
    }

    private static List<PropertyDescriptor> options(Class<?> bean) throws Exception {
        return Arrays.stream(Introspector.getBeanInfo(bean).getPropertyDescriptors())
                .filter(property -> property.getWriteMethod() != null)
                .toList();
    }

    @Test
    void thePageOfTheNativePeerHasEachOptionAndEachLimit() throws Exception {
        assertThat(rows("docs/peer-node.adoc"))
                .extracting(Row::name)
                .containsExactlyInAnyOrderElementsOf(concat(names(PeerNode.class), names(PeerLimits.class)));
    }

    @Test
    void thePageOfCoreLightningHasEachOption() throws Exception {
        assertThat(rows("docs/core-lightning.adoc"))
                .extracting(Row::name)
                .containsExactlyInAnyOrderElementsOf(names(CoreLightningNode.class));
    }

    @Test
    void theDefaultsOfLimitsAreThoseOfTheCode() throws Exception {
        var limits = new PeerLimits();
        List<Row> rows = rows("docs/peer-node.adoc");
        for (PropertyDescriptor limit : options(PeerLimits.class)) {
            long value = ((Number) limit.getReadMethod().invoke(limits)).longValue();
            assertThat(rows)
                    .filteredOn(row -> row.name().equals(limit.getName()))
                    .singleElement()
                    .satisfies(row ->
                            assertThat(number(row.standard())).as(row.name()).isEqualTo(value));
        }
    }

    /** {@code 4 MiB}, {@code 30,000 ms}, {@code 8}. */
    private static long number(String text) {
        long unit = text.endsWith("MiB") ? 1 << 20 : text.endsWith("KiB") ? 1 << 10 : 1;
        return unit * Long.parseLong(text.replaceAll("[^0-9]", ""));
    }

    private static List<String> names(Class<?> bean) throws Exception {
        return options(bean).stream().map(PropertyDescriptor::getName).toList();
    }

    private static List<String> concat(List<String> some, List<String> others) {
        return java.util.stream.Stream.concat(some.stream(), others.stream()).toList();
    }
}
