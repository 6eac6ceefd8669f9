// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.OutcomeUnknownException;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** How a node sends the frames of a {@link CommandoClient}, which has one at a time under way to each peer. */
@FunctionalInterface
public interface CommandoTransport {

    /**
     * Never waits.
     *
     * @param wanted to be asked once, when the frame's turn has come, and before any of it is written; where it says no, nothing may be written
     * @return completes when the frame left this process. Fails with {@link OutcomeUnknownException} where it may have been written, with another {@link
     *     LightningException} where it was not. What that says must not quote the frame, which holds a secret.
     */
    CompletionStage<Void> send(NodeId peer, CustomMessage frame, BooleanSupplier wanted);
}
