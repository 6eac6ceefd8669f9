// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.delivery.EnvelopeId;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import org.apache.camel.support.processor.idempotent.FileIdempotentRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdempotentEnvelopesTest {

    private static final NodeId PEER = NodeKeys.id(141);

    @TempDir
    Path temp;

    @Test
    void whatWasHandledIsRememberedThoughItsRouteHasBeenStoppedMeanwhile() {
        var repository = FileIdempotentRepository.fileIdempotentRepository(
                temp.resolve("handled").toFile());
        repository.start();
        var pool = Executors.newSingleThreadExecutor();
        var handled = new DueEnvelopes(new IdempotentEnvelopes(repository, pool));
        pool.shutdown();
        EnvelopeId id = EnvelopeId.random();

        handled.expect();
        assertThat(handled.due()).isEqualTo(1);
        handled.add(PEER, id).toCompletableFuture().join();

        assertThat(handled.due()).isZero();
        assertThat(handled.contains(PEER, id).toCompletableFuture().join()).isTrue();
        assertThat(repository.contains(PEER.hex() + "/" + id.hex())).isTrue();
    }
}
