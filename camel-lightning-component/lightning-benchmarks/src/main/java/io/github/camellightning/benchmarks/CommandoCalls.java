// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.interop.NodeJs;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.ServedMethod;
import io.github.camellightning.node.peer.PeerNode;
import io.github.camellightning.node.rune.Runes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** A trivial method of a PeerNode, run under a rune by our client and by lnsocket and lnmessage in processes of their own. */
@Command(
        name = "commando",
        description = "Calls of a trivial method of a PeerNode, by a PeerNode, lnsocket and lnmessage.")
final class CommandoCalls implements Callable<Integer> {

    private static final int CALLS = 40_000;
    /** What of the calls the others get, who are that much slower, about. */
    private static final int LNMESSAGE_SHARE = 10;

    private static final int LNSOCKET_SHARE = 200;

    private static final int[] IN_FLIGHT = {1, 64};
    private static final String METHOD = "nothing";
    private static final int PATIENCE_SECONDS = 60;

    @ParentCommand
    private @Nullable Benchmarks parent;

    @Mixin
    private ClnRounds rounds = new ClnRounds();

    @Override
    public Integer call() throws Exception {
        var report = Objects.requireNonNull(parent).report();
        report.machine();
        Path folder = Files.createTempDirectory("commando");
        Optional<String> noNodeJs = NodeJs.whyNot();
        noNodeJs.ifPresent(why -> report.note("lnsocket and lnmessage are left out: " + why));
        NodeJs nodeJs = noNodeJs.isPresent() ? null : NodeJs.install(folder.resolve("npm"));
        var server = new PeerNode();
        var client = new PeerNode();
        server.setListen("127.0.0.1:0");
        server.setRuneFile(folder.resolve("runes").toString());
        server.onCommando(
                new ServedMethod(METHOD, "", null),
                (peer, params) -> CompletableFuture.completedFuture(JsonResult.of(Json.emptyObject())));
        NodePair.await(server.start());
        NodePair.await(client.start());
        try (var runes = new Runes(folder.resolve("runes"))) {
            NodePair.await(client.connect(NodePair.addressOf(server)));
            String rune = runes.make("method=" + METHOD).encode();
            for (int inFlight : IN_FLIGHT) {
                report.latencies(
                        "commando, " + inFlight + " in flight",
                        rounds.medians(contenders(server, client, rune, nodeJs, inFlight), CALLS));
            }
        } finally {
            NodePair.await(client.stop());
            NodePair.await(server.stop());
        }
        return 0;
    }

    private static LinkedHashMap<String, ClnRounds.Turn> contenders(
            PeerNode server, PeerNode client, String rune, @Nullable NodeJs nodeJs, int inFlight) {
        var contenders = new LinkedHashMap<String, ClnRounds.Turn>();
        contenders.put("PeerNode", count -> new Calls(client, server, rune, count).run(inFlight));
        if (nodeJs != null) {
            if (inFlight == 1) {
                contenders.put(
                        "lnsocket",
                        count -> ofNodeJs(nodeJs, "lnsocket-load.cjs", server, rune, count / LNSOCKET_SHARE, 1));
            }
            contenders.put(
                    "lnmessage",
                    count -> ofNodeJs(nodeJs, "lnmessage-load.mjs", server, rune, count / LNMESSAGE_SHARE, inFlight));
        }
        return contenders;
    }

    private static Latencies ofNodeJs(
            NodeJs nodeJs, String program, PeerNode server, String rune, int count, int inFlight)
            throws IOException, InterruptedException {
        List<Object> arguments = new ArrayList<>(List.of(
                server.nodeId(), NodePair.addressOf(server).port(), rune, METHOD, Math.max(1, count), inFlight));
        return Latencies.parse(nodeJs.run(program, arguments.toArray()).get(0));
    }

    /** So many calls, a new one as soon as one is answered. */
    private static final class Calls {

        private final PeerNode client;
        private final PeerNode server;
        private final String rune;
        private final MethodCall call = MethodCall.of(METHOD, Json.emptyObject());
        private final long[] nanos;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger left;
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        Calls(PeerNode client, PeerNode server, String rune, int count) {
            this.client = client;
            this.server = server;
            this.rune = rune;
            this.nanos = new long[count];
            this.left = new AtomicInteger(count);
        }

        Latencies run(int inFlight) throws Exception {
            long began = System.nanoTime();
            for (int i = 0; i < inFlight; i++) {
                one();
            }
            done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return Latencies.of(nanos, System.nanoTime() - began);
        }

        private void one() {
            int number = next.getAndIncrement();
            if (number >= nanos.length) {
                return;
            }
            long began = System.nanoTime();
            client.commando(server.nodeId(), call, rune).whenComplete((result, failure) -> {
                nanos[number] = System.nanoTime() - began;
                ended(result, failure);
            });
        }

        private void ended(@Nullable JsonResult result, @Nullable Throwable failure) {
            if (result == null) {
                done.completeExceptionally(failure == null ? new IllegalStateException("no result") : failure);
                return;
            }
            result.close();
            if (left.decrementAndGet() == 0) {
                done.complete(null);
            }
            one();
        }
    }
}
