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
 * Calls that have a connection of their own, each one: those that hear of their progress, for once a command has sent a notification, lightningd holds back the
 * other replies of its connection until that command ends; and those whose result may be large, behind which others would come.
 */
final class SeparateCalls {

    private static final Logger LOG = LoggerFactory.getLogger(RpcClient.class);

    private final RpcSettings settings;
    private final Dialer dialer;
    private final Calls calls;
    private final ScheduledExecutorService timer;
    /** Makes the request that asks for notifications, with the given deadline. */
    private final LongFunction<Call> enabling;

    private final AtomicInteger running = new AtomicInteger();

    SeparateCalls(
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
        if (running.incrementAndGet() > settings.maxSeparateCalls()) {
            running.decrementAndGet();
            throw new QueueFullException(
                    call.method() + " was refused: as many calls run that have a connection of their own as may"
                            + " (maxSeparateCalls=" + settings.maxSeparateCalls() + ")");
        }
        call.future().whenComplete((result, failure) -> running.decrementAndGet());
    }

    /** False where half of them are taken, for those with notifications have no other way. */
    boolean tryReserve(Call call) {
        if (running.get() >= (settings.maxSeparateCalls() + 1) / 2) {
            return false;
        }
        try {
            reserve(call);
            return true;
        } catch (QueueFullException full) {
            return false;
        }
    }

    void dispatch(Call call) {
        dialer.dial().whenComplete((channel, failure) -> {
            if (channel == null) {
                calls.lose(call, String.valueOf(failure.getMessage()));
            } else if (call.isEnded()) {
                Dialer.close(channel);
            } else {
                run(call, channel);
            }
        });
    }

    private void run(Call call, AFUNIXSocketChannel channel) {
        Consumer<RpcNotification> listener = call.listener();
        RpcConnection connection;
        try {
            connection = new RpcConnection(
                    channel,
                    settings,
                    calls,
                    (ended, reason) -> {},
                    timer,
                    listener == null ? null : notification -> tell(listener, notification));
        } catch (IOException | RuntimeException | Error e) {
            Dialer.close(channel);
            calls.lose(
                    call,
                    "the socket " + settings.socket() + " cannot be used: "
                            + (e instanceof IOException ? e.getMessage() : e));
            return;
        }
        if (listener != null) {
            Call enable = enabling.apply(call.deadlineAt());
            calls.register(enable);
            connection.enqueue(enable);
        }
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
