// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.ReceivedMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that messages are dropped, at most once a minute. */
final class DropLog {

    private static final Logger LOG = LoggerFactory.getLogger(DropLog.class);

    private final Intake intake;
    private final Seldom seldom = new Seldom();

    DropLog(Intake intake) {
        this.intake = intake;
    }

    /** There was no room for a message. */
    void noRoom(ReceivedMessage message, long droppedSoFar) {
        if (seldom.isDue()) {
            LOG.warn(
                    "Dropped a message of type {} from {}, {} so far: maxInFlightPerPeer={} or maxInFlight={} is reached. Raise"
                            + " them, give the route more concurrentConsumers or less to do, or set whenFull=hold",
                    message.message().type(),
                    message.peer(),
                    droppedSoFar,
                    intake.maxInFlightPerPeer(),
                    intake.maxInFlight());
        }
    }

    /** The thread pool took no more. */
    void noThread(NodeId peer, long droppedSoFar) {
        if (seldom.isDue()) {
            LOG.warn(
                    "Dropped messages from {}, {} so far: the executorService refuses to run the route. Give it a longer queue,"
                            + " or leave the option to concurrentConsumers",
                    peer,
                    droppedSoFar);
        }
    }
}
