// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import java.time.Instant;

/** Whether a node works, since when, and if not, why: a sentence for operators that carries no secret. */
public record NodeState(Status status, String reason, Instant since) {

    /** STOPPED and UP are where it was told to be; STARTING and DOWN are where it does not want to stay. */
    public enum Status {
        STOPPED,
        STARTING,
        UP,
        DOWN
    }

    public static NodeState of(Status status, String reason) {
        return new NodeState(status, reason, Instant.now());
    }

    public boolean isUp() {
        return status == Status.UP;
    }
}
