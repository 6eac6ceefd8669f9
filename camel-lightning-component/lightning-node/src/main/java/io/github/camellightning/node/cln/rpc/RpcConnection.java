// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import io.github.camellightning.node.jsonrpc.MessageScanner;
import io.github.camellightning.node.jsonrpc.ProtocolException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection with lightningd. Its thread reads, and completes the calls that are answered; what these lead to being sent is
 * written in one go once all that was read is worked off, and what that thread was lent for is done.
 */
final class RpcConnection {

    /** Hears once that a connection ended, before its calls do. */
    interface Owner {
        void ended(RpcConnection connection, String reason);
    }

    private static final Logger LOG = LoggerFactory.getLogger(RpcClient.class);
    private static final int READ_BYTES = 64 * 1024;
    /** With so many in flight lightningd has more to answer while nobody reads. */
    private static final int MANY = 8;

    private final AFUNIXSocketChannel channel;
    private final RpcSettings settings;
    private final Calls calls;
    private final Owner owner;
    private final RequestWriter writer;
    private final ReplyAssembler assembler;
    private final MessageScanner scanner;
    private final Lending lending;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
    private final byte[] bytes = new byte[READ_BYTES];
    private final AtomicBoolean closed = new AtomicBoolean();

    private volatile Reader reader = new Reader(this);
    private volatile boolean answered;
    /** The reader's own. */
    private boolean working;

    /** Reads until it is relieved, or the connection ends. */
    private static final class Reader extends Thread {

        private final RpcConnection connection;

        Reader(RpcConnection connection) {
            super(connection::read, "lightning-rpc-reader");
            this.connection = connection;
            setDaemon(true);
        }
    }

    RpcConnection(
            AFUNIXSocketChannel channel,
            RpcSettings settings,
            Calls calls,
            Owner owner,
            ScheduledExecutorService timer,
            @Nullable Consumer<RpcNotification> notified)
            throws IOException {
        this.channel = channel;
        this.settings = settings;
        this.calls = calls;
        this.owner = owner;
        this.writer = new RequestWriter(
                channel.socket().getOutputStream(),
                channel.getOption(StandardSocketOptions.SO_SNDBUF),
                this,
                e -> close("writing to " + settings.socket() + " failed: "
                        + (e instanceof IOException ? e.getMessage() : e)),
                "lightning-rpc-writer");
        // what depends on a call may leave this mark, which would close the channel that is read next
        this.assembler = new ReplyAssembler(calls, settings, this::answered, Thread::interrupted, notified);
        this.scanner = new MessageScanner(assembler);
        this.lending = new Lending(
                (nanos, task) -> timer.schedule(task, nanos, TimeUnit.NANOSECONDS), System::nanoTime, this::relieve);
    }

    /** An executor on which a thread that reads replies runs tasks itself, if it can be lent. */
    static Executor lendingOr(Executor otherwise) {
        return task -> {
            if (Thread.currentThread() instanceof Reader reader && reader.connection.isWorkingOff()) {
                reader.connection.lending.add(task, otherwise);
            } else {
                otherwise.execute(task);
            }
        };
    }

    /** False where there is no thread to read with: it has ended then. */
    boolean start() {
        try {
            reader.start();
            return true;
        } catch (Throwable e) {
            end("reading from " + settings.socket() + " could not begin: " + e);
            return false;
        }
    }

    /** False where it has ended. */
    boolean enqueue(Call call) {
        return writer.enqueue(call);
    }

    void flush() {
        if (!isWorkingOff()) {
            writer.flush();
        }
    }

    private boolean isWorkingOff() {
        return Thread.currentThread() == reader && working;
    }

    /** Whether what is written elsewhere from now on comes after all that was written here. */
    boolean isAllRead() {
        return writer.isAllRead();
    }

    /** Whether it was lightningd, or somebody who speaks as it does. */
    boolean wasAnswered() {
        return answered;
    }

    private void answered(Call call) {
        answered = true;
        writer.answered(call);
    }

    private void relieve() {
        try {
            var next = new Reader(this);
            reader = next;
            next.start();
        } catch (Throwable e) {
            end("reading from " + settings.socket() + " could not go on: " + e);
        }
    }

    private void read() {
        String reason;
        try {
            if (!readToEnd()) {
                return;
            }
            reason = "lightningd closed the connection"
                    + (scanner.isBetweenMessages() ? "" : " in the middle of a reply");
        } catch (ProtocolException e) {
            reason = "lightningd at " + settings.socket() + " does not answer as lightningd does: " + e.getMessage();
            if (!closed.get()) {
                LOG.warn(
                        "The connection is closed and made anew, {}. Is the option rpcFile the socket of a lightningd?",
                        reason);
            }
        } catch (IOException e) {
            reason = "reading from " + settings.socket() + " failed: " + e.getMessage();
        } catch (RuntimeException | Error e) {
            reason = "reading from " + settings.socket() + " failed: " + e;
            LOG.error(
                    "The connection is closed and made anew, reading from {} failed, a fault of this library. Report it with what follows",
                    settings.socket(),
                    e);
        }
        end(reason);
    }

    private void end(String reason) {
        assembler.discard();
        close(reason);
        lending.end();
        writer.awaitEnd();
        Dialer.close(channel);
    }

    /** Returns false where it was relieved. */
    private boolean readToEnd() throws IOException, ProtocolException {
        do {
            working = false;
            // for the first time what a thread that was relieved has left
            writer.flush();
            letRepliesGather();
            int read = channel.read(buffer.clear());
            if (read < 0) {
                return true;
            }
            buffer.flip().get(bytes, 0, read);
            working = true;
            scanner.feed(bytes, 0, read);
        } while (lending.work());
        return false;
    }

    /**
     * lightningd writes each reply by itself, and wakes who sleeps for it. Where it wants this processor it gets it first, and writes
     * several before they are read; else this does nothing.
     */
    private void letRepliesGather() {
        if (calls.inFlight() >= MANY) {
            Thread.yield();
        }
    }

    /**
     * Its calls fail, each saying whether it was written. Idempotent. The reader closes the socket when nobody writes to it any more, for
     * by then its descriptor's number may be that of another file.
     */
    void close(String reason) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        writer.close();
        shutDown();
        owner.ended(this, reason);
        calls.loseAll(call -> call.isOn(this), reason);
        lending.end();
    }

    /** Wakes who reads and who writes. */
    private void shutDown() {
        try {
            channel.shutdownInput();
            channel.shutdownOutput();
        } catch (IOException e) {
            LOG.debug("The other end of {} was faster: {}", settings.socket(), e.getMessage());
        }
    }
}
