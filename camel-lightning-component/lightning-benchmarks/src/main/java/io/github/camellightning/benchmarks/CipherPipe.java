// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.node.noise.Aead;
import io.github.camellightning.node.noise.Initiator;
import io.github.camellightning.node.noise.NodeKey;
import io.github.camellightning.node.noise.ReceiveCipher;
import io.github.camellightning.node.noise.Responder;
import io.github.camellightning.node.noise.SendCipher;
import java.security.SecureRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What the cipher allows at best: one thread encrypts messages, another decrypts them, and nothing else happens to them than that batches of
 * them change hands.
 */
final class CipherPipe implements Contender {

    private static final int BATCH_BYTES = 64 * 1024;
    private static final int BATCHES = 8;

    private final int length;
    private final int frame;
    private final int perBatch;
    private final SendCipher sender;
    private final ReceiveCipher receiver;
    private final Aead sealing = new Aead();
    private final Aead opening = new Aead();
    private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(BATCHES);
    private final BlockingQueue<byte[]> full = new ArrayBlockingQueue<>(BATCHES);
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    CipherPipe(int payloadBytes) {
        length = 2 + payloadBytes;
        frame = length + SendCipher.OVERHEAD;
        perBatch = Math.max(1, BATCH_BYTES / frame);
        for (int i = 0; i < BATCHES; i++) {
            free.add(new byte[perBatch * frame]);
        }
        var random = new SecureRandom();
        var key = NodeKey.generate(random);
        var initiator = new Initiator(NodeKey.generate(random), key.nodeId(), random);
        var responder = new Responder(key, random);
        var completed = initiator.actTwo(responder.actOne(initiator.actOne()));
        sender = completed.sender();
        receiver = responder.actThree(completed.actThree()).receiver();
    }

    @Override
    public void run(int operations) throws Exception {
        Future<?> decrypted = thread.submit(() -> {
            decrypt(operations);
            return null;
        });
        encrypt(operations);
        decrypted.get();
    }

    private void encrypt(int operations) throws InterruptedException {
        var plain = new byte[length];
        for (int done = 0; done < operations; done += perBatch) {
            byte[] batch = free.take();
            for (int i = 0; i < Math.min(perBatch, operations - done); i++) {
                sender.encrypt(sealing, plain, 0, length, batch, i * frame);
            }
            full.add(batch);
        }
    }

    private void decrypt(int operations) throws InterruptedException {
        var plain = new byte[length];
        for (int done = 0; done < operations; done += perBatch) {
            byte[] batch = full.take();
            for (int i = 0; i < Math.min(perBatch, operations - done); i++) {
                int announced = receiver.decryptLength(opening, batch, i * frame);
                receiver.decryptBody(opening, batch, i * frame + ReceiveCipher.HEADER, announced, plain, 0);
            }
            free.add(batch);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
