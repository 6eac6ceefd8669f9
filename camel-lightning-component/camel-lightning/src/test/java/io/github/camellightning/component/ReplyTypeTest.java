// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.QueueFullException;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.support.DefaultConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code from("lightning:custommsg?replyType=...")}: the result goes back to the sender, or it does not, and then somebody hears of it. */
class ReplyTypeTest extends LightningTestSupport {

    private static final String URI = "lightning:custommsg?sendTimeout=200&replyType=0x9419";
    private static final CompletionStage<Void> SENT = CompletableFuture.completedFuture(null);

    private final List<CustomMessage> replies = new CopyOnWriteArrayList<>();
    private final List<Throwable> reported = new CopyOnWriteArrayList<>();

    private void route(Routes steps) throws Exception {
        alice.onSend((peer, message) -> {
            replies.add(message);
            return SENT;
        });
        routes(steps);
        context.start();
        ((DefaultConsumer) context.getRoute("in").getConsumer()).setExceptionHandler(new Reports());
    }

    private final class Reports implements ExceptionHandler {

        @Override
        public void handleException(Throwable exception) {
            reported.add(exception);
        }

        @Override
        public void handleException(String message, Throwable exception) {
            reported.add(exception);
        }

        @Override
        public void handleException(String message, Exchange exchange, Throwable exception) {
            reported.add(exception);
        }
    }

    private void receive(String text) throws Exception {
        alice.receive(PEER, TYPE, text).get(10, TimeUnit.SECONDS);
    }

    private void failedWith(Class<? extends Exception> type) {
        assertThat(reported).singleElement().isInstanceOf(type);
        assertThat(consumer("in").getFailed()).isEqualTo(1);
        assertThat(consumer("in").getHandled()).isZero();
    }

    @Test
    void anythingThatCamelConvertsToBytesIsAReply() throws Exception {
        route(in -> in.from(URI).routeId("in").process(exchange -> {
            switch (exchange.getMessage().getBody(String.class)) {
                case "stream" -> exchange.getMessage().setBody(new ByteArrayInputStream(new byte[65_533]));
                case "empty" -> exchange.getMessage().setBody(new byte[0]);
                default -> exchange.getMessage().setBody("text é");
            }
        }));

        receive("stream");
        receive("empty");
        receive("text");

        assertThat(replies)
                .containsExactly(
                        new CustomMessage(0x9419, new byte[65_533]),
                        new CustomMessage(0x9419, new byte[0]),
                        new CustomMessage(0x9419, "text é".getBytes(UTF_8)));
        assertThat(reported).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"long", "long stream", "object"})
    void aResultThatIsNoMessageIsAFailureAndNothingIsSent(String kind) throws Exception {
        route(in -> in.from(URI).routeId("in").setBody(exchange -> switch (kind) {
            case "long" -> new byte[65_534];
            case "long stream" -> new ByteArrayInputStream(new byte[65_534]);
            default -> new Object();
        }));

        receive("hello");

        assertThat(replies).isEmpty();
        failedWith(InvalidMessageException.class);
    }

    @Test
    void aRouteThatFailsSendsNothing() throws Exception {
        route(in ->
                in.from(URI).routeId("in").setBody(in.constant("half")).throwException(new IllegalStateException()));

        receive("hello");

        assertThat(replies).isEmpty();
        failedWith(IllegalStateException.class);
    }

    @Test
    void aRouteThatHandlesItsFailureRepliesWithWhatItLeavesThen() throws Exception {
        route(in -> {
            in.onException(IllegalStateException.class).handled(true).setBody(in.constant("sorry"));
            in.from(URI).routeId("in").throwException(new IllegalStateException());
        });

        receive("hello");

        assertThat(replies).containsExactly(new CustomMessage(0x9419, "sorry".getBytes(UTF_8)));
        assertThat(consumer("in").getHandled()).isEqualTo(1);
    }

    @Test
    void aPeerThatIsGoneOrTakesNothingMakesTheExchangeFail() throws Exception {
        route(in -> in.from(URI).routeId("in").setBody(in.constant("late")));

        alice.onSend((peer, message) -> CompletableFuture.failedFuture(new NotConnectedException("gone")));
        receive("hello");
        alice.onSend((peer, message) -> CompletableFuture.failedFuture(new QueueFullException("full")));
        receive("hello");
        alice.onSend((peer, message) -> new CompletableFuture<>());
        receive("hello");

        assertThat(reported)
                .extracting(Object::getClass)
                .isEqualTo(
                        List.of(NotConnectedException.class, QueueFullException.class, OutcomeUnknownException.class));
        assertThat(consumer("in").getFailed()).isEqualTo(3);
    }

    @Test
    void theNextMessageOfThePeerBeginsWhenTheReplyIsWritten() throws Exception {
        var writing = new CompletableFuture<Void>();
        route(in ->
                in.from("lightning:custommsg?replyType=0x9419").routeId("in").log("${body}"));
        alice.onSend((peer, message) -> {
            replies.add(message);
            return writing;
        });

        CompletableFuture<Void> first = alice.receive(PEER, TYPE, "1");
        CompletableFuture<Void> second = alice.receive(PEER, TYPE, "2");
        await().until(() -> replies.size() == 1);
        assertThat(first).isNotDone();
        assertThat(consumer("in").getReceived()).isEqualTo(1);

        writing.complete(null);
        second.get(10, TimeUnit.SECONDS);
        assertThat(replies)
                .containsExactly(
                        new CustomMessage(0x9419, "1".getBytes(UTF_8)), new CustomMessage(0x9419, "2".getBytes(UTF_8)));
    }
}
