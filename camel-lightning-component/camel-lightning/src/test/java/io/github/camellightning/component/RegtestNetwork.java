// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.interop.RealLightningd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;

/** {@link OnionNodes} that are real, with a channel from each to the next. */
final class RegtestNetwork implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CAPACITY_SAT = 1_000_000;

    private final Path chain;
    private final Map<String, RealLightningd> daemons = new LinkedHashMap<>();

    private RegtestNetwork(Path chain) {
        this.chain = chain;
    }

    static RegtestNetwork start() throws Exception {
        var network = new RegtestNetwork(Files.createTempDirectory("chain"));
        try {
            for (String name : OnionNodes.NAMES) {
                network.daemons.put(name, RealLightningd.startOn(network.chain));
            }
            try (CamelContext context = network.context()) {
                context.start();
                network.openChannels(context.createProducerTemplate());
            }
            return network;
        } catch (Exception | AssertionError failure) {
            network.close();
            throw failure;
        }
    }

    CamelContext context() {
        return OnionNodes.context(name -> daemons.get(name).rpcFile());
    }

    private void openChannels(ProducerTemplate template) {
        for (String funder : List.of("alice", "bob")) {
            JsonNode address = call(template, funder, "newaddr", Map.of("addresstype", "bech32"));
            call(
                    template,
                    funder,
                    "regtest-fund",
                    Map.of("address", address.get("bech32").textValue(), "satoshi", 5 * CAPACITY_SAT));
        }
        mine(template, 1);
        open(template, "alice", "bob");
        open(template, "bob", "carol");
        mine(template, 6);
        await("alice knows both channels, in both directions")
                .atMost(PATIENCE)
                .until(() -> call(template, "alice", "listchannels", Map.of())
                                .get("channels")
                                .size()
                        == 4);
    }

    /** All know of the blocks then: a node that knows of none does not survive a channel. */
    private void mine(ProducerTemplate template, int blocks) {
        JsonNode height = call(template, "alice", "regtest-mine", Map.of("blocks", blocks))
                .get("height");
        for (String name : daemons.keySet()) {
            await(name + " knows the chain").atMost(PATIENCE).until(() -> call(template, name, "getinfo", Map.of())
                    .get("blockheight")
                    .equals(height));
        }
    }

    private void open(ProducerTemplate template, String from, String to) {
        String id = call(template, to, "getinfo", Map.of()).get("id").textValue();
        String address = id + "@127.0.0.1:" + daemons.get(to).port();
        call(template, from, "connect", Map.of("id", address));
        await(from + " has seen its money").atMost(PATIENCE).until(() -> !call(template, from, "listfunds", Map.of())
                .get("outputs")
                .isEmpty());
        call(template, from, "fundchannel", Map.of("id", id, "amount", CAPACITY_SAT));
    }

    private static JsonNode call(ProducerTemplate template, String node, String method, Map<String, ?> params) {
        return OnionNodes.call(template, node, method, params);
    }

    @Override
    public void close() throws IOException {
        for (RealLightningd daemon : daemons.values()) {
            daemon.close();
        }
        try (Stream<Path> files = Files.walk(chain)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
