// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.delivery.DeliveryMessage.Have;
import io.github.camellightning.node.delivery.DeliveryMessage.Part;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every state that the sender and the receiver of an envelope can get into together, whatever the network does to what is between them: messages lost,
 * doubled, reordered, connections cut, either of them started again, clocks that go off at any time.
 */
class DeliveryModelTest {

    private static final int MOST_BETWEEN = 3;
    private static final EnvelopeId ID = new EnvelopeId(1, 2);

    /** What the sender may say. */
    private static final int QUERY = -1;

    /** What the receiver may say besides that it has parts. */
    private static final Have HANDLED = null;

    /** Both ends and what is between them; can be played from the start again. */
    private static final class World {

        private final int count;
        private final int between;
        private final int window;
        private SendProgress sender;
        private ReceiveProgress receiver;
        private boolean handled;
        private int handledTimes;
        private boolean done;
        private final List<Integer> toReceiver = new ArrayList<>();
        private final List<Have> toSender = new ArrayList<>();

        World(int count, int window, int between) {
            this.count = count;
            this.window = window;
            this.between = between;
            this.sender = new SendProgress(count, window);
        }

        void send() {
            if (!done && toReceiver.size() < between) {
                switch (sender.step()) {
                    case PART -> {
                        toReceiver.add((int) sender.next());
                        sender.sent();
                    }
                    case QUERY -> {
                        toReceiver.add(QUERY);
                        sender.sent();
                    }
                    case WAIT -> {}
                }
            }
        }

        void receive(int index) {
            int message = toReceiver.remove(index);
            if (handled) {
                answer(HANDLED);
            } else if (message == QUERY) {
                if (receiver != null) {
                    receiver.answered();
                }
                answer(new Have(ID, receiver == null ? 0 : receiver.next(), 2, true));
            } else {
                take(message);
            }
        }

        private void take(int part) {
            if (receiver == null) {
                receiver = new ReceiveProgress(count, count);
            }
            switch (receiver.take(new Part(ID, part, count, count, EnvelopeLabels.NONE, new byte[1]))) {
                case TAKEN -> answer(new Have(ID, receiver.next(), 2, false));
                case KNOWN -> {
                    if (part == 0) {
                        answer(new Have(ID, receiver.next(), 2, true));
                    }
                }
                case COMPLETE, STILL_MISSING -> {}
                case MISSING -> answer(new Have(ID, receiver.next(), 2, true));
                case CONTRADICTION -> throw new AssertionError("part " + part + " after " + receiver);
            }
        }

        private void answer(Have answer) {
            if (toSender.size() < between) {
                toSender.add(answer);
            }
        }

        void handle() {
            if (receiver != null && receiver.isComplete() && !handled) {
                handled = true;
                handledTimes++;
                answer(HANDLED);
            }
        }

        void hear(int index) {
            Have answer = toSender.remove(index);
            if (answer == HANDLED) {
                assertThat(handled).as("acknowledged only when handled").isTrue();
                done = true;
            } else {
                sender.have(answer);
            }
        }

        void cut() {
            toReceiver.clear();
            toSender.clear();
            sender.ask();
        }

        void restartReceiver() {
            receiver = null;
            cut();
        }

        /** Its source hands the same thing out again, under the same id. */
        void restartSender() {
            if (!done) {
                sender = new SendProgress(count, window);
            }
        }

        @Override
        public String toString() {
            return sender + " | " + toReceiver + " | "
                    + toSender.stream()
                            .map(have -> have == HANDLED ? "handled" : have.next() + (have.goBack() ? "!" : ""))
                            .toList()
                    + " | " + receiver + " | " + handled + done;
        }
    }

    private static List<Consumer<World>> actions() {
        var actions = new ArrayList<Consumer<World>>();
        actions.add(World::send);
        actions.add(World::handle);
        actions.add(World::cut);
        actions.add(World::restartReceiver);
        actions.add(World::restartSender);
        actions.add(world -> world.sender.ask());
        IntStream.range(0, MOST_BETWEEN).forEach(i -> {
            actions.add(world -> where(i < world.toReceiver.size(), () -> world.receive(i)));
            actions.add(world -> where(i < world.toSender.size(), () -> world.hear(i)));
            actions.add(world -> where(i < world.toReceiver.size(), () -> world.toReceiver.remove(i)));
            actions.add(world -> where(i < world.toSender.size(), () -> world.toSender.remove(i)));
            actions.add(world -> where(
                    i < world.toReceiver.size() && world.toReceiver.size() < world.between,
                    () -> world.toReceiver.add(world.toReceiver.get(i))));
        });
        return actions;
    }

    private static void where(boolean possible, Runnable action) {
        if (possible) {
            action.run();
        }
    }

    private static World play(int count, int window, int between, List<Consumer<World>> path) {
        var world = new World(count, window, between);
        path.forEach(action -> action.accept(world));
        return world;
    }

    /** @param between messages on their way in each direction, at most */
    @ParameterizedTest
    @CsvSource({"1, 1, 3", "2, 1, 3", "2, 2, 3", "3, 2, 2"})
    void whateverHappensAnEnvelopeIsHandledOnceAndItsSenderLearnsIt(int count, int window, int between) {
        Map<String, List<Consumer<World>>> seen = new HashMap<>();
        var next = new ArrayDeque<List<Consumer<World>>>();
        next.add(List.of());
        while (!next.isEmpty()) {
            List<Consumer<World>> path = next.remove();
            for (Consumer<World> action : actions()) {
                var longer = new ArrayList<>(path);
                longer.add(action);
                World world = play(count, window, between, longer);
                if (seen.putIfAbsent(world.toString(), longer) == null) {
                    assertThat(world.handledTimes).as(world.toString()).isLessThanOrEqualTo(1);
                    comesToAnEnd(play(count, window, between, longer));
                    next.add(longer);
                }
            }
        }
        assertThat(seen).hasSizeGreaterThan(100);
    }

    /** Where nothing goes wrong from now on, and the clock goes off only when nothing else happens. */
    private static void comesToAnEnd(World world) {
        String from = world.toString();
        for (int round = 0; round < 20 && !world.done; round++) {
            String before;
            do {
                before = world.toString();
                world.send();
                where(!world.toReceiver.isEmpty(), () -> world.receive(0));
                world.handle();
                where(!world.toSender.isEmpty(), () -> world.hear(0));
            } while (!world.toString().equals(before) && !world.done);
            world.sender.ask();
        }
        assertThat(world.done).as("comes to an end from " + from).isTrue();
    }
}
