// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks.jmh;

import io.github.camellightning.node.noise.Aead;
import io.github.camellightning.node.noise.Initiator;
import io.github.camellightning.node.noise.NodeKey;
import io.github.camellightning.node.noise.ReceiveCipher;
import io.github.camellightning.node.noise.Responder;
import io.github.camellightning.node.noise.SendCipher;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A message through the transport's cipher: into its frame, and into its frame and out again. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CipherBenchmark {

    /** Of the message, its type included. */
    @Param({"2", "102", "1026", "65535"})
    private int length;

    private final Aead aead = new Aead();
    private final SendCipher sender;
    private final ReceiveCipher receiver;
    private final SendCipher alone;
    private byte[] plain = {};
    private byte[] frame = {};

    public CipherBenchmark() {
        var random = new SecureRandom();
        var key = NodeKey.generate(random);
        var initiator = new Initiator(NodeKey.generate(random), key.nodeId(), random);
        var responder = new Responder(key, random);
        var completed = initiator.actTwo(responder.actOne(initiator.actOne()));
        var answered = responder.actThree(completed.actThree());
        sender = completed.sender();
        receiver = answered.receiver();
        alone = answered.sender();
    }

    @Setup
    public void allocate() {
        plain = new byte[length];
        frame = new byte[length + SendCipher.OVERHEAD];
    }

    @Benchmark
    public int encrypt() {
        return alone.encrypt(aead, plain, 0, length, frame, 0);
    }

    @Benchmark
    public int encryptAndDecrypt() {
        sender.encrypt(aead, plain, 0, length, frame, 0);
        int announced = receiver.decryptLength(aead, frame, 0);
        receiver.decryptBody(aead, frame, ReceiveCipher.HEADER, announced, plain, 0);
        return announced;
    }
}
