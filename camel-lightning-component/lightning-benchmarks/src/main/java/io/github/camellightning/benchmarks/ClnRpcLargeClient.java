// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.node.cln.CoreLightningNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The process with little heap: a route that writes a large result to a file, and one that asks getinfo all the time. */
@Command(name = "cln-rpc-large-client", hidden = true)
final class ClnRpcLargeClient implements Callable<Integer> {

    private static final int WARM_UP = 2_000;
    private static final int ALONE = 5_000;
    private static final int MOST = 1_000_000;

    @ParentCommand
    private @Nullable Benchmarks parent;

    @Parameters(index = "0")
    private String rpcFile = "";

    @Parameters(index = "1")
    private Path folder = Path.of("");

    @Parameters(index = "2")
    private int megabytes;

    @Parameters(index = "3")
    private String title = "";

    @Override
    public Integer call() throws Exception {
        var values = new LinkedHashMap<String, String>();
        try (var camel = new DefaultCamelContext()) {
            var node = new CoreLightningNode();
            node.setRpcFile(rpcFile);
            node.setPlugin(false);
            camel.getRegistry().bind("cln", node);
            camel.addRoutes(routes());
            camel.start();
            measure(camel, values);
        }
        Objects.requireNonNull(parent).report().values(megabytes + " MB from " + title, values);
        return 0;
    }

    private RouteBuilder routes() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:large")
                        .to("lightning:rpc/large?node=#cln&outputType=InputStream")
                        .to("file:" + folder + "?fileName=result.json");
                from("direct:info").to("lightning:rpc/getinfo?node=#cln");
            }
        };
    }

    private void measure(CamelContext camel, Map<String, String> values) throws Exception {
        try (ProducerTemplate template = camel.createProducerTemplate()) {
            asking(template, WARM_UP, null);
            values.put("getinfo, nothing else", text(asking(template, ALONE, null)));
            Path program = CProgram.extract("large-client.py", folder);
            Process other = new ProcessBuilder("python3", program.toString(), rpcFile, Integer.toString(megabytes))
                    .inheritIO()
                    .start();
            values.put("getinfo, while another process gets the reply", text(asking(template, MOST, other.onExit())));
            long began = System.nanoTime();
            Future<Object> large = template.asyncRequestBody("direct:large", Map.of("megabytes", megabytes));
            values.put("getinfo, while a route of this process gets it", text(asking(template, MOST, large)));
            large.get();
            values.put("seconds until it was in the file", decimal((System.nanoTime() - began) / 1e9));
            long size = Files.size(folder.resolve("result.json"));
            if (size < megabytes * 1_000_000L) {
                throw new IllegalStateException("Only " + size + " bytes came");
            }
            values.put("bytes in the file", "%,d".formatted(size));
            values.put("heap, at most", Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB");
        }
    }

    /** @param until nothing is asked once this is done */
    private static Latencies asking(ProducerTemplate template, int count, @Nullable Future<?> until) {
        var nanos = new long[count];
        int asked = 0;
        long began = System.nanoTime();
        while (asked < count && (until == null || !until.isDone())) {
            long before = System.nanoTime();
            template.requestBody("direct:info", (Object) null);
            nanos[asked++] = System.nanoTime() - before;
        }
        return Latencies.of(Arrays.copyOf(nanos, asked), System.nanoTime() - began);
    }

    private static String text(Latencies asked) {
        return "p50 " + decimal(asked.p50() / 1e3) + " ms, p99 " + decimal(asked.p99() / 1e3) + " ms";
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
