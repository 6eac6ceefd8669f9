// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks.jmh;

import io.github.camellightning.node.noise.Completed;
import io.github.camellightning.node.noise.Initiator;
import io.github.camellightning.node.noise.NodeKey;
import io.github.camellightning.node.noise.Responder;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A handshake, both sides of it, and the multiplication of a point that it mostly consists of. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HandshakeBenchmark {

    private final SecureRandom random = new SecureRandom();
    private final NodeKey dialling = NodeKey.generate(random);
    private final NodeKey listening = NodeKey.generate(random);
    private final X9ECParameters curve = CustomNamedCurves.getByName("secp256k1");
    private final BigInteger scalar = new BigInteger(curve.getN().bitLength() - 1, random);
    private final ECPoint point = curve.getG().multiply(scalar).normalize();

    /** All three acts. */
    @Benchmark
    public Completed handshake() {
        var initiator = new Initiator(dialling, listening.nodeId(), random);
        var responder = new Responder(listening, random);
        return responder.actThree(
                initiator.actTwo(responder.actOne(initiator.actOne())).actThree());
    }

    @Benchmark
    public ECPoint multiplication() {
        return point.multiply(scalar).normalize();
    }
}
