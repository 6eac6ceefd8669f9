// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import io.github.camellightning.node.QueueFullException;
import java.io.IOException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls that hear of their progress, each on a connection of its own: once a command has sent a notification, lightningd holds back the
 * other replies of its connection until that command ends.
 */
final class ProgressCalls {

    private static final Logger LOG = LoggerFactory.getLogger(RpcClient.class);

    private final RpcSettings settings;
    private final Dialer dialer;
    private final Calls calls;
    private final ScheduledExecutorService timer;
    /** Makes the request that asks for notifications, with the given deadline. */
    private final LongFunction<Call> enabling;

    private final AtomicInteger running = new AtomicInteger();

    ProgressCalls(
            RpcSettings settings,
            Dialer dialer,
            Calls calls,
            ScheduledExecutorService timer,
            LongFunction<Call> enabling) {
        this.settings = settings;
        this.dialer = dialer;
        this.calls = calls;
        this.timer = timer;
        this.enabling = enabling;
    }

    /** @throws QueueFullException where too many run already */
    void reserve(Call call) {
        if (running.incrementAndGet() > settings.maxProgressCalls()) {
            running.decrementAndGet();
            throw new QueueFullException(call.method() + " was refused: as many calls with notifications run as may"
                    + " (maxProgressCalls=" + settings.maxProgressCalls() + ")");
        }
        call.future().whenComplete((result, failure) -> running.decrementAndGet());
    }

    void dispatch(Call call, Consumer<RpcNotification> listener) {
        dialer.dial().whenComplete((channel, failure) -> {
            if (channel == null) {
                calls.lose(call, String.valueOf(failure.getMessage()));
            } else if (call.isEnded()) {
                Dialer.close(channel);
            } else {
                run(call, listener, channel);
            }
        });
    }

    private void run(Call call, Consumer<RpcNotification> listener, AFUNIXSocketChannel channel) {
        RpcConnection connection;
        try {
            connection = new RpcConnection(
                    channel,
                    settings,
                    calls,
                    (ended, reason) -> {},
                    timer,
                    notification -> tell(listener, notification));
        } catch (IOException | RuntimeException | Error e) {
            Dialer.close(channel);
            calls.lose(
                    call,
                    "the socket " + settings.socket() + " cannot be used: "
                            + (e instanceof IOException ? e.getMessage() : e));
            return;
        }
        Call enable = enabling.apply(call.deadlineAt());
        calls.register(enable);
        connection.enqueue(enable);
        connection.enqueue(call);
        if (connection.start()) {
            connection.flush();
        }
        call.future().whenComplete((result, failure) -> connection.close("its call has ended"));
    }

    private static void tell(Consumer<RpcNotification> listener, RpcNotification notification) {
        try {
            listener.accept(notification);
        } catch (RuntimeException e) {
            LOG.warn(
                    "A listener failed to take a notification {}, which it has missed. Mend the listener",
                    notification.method(),
                    e);
        }
    }
}
