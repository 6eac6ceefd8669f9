// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import io.github.camellightning.node.jsonrpc.MessageScanner;
import io.github.camellightning.node.jsonrpc.ProtocolException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection with lightningd that carries one call at a time, whose caller waits anyway and reads the reply itself. A reply that is not there in time is read by
 * a thread of its own, so that nobody stands in a read for long who may have been told to stop.
 */
final class Line {

    /** Who uses lines, and hears on any thread what became of one. */
    interface Owner {
        /** It may carry the next call. */
        void free(Line line);

        /** It has ended. */
        void ended(Line line);
    }

    private static final Logger LOG = LoggerFactory.getLogger(RpcClient.class);

    private static final int MOST_BYTES = 16 * 1024;
    /** What the kernel's account takes for so much, and more. */
    private static final int LEAST_ROOM = 4 * MOST_BYTES;

    private static final int READ_BYTES = 8 * 1024;

    /** For which socket it is the second connection. */
    private final RpcConnection companion;

    private final AFUNIXSocketChannel channel;
    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;
    private final RpcSettings settings;
    private final Calls calls;
    private final Owner owner;
    private final Duration patience;
    private final ReplyAssembler assembler;
    private final MessageScanner scanner;
    private final byte[] buffer = new byte[READ_BYTES];

    /** Who reads. Guarded by this, as are the next three. */
    private @Nullable Thread caller;

    private @Nullable Call expected;
    private @Nullable Call carried;
    private boolean over;

    private volatile boolean answered;

    /**
     * @param patience how long a caller reads; a reply of which a part has come by then may take it as long again
     * @throws IOException also where the socket's buffer might not hold a request
     */
    Line(
            AFUNIXSocketChannel channel,
            RpcConnection companion,
            RpcSettings settings,
            Calls calls,
            Owner owner,
            Duration patience)
            throws IOException {
        if (channel.getOption(StandardSocketOptions.SO_SNDBUF) < LEAST_ROOM) {
            throw new IOException("the socket's buffer is too small");
        }
        this.channel = channel;
        this.companion = companion;
        this.socket = channel.socket();
        // no channel: that would be closed by a caller's being interrupted
        this.input = socket.getInputStream();
        this.output = socket.getOutputStream();
        this.settings = settings;
        this.calls = calls;
        this.owner = owner;
        this.patience = patience;
        this.assembler = new ReplyAssembler(calls, settings, call -> answered = true, () -> {}, null);
        this.scanner = new MessageScanner(assembler);
        socket.setSoTimeout((int) patience.toMillis());
    }

    /** The caller on this thread has it, until it reads. */
    synchronized void open() {
        caller = Thread.currentThread();
        expected = null;
        carried = null;
    }

    /** It is for this call alone. */
    synchronized void expect(Call call) {
        expected = call;
    }

    boolean isBeside(@Nullable RpcConnection connection) {
        return companion == connection;
    }

    /**
     * Writes the call, whose caller reads then. Returns false where nothing of it was written and it is to go another way: it is too large, another thread dispatches
     * it, which has no business here, or the connection had ended.
     */
    boolean write(Call call) {
        if (call.size() > MOST_BYTES || !carry(call)) {
            return false;
        }
        if (!call.beginWriting(System.nanoTime())) {
            carriesNothing();
            return true;
        }
        byte[] bytes = call.takeBytes();
        try {
            // the buffer is empty, since all that was written has been answered: all of it is written or nothing
            output.write(bytes);
            return true;
        } catch (IOException gone) {
            call.notWritten(bytes);
            drop();
            return false;
        } catch (RuntimeException | Error e) {
            drop();
            calls.lose(call, "writing to " + settings.socket() + " failed: " + e);
            return true;
        }
    }

    private synchronized boolean carry(Call call) {
        if (over || caller != Thread.currentThread() || expected != call) {
            return false;
        }
        expected = null;
        answered = false;
        carried = call;
        return true;
    }

    private synchronized void carriesNothing() {
        carried = null;
    }

    private synchronized void drop() {
        over = true;
        carried = null;
    }

    /** On the thread of the caller: reads the reply to what was written, if anything was. */
    void read() {
        Call call = readable();
        try {
            if (call == null || readInTime()) {
                done();
            } else {
                readOn(call);
            }
        } catch (IOException | ProtocolException | RuntimeException | Error e) {
            end(call, e);
        }
    }

    private synchronized @Nullable Call readable() {
        caller = null;
        return carried;
    }

    private boolean readInTime() throws IOException, ProtocolException {
        long until = System.nanoTime() + patience.toNanos();
        try {
            while (!answered && until - System.nanoTime() > 0) {
                readOnce();
            }
        } catch (InterruptedIOException late) {
            // or told to stop
        }
        return answered;
    }

    private void readOnce() throws IOException, ProtocolException {
        int read = input.read(buffer);
        if (read < 0) {
            throw new IOException("lightningd closed the connection");
        }
        scanner.feed(buffer, 0, read);
    }

    private void readOn(Call call) throws IOException {
        socket.setSoTimeout(0);
        // its time may be over before there is a reply
        call.future().whenComplete((result, failure) -> shutDownUnlessAnswered(call));
        var reader = new Thread(() -> readToReply(call), "lightning-rpc-line-reader");
        reader.setDaemon(true);
        reader.start();
    }

    private void readToReply(Call call) {
        try {
            while (!answered) {
                readOnce();
            }
            socket.setSoTimeout((int) patience.toMillis());
            done();
        } catch (IOException | ProtocolException | RuntimeException | Error e) {
            end(call, e);
        }
    }

    /** It is free again, unless its call's time was over when the reply came. */
    private void done() {
        boolean usable;
        synchronized (this) {
            usable = !over;
            carried = null;
        }
        if (usable) {
            owner.free(this);
        } else {
            close();
            owner.ended(this);
        }
    }

    private void end(@Nullable Call call, Throwable failure) {
        assembler.discard();
        close();
        owner.ended(this);
        if (call == null) {
            return;
        }
        boolean fault = !(failure instanceof IOException || failure instanceof ProtocolException);
        if (fault) {
            LOG.error(
                    "A connection is closed, reading from {} failed, a fault of this library. Report it with what follows",
                    settings.socket(),
                    failure);
        }
        calls.lose(call, "reading from " + settings.socket() + " failed: " + (fault ? failure : failure.getMessage()));
    }

    /** Wakes who reads for the call. */
    private synchronized void shutDownUnlessAnswered(Call call) {
        if (answered || over || carried != call) {
            return;
        }
        over = true;
        try {
            channel.shutdownInput();
        } catch (IOException gone) {
            // then nobody reads
        }
    }

    synchronized void close() {
        over = true;
        Dialer.close(channel);
    }
}
