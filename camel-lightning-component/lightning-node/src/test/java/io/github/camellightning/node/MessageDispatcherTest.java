// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class MessageDispatcherTest {

    private static final NodeId ALICE =
            new NodeId("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    private static final NodeId BOB = new NodeId("0379be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    private static final CompletionStage<Void> DONE = CompletableFuture.completedFuture(null);
    private static final int ODD = 40_001;
    private static final int EVEN = 40_000;

    private final MessageDispatcher dispatcher = new MessageDispatcher();

    private static ReceivedMessage message(NodeId from, int type) {
        return new ReceivedMessage(from, new CustomMessage(type, new byte[0]), Instant.EPOCH);
    }

    private CompletableFuture<Void> dispatch(NodeId from, int type) {
        return dispatcher.dispatch(message(from, type)).toCompletableFuture();
    }

    @Test
    void whatNobodyWantsIsHandledAtOnce() {
        assertThat(dispatcher.wants(ALICE, ODD)).isFalse();
        assertThat(dispatch(ALICE, ODD)).isCompleted();
    }

    @Test
    void eachListenerHearsWhatItsFilterMatchesInTheOrderOfRegistration() {
        var heard = new ArrayList<String>();
        register(heard, "all", MessageFilter.all());
        register(heard, "odd", MessageFilter.types(ODD));
        register(heard, "other", MessageFilter.types(ODD + 2));
        register(heard, "bob", MessageFilter.all().from(BOB));

        dispatch(ALICE, ODD);
        assertThat(heard).containsExactly("all", "odd");

        dispatch(BOB, ODD);
        assertThat(heard).containsExactly("all", "odd", "all", "odd", "bob");
    }

    @Test
    void whoWantsItPromptlyHearsOfItBeforeThoseWhoWaitTheirTurn() {
        var heard = new ArrayList<String>();
        register(heard, "in order", MessageFilter.types(ODD));
        register(heard, "promptly", MessageFilter.types(ODD, ODD + 2).promptly());

        assertThat(dispatcher.dispatchPromptly(message(ALICE, ODD))).isTrue();
        assertThat(dispatcher.dispatchPromptly(message(ALICE, ODD + 2))).isFalse();
        assertThat(heard).containsExactly("promptly", "promptly");

        dispatcher.dispatchInOrder(message(ALICE, ODD));
        assertThat(heard).containsExactly("promptly", "promptly", "in order");

        dispatch(ALICE, ODD);
        assertThat(heard).endsWith("promptly", "in order");
    }

    @Test
    void aListenerThatFailsOnAllAPeerSendsFillsNoLog() {
        var logger = (Logger) LoggerFactory.getLogger(MessageDispatcher.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        logger.addAppender(lines);
        var count = new AtomicInteger();
        dispatcher.register(MessageFilter.all(), message -> {
            throw new IllegalStateException("no room for number " + count.incrementAndGet());
        });

        for (int i = 0; i < 100; i++) {
            dispatch(ALICE, ODD);
        }
        dispatch(BOB, ODD);

        logger.detachAppender(lines);
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .satisfiesExactly(
                        line -> assertThat(line).contains(ALICE.hex(), "type " + ODD, "no room for number 1"),
                        line -> assertThat(line).contains(BOB.hex(), "no room for number 101"));
    }

    private Registration register(List<String> heard, String name, MessageFilter filter) {
        return dispatcher.register(filter, message -> {
            heard.add(name);
            return DONE;
        });
    }

    @Test
    void anEvenTypeIsWantedOnlyByThoseWhoAcceptIt() {
        dispatcher.register(MessageFilter.types(EVEN), message -> DONE);
        assertThat(dispatcher.wants(ALICE, EVEN)).isFalse();

        dispatcher.register(MessageFilter.types(EVEN).acceptingEven(), message -> DONE);
        assertThat(dispatcher.wants(ALICE, EVEN)).isTrue();
    }

    @Test
    void aMessageIsHandledWhenEveryListenerIsDone() {
        var first = new CompletableFuture<Void>();
        var second = new CompletableFuture<Void>();
        dispatcher.register(MessageFilter.all(), message -> first);
        dispatcher.register(MessageFilter.all(), message -> DONE);
        dispatcher.register(MessageFilter.all(), message -> second);

        var handled = dispatch(ALICE, ODD);
        second.complete(null);
        assertThat(handled).isNotDone();

        first.complete(null);
        assertThat(handled).isCompleted();
    }

    @Test
    void aListenerThatFailsLaterIsDoneAndHurtsNobody() {
        var failing = new CompletableFuture<Void>();
        dispatcher.register(MessageFilter.all(), message -> failing);
        var heard = new ArrayList<String>();
        register(heard, "sound", MessageFilter.all());

        var handled = dispatch(ALICE, ODD);
        failing.completeExceptionally(new IllegalStateException("no"));

        assertThat(handled).isCompleted();
        assertThat(heard).containsExactly("sound");
    }

    @Test
    void aListenerThatFailedAlreadyIsDone() {
        dispatcher.register(
                MessageFilter.all(), message -> CompletableFuture.failedFuture(new IllegalStateException("no")));

        assertThat(dispatch(ALICE, ODD)).isCompleted();
    }

    @Test
    void aListenerThatThrowsOrReturnsNullIsDoneAndHurtsNobody() {
        dispatcher.register(MessageFilter.all(), message -> {
            throw new IllegalStateException("no");
        });
        dispatcher.register(MessageFilter.all(), message -> null);
        var heard = new ArrayList<String>();
        register(heard, "sound", MessageFilter.all());

        assertThat(dispatch(ALICE, ODD)).isCompleted();
        assertThat(heard).containsExactly("sound");
    }

    /** An assertion that fails, a class that is missing, a checked exception thrown by code that is not Java. */
    @Test
    void aListenerThatThrowsWhatIsNoRuntimeExceptionIsDoneToo() {
        dispatcher.register(MessageFilter.all(), message -> {
            throw new AssertionError("no");
        });
        dispatcher.register(MessageFilter.all(), message -> {
            throw MessageDispatcherTest.<RuntimeException>unchecked(new Exception("no"));
        });
        var heard = new ArrayList<String>();
        register(heard, "sound", MessageFilter.all());

        assertThat(dispatch(ALICE, ODD)).isCompleted();
        assertThat(heard).containsExactly("sound");
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T unchecked(Throwable any) throws T {
        throw (T) any;
    }

    @Test
    void aStageThatIsNoFutureWillDo() {
        var stage = new CompletableFuture<Void>();
        dispatcher.register(MessageFilter.all(), message -> stage.minimalCompletionStage());

        var handled = dispatch(ALICE, ODD);
        assertThat(handled).isNotDone();
        stage.complete(null);
        assertThat(handled).isCompleted();
    }

    @Test
    void aRegistrationEndsOnlyItself() {
        var heard = new ArrayList<String>();
        MessageListener same = message -> {
            heard.add("same");
            return DONE;
        };
        var filter = MessageFilter.all();
        Registration first = dispatcher.register(filter, same);
        dispatcher.register(filter, same);

        first.close();
        first.close();
        dispatch(ALICE, ODD);

        assertThat(heard).containsExactly("same");
        assertThat(dispatcher.filters()).containsExactly(filter);
    }

    @Test
    void whoWantsAllDoesNotHearWhatAnotherHasToItself() {
        var heard = new ArrayList<String>();
        register(heard, "all", MessageFilter.all());
        Registration mine = register(heard, "mine", MessageFilter.types(ODD).exclusively());
        register(heard, "all later", MessageFilter.all());

        dispatch(ALICE, ODD);
        dispatch(ALICE, ODD + 2);
        assertThat(heard).containsExactly("mine", "all", "all later");

        mine.close();
        heard.clear();
        dispatch(ALICE, ODD);
        assertThat(heard).containsExactly("all", "all later");
    }

    @Test
    void aTypeThatIsTakenIsRefusedToWhoeverNamesIt() {
        Registration mine = dispatcher.register(MessageFilter.types(ODD).exclusively(), message -> DONE);

        for (MessageFilter filter : List.of(
                MessageFilter.types(ODD - 1, ODD),
                MessageFilter.types(ODD).from(BOB),
                MessageFilter.types(ODD).exclusively())) {
            assertThatThrownBy(() -> dispatcher.register(filter, message -> DONE))
                    .isInstanceOf(InvalidMessageException.class)
                    .hasMessage("Message type 40001 is taken: a protocol of this node has it to itself");
        }
        dispatcher.register(MessageFilter.types(ODD + 2), message -> DONE);

        mine.close();
        dispatcher.register(MessageFilter.types(ODD), message -> DONE);
    }

    @Test
    void aTypeThatAnotherListensToCannotBeHadExclusively() {
        Registration theirs = dispatcher.register(MessageFilter.types(ODD), message -> DONE);
        MessageFilter exclusive = MessageFilter.types(ODD).exclusively();

        assertThatThrownBy(() -> dispatcher.register(exclusive, message -> DONE))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessage(
                        "Message type 40001 cannot be had exclusively: another listener of this node receives it already");
        assertThatThrownBy(() -> dispatcher.register(MessageFilter.all().exclusively(), message -> DONE))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessage("All message types at once cannot be had exclusively: name some");

        theirs.close();
        dispatcher.register(exclusive, message -> DONE);
    }

    @Test
    void anEvenTypeThatIsTakenIsWantedByWhoeverHasIt() {
        dispatcher.register(MessageFilter.all().acceptingEven(), message -> DONE);
        dispatcher.register(MessageFilter.types(EVEN).exclusively(), message -> DONE);
        assertThat(dispatcher.wants(ALICE, EVEN)).isFalse();
        assertThat(dispatcher.wants(ALICE, EVEN + 2)).isTrue();
    }
}
