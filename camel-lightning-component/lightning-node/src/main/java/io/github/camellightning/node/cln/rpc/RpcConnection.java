// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import io.github.camellightning.node.jsonrpc.MessageScanner;
import io.github.camellightning.node.jsonrpc.ProtocolException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection with lightningd. Its thread reads, and completes the calls that are answered; what these lead to being sent is
 * written in one go once all that was read is worked off.
 */
final class RpcConnection {

    /** Hears once that a connection ended, before its calls do. */
    interface Owner {
        void ended(RpcConnection connection, String reason);
    }

    private static final Logger LOG = LoggerFactory.getLogger(RpcClient.class);
    private static final int READ_BYTES = 64 * 1024;

    private final AFUNIXSocketChannel channel;
    private final RpcSettings settings;
    private final Calls calls;
    private final Owner owner;
    private final RequestWriter writer;
    private final ReplyAssembler assembler;
    private final MessageScanner scanner;
    private final Thread reader;
    private final AtomicBoolean closed = new AtomicBoolean();

    private volatile boolean answered;
    /** The reader's own. */
    private boolean working;

    RpcConnection(
            AFUNIXSocketChannel channel,
            RpcSettings settings,
            Calls calls,
            Owner owner,
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
        this.reader = new Thread(this::read, "lightning-rpc-reader");
        this.reader.setDaemon(true);
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

    /** Whether it was lightningd, or somebody who speaks as it does. */
    boolean wasAnswered() {
        return answered;
    }

    private void answered(Call call) {
        answered = true;
        writer.answered(call);
    }

    private void read() {
        String reason;
        try {
            readToEnd();
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
        writer.awaitEnd();
        Dialer.close(channel);
    }

    private void readToEnd() throws IOException, ProtocolException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
        byte[] bytes = new byte[READ_BYTES];
        for (int read = channel.read(buffer); read >= 0; read = channel.read(buffer.clear())) {
            buffer.flip().get(bytes, 0, read);
            working = true;
            scanner.feed(bytes, 0, read);
            working = false;
            writer.flush();
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
