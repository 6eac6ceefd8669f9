// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The stages that keep the node waiting: until the message is done, but no longer than {@code maxHold}; and until there is room, as
 * long as that takes. Room comes back when half of it is free, so that a peer at the limit goes on in batches and not by one message
 * at a time.
 */
final class Holds {

    private final Intake intake;
    private final AtomicInteger inFlight;
    private final int comfortable;
    private final int comfortablePerPeer;
    private final Deadlines<Delivery> untilDone;

    /** Locked by itself. */
    private final Set<Delivery> untilRoom = new LinkedHashSet<>();

    private volatile boolean crowded;

    Holds(Intake intake, ScheduledExecutorService timer, AtomicInteger inFlight) {
        this.intake = intake;
        this.inFlight = inFlight;
        this.comfortable = Math.max(1, intake.maxInFlight() / 2);
        this.comfortablePerPeer = Math.max(1, intake.maxInFlightPerPeer() / 2);
        this.untilDone = new Deadlines<>(intake.maxHold(), timer);
    }

    void untilDone(Delivery delivery) {
        delivery.open();
        delivery.deadline(System.nanoTime() + intake.maxHold());
        untilDone.add(delivery);
    }

    /** Lets the node go on at once where there is room. */
    void untilRoom(Delivery delivery) {
        if (hasRoom(delivery)) {
            delivery.release();
            return;
        }
        delivery.open();
        synchronized (untilRoom) {
            untilRoom.add(delivery);
            crowded = true;
        }
        // what makes room may have been done before it was among those who wait
        if (delivery.isDone() || hasRoom(delivery)) {
            end(delivery);
        }
    }

    /** Lets the node go on, whatever it waited for. */
    void end(Delivery delivery) {
        if (intake.releasesOnCompletion()) {
            untilDone.remove(delivery);
        }
        if (crowded) {
            synchronized (untilRoom) {
                untilRoom.remove(delivery);
                crowded = !untilRoom.isEmpty();
            }
        }
        delivery.release();
    }

    /** A message is done; so many are left. Each number on the way down is passed, so that looking at two of them is enough. */
    void made(int leftOfPeer, int left) {
        if (crowded && (leftOfPeer == comfortablePerPeer || left == comfortable)) {
            waitingForRoom().filter(this::hasRoom).forEach(this::end);
        }
    }

    private boolean hasRoom(Delivery delivery) {
        return inFlight.get() <= intake.maxInFlight() && delivery.lane().size() <= intake.maxInFlightPerPeer();
    }

    void releaseAll() {
        all().toList().forEach(this::end);
    }

    boolean isCrowded() {
        return crowded;
    }

    Stream<Delivery> all() {
        return Stream.concat(untilDone.pending(), waitingForRoom());
    }

    private Stream<Delivery> waitingForRoom() {
        synchronized (untilRoom) {
            return List.copyOf(untilRoom).stream();
        }
    }
}
