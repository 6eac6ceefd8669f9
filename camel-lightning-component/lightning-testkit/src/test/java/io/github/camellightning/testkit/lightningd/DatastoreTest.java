// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import static io.github.camellightning.testkit.lightningd.RpcClient.call;
import static io.github.camellightning.testkit.lightningd.RpcClient.error;
import static io.github.camellightning.testkit.lightningd.RpcClient.result;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The datastore: what plugins and clients of lightningd keep in it. */
class DatastoreTest {

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    private SimulatedLightningd node;

    @BeforeEach
    void aNodeRuns() {
        node = lightning.start("alice");
    }

    private String store(String members) {
        return call(node, "datastore", "{" + members + "}");
    }

    @Test
    void textIsKeptAsBytes() {
        var entry = "{\"key\":[\"s\"],\"generation\":0,\"hex\":\"c3a90a\",\"string\":\"é\\n\"}";
        assertThat(store("\"key\":\"s\",\"string\":\"é\\n\"")).isEqualTo(result(entry));
        assertThat(call(node, "listdatastore", "[\"s\"]")).isEqualTo(result("{\"datastore\":[" + entry + "]}"));
        node.stop();
        node.start();
        assertThat(call(node, "listdatastore", "{}")).isEqualTo(result("{\"datastore\":[" + entry + "]}"));
    }

    @Test
    void bytesThatAreNoTextHaveNoString() {
        assertThat(store("\"key\":[\"a\",\"b\"],\"hex\":\"ff00\""))
                .isEqualTo(result("{\"key\":[\"a\",\"b\"],\"generation\":0,\"hex\":\"ff00\"}"));
    }

    @Test
    void escapesOfUnicodeAreRefused() {
        assertThat(store("\"key\":\"s\",\"string\":\"\\u00e9\""))
                .isEqualTo(
                        error(-32602, "string: should be a string (without \\\\u): invalid token '\\\"\\\\u00e9\\\"'"));
    }

    @Test
    void theModeSaysWhatMayBeThere() {
        assertThat(store("\"key\":\"k\",\"hex\":\"00\",\"mode\":\"must-replace\""))
                .isEqualTo(error(1203, "Key does not exist"));
        store("\"key\":\"k\",\"hex\":\"00\"");
        assertThat(store("\"key\":\"k\",\"hex\":\"00\"")).isEqualTo(error(1202, "Key already exists"));
        assertThat(store("\"key\":\"k\",\"hex\":\"11\",\"mode\":\"must-append\""))
                .contains("\"generation\":1,\"hex\":\"0011\"");
        assertThat(store("\"key\":\"k\",\"hex\":\"22\",\"mode\":\"must-replace\",\"generation\":0"))
                .isEqualTo(error(1204, "generation is different"));
        assertThat(store("\"key\":[\"k\",\"child\"],\"hex\":\"00\"")).isEqualTo(error(1206, "Parent key [k] exists"));
    }

    @Test
    void childrenAreListedBelowTheirParent() {
        store("\"key\":[\"p\",\"a\"],\"hex\":\"00\"");
        store("\"key\":[\"p\",\"b\"],\"hex\":\"01\"");
        assertThat(call(node, "listdatastore", "{}")).isEqualTo(result("{\"datastore\":[{\"key\":[\"p\"]}]}"));
        assertThat(call(node, "listdatastore", "[\"p\"]")).contains("[\"p\",\"a\"]", "[\"p\",\"b\"]");
        assertThat(store("\"key\":\"p\",\"hex\":\"00\"")).isEqualTo(error(1205, "Key has children already"));
    }

    @Test
    void whatIsDeletedIsGone() {
        store("\"key\":\"k\",\"hex\":\"00\"");
        assertThat(call(node, "deldatastore", "[\"k\"]")).contains("\"hex\":\"00\"");
        assertThat(call(node, "deldatastore", "[\"k\"]")).isEqualTo(error(1200, "Key does not exist"));
    }

    @Test
    void fourMebibytesWouldCrashTheDaemon() {
        store("\"key\":\"big\",\"hex\":\"" + "ab".repeat(2 << 20) + "\"");
        lightning.assertNoCrash();
        store("\"key\":\"bigger\",\"hex\":\"" + "ab".repeat(4 << 20) + "\"");
        assertThat(lightning.takeCrashes()).hasSize(1);
    }
}
