// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks.jmh;

import io.github.camellightning.node.wire.TlvStream;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A TLV stream of four records, 180 bytes in all. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecBenchmark {

    private final TlvStream stream = TlvStream.EMPTY
            .with(1, new byte[32])
            .with(3, new byte[2])
            .with(65_537, new byte[100])
            .with(1L << 40, new byte[25]);
    private final byte[] encoded = stream.encode();

    @Benchmark
    public byte[] encode() {
        return stream.encode();
    }

    @Benchmark
    public TlvStream parse() {
        return TlvStream.parse(encoded);
    }
}
