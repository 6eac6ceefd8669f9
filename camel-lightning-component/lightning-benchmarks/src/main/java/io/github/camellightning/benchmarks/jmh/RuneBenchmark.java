// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks.jmh;

import io.github.camellightning.node.Json;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.rune.MasterSecret;
import io.github.camellightning.node.rune.RequestValues;
import io.github.camellightning.node.rune.Restriction;
import io.github.camellightning.node.rune.Rune;
import io.github.camellightning.node.rune.RuneRequest;
import io.github.camellightning.node.rune.Usage;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A rune with five restrictions, from its text to a yes: read, derived from its secret and held against a request. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RuneBenchmark {

    private static final NodeId PEER = new NodeId("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");

    private final MasterSecret secret = MasterSecret.of(new byte[32]);
    private final Rune rune = secret.rune(
            7,
            Restriction.parseAll(
                    "method^orders|method=help", "id=" + PEER, "time<4102444800", "pnameorder/0", "pnum<3"));
    private final String text = rune.encode();
    private final RuneRequest request = new RuneRequest(PEER, "orders.status", Json.read("{\"order\":7,\"limit\":1}"));

    @Benchmark
    public @Nullable String check() {
        String foreign = secret.refusal(rune);
        return foreign == null ? rune.complaint(new RequestValues(request, Instant.now()), Usage.NEVER) : foreign;
    }

    @Benchmark
    public @Nullable String readAndCheck() {
        Rune read = Rune.parse(text);
        String foreign = secret.refusal(read);
        return foreign == null ? read.complaint(new RequestValues(request, Instant.now()), Usage.NEVER) : foreign;
    }
}
