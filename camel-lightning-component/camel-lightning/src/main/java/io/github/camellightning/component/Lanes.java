// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.ReceivedMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The messages that one consumer has in its hands between start and stop: a lane for each peer that has any. */
final class Lanes {

    private final Intake intake;
    private final Executor afterwards;
    private final Executor executor;
    private final Consumer<Delivery> route;
    private final Counters counters;
    private final Holds holds;
    private final DropLog dropLog;
    private final Map<NodeId, PeerLane> lanes = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();

    /** Those that came while suspended, in no lane yet. Locked by itself. */
    private final List<Delivery> parked = new ArrayList<>();

    private volatile boolean suspended;
    private volatile boolean stopped;

    /**
     * @param afterwards runs what may wait until the node has gone on
     * @param route never throws, and has the delivery told when its exchange is done
     */
    Lanes(
            Intake intake,
            Executor afterwards,
            Executor executor,
            ScheduledExecutorService timer,
            Consumer<Delivery> route,
            Counters counters) {
        this.intake = intake;
        this.afterwards = afterwards;
        this.executor = executor;
        this.route = route;
        this.counters = counters;
        this.holds = new Holds(intake, timer, inFlight);
        this.dropLog = new DropLog(intake);
    }

    /** Takes a message; what it returns completes when the node may go on to the next one of that peer. */
    CompletionStage<Void> accept(ReceivedMessage message) {
        counters.received().increment();
        var delivery = new Delivery(message, this);
        if (stopped) {
            delivery.abandon();
            return delivery.stage();
        }
        if (intake.drops() && isFull(message.peer())) {
            delivery.abandon();
            dropLog.noRoom(message, counters.dropped().sum());
            return delivery.stage();
        }
        if (!suspended || !park(delivery)) {
            admit(delivery);
        }
        return delivery.stage();
    }

    private boolean isFull(NodeId peer) {
        PeerLane lane = lanes.get(peer);
        return inFlight.get() >= intake.maxInFlight() || (lane != null && lane.size() >= intake.maxInFlightPerPeer());
    }

    private void admit(Delivery delivery) {
        if (intake.releasesOnCompletion()) {
            // before anything can look for its lane: the deadline may pass at once
            delivery.enter(laneOf(delivery.peer()));
            holds.untilDone(delivery);
        }
        inFlight.incrementAndGet();
        enterLane(delivery);
        if (!intake.releasesOnCompletion()) {
            holds.untilRoom(delivery);
        }
        if (stopped) {
            delivery.release();
        }
    }

    private void enterLane(Delivery delivery) {
        boolean entered;
        do {
            entered = laneOf(delivery.peer()).add(delivery);
        } while (!entered);
    }

    private PeerLane laneOf(NodeId sender) {
        return lanes.computeIfAbsent(sender, peer -> new PeerLane(peer, this));
    }

    /** The node goes on first: to wake a thread of the pool takes longer. */
    void begin(PeerLane lane) {
        afterwards.execute(() -> execute(lane));
    }

    void execute(PeerLane lane) {
        try {
            executor.execute(lane);
        } catch (RejectedExecutionException | OutOfMemoryError noThread) {
            lane.abandon();
            if (!stopped) {
                dropLog.noThread(lane.peer(), counters.dropped().sum());
            }
        }
    }

    void route(Delivery delivery) {
        if (stopped) {
            delivery.abandon();
        } else {
            route.accept(delivery);
        }
    }

    /** Lets the node go on after a message that is done, and says how many are left. */
    int release(Delivery delivery) {
        int left = inFlight.decrementAndGet();
        holds.end(delivery);
        return left;
    }

    /** A message is done; so many of its peer are left, and so many of all. */
    void finished(int leftOfPeer, int left) {
        holds.made(leftOfPeer, left);
    }

    void overdue(Delivery delivery) {
        holds.untilRoom(delivery);
    }

    void drop(PeerLane lane) {
        lanes.remove(lane.peer(), lane);
    }

    private boolean park(Delivery delivery) {
        synchronized (parked) {
            if (!suspended || stopped) {
                return false;
            }
            delivery.open();
            parked.add(delivery);
            return true;
        }
    }

    /** From now on the node waits with each message it has; those that are in lanes go on. */
    void suspend() {
        suspended = true;
    }

    void resume() {
        List<Delivery> waiting;
        synchronized (parked) {
            suspended = false;
            waiting = List.copyOf(parked);
            parked.clear();
        }
        waiting.forEach(this::admit);
    }

    /** Completes every stage and starts nothing more. */
    void stop() {
        List<Delivery> waiting;
        synchronized (parked) {
            stopped = true;
            waiting = List.copyOf(parked);
            parked.clear();
        }
        waiting.forEach(delivery -> {
            delivery.abandon();
            delivery.release();
        });
        holds.releaseAll();
    }

    Counters counters() {
        return counters;
    }

    /** In the route or waiting for it. */
    int inFlight() {
        return inFlight.get();
    }

    int open() {
        return lanes.size();
    }

    /** Behind another message of their peer; the first of each lane has a thread or is about to get one. */
    int waiting() {
        return Math.max(0, inFlight.get() - lanes.size());
    }

    boolean isCrowded() {
        return holds.isCrowded();
    }

    /** The oldest of each peer in a lane, and those whose stage is open. */
    Stream<ReceivedMessage> all() {
        return Stream.concat(lanes.values().stream().flatMap(PeerLane::oldest), held().stream());
    }

    /** Those whose stage is open. */
    List<ReceivedMessage> held() {
        List<Delivery> outside;
        synchronized (parked) {
            outside = List.copyOf(parked);
        }
        return Stream.concat(outside.stream(), holds.all())
                .map(Delivery::received)
                .toList();
    }
}
