// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import io.github.camellightning.node.jsonrpc.MessageScanner;
import io.github.camellightning.node.jsonrpc.ProtocolException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSocketChannel;

/**
 * A connection with lightningd that carries one call at a time, whose caller waits anyway: it writes the request and reads the reply itself. A reply that is not
 * there within 20 ms is read by a thread of its own, so that nobody stands in a read who may have been told to stop.
 */
final class Line {

    /** Who uses lines, and hears on any thread what became of one. */
    interface Owner {
        /** It may carry the next call. */
        void free(Line line);

        /** Nothing of the call was written, and the line has ended. */
        void unwritten(Line line, Call call);

        void ended(Line line);
    }

    /** What is larger might have to wait for room in the socket's buffer, or be written in part. */
    static final int MOST_BYTES = 16 * 1024;

    private static final int PATIENCE_MILLIS = 20;
    private static final int READ_BYTES = 8 * 1024;

    private final AFUNIXSocketChannel channel;
    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;
    private final RpcSettings settings;
    private final Calls calls;
    private final Owner owner;
    private final ReplyAssembler assembler;
    private final MessageScanner scanner;
    private final byte[] buffer = new byte[READ_BYTES];

    /** Guarded by this, as are the next two. */
    private boolean open;

    private @Nullable Call carried;
    private boolean over;

    private volatile boolean answered;

    Line(AFUNIXSocketChannel channel, RpcSettings settings, Calls calls, Owner owner) throws IOException {
        this.channel = channel;
        this.socket = channel.socket();
        // no channel: that would be closed by a caller's being interrupted
        this.input = socket.getInputStream();
        this.output = socket.getOutputStream();
        this.settings = settings;
        this.calls = calls;
        this.owner = owner;
        this.assembler = new ReplyAssembler(calls, settings, call -> answered = true, () -> {}, null);
        this.scanner = new MessageScanner(assembler);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    /** From now on it takes a call. */
    synchronized void open() {
        open = true;
        carried = null;
    }

    /** False where it has one, or takes none. */
    synchronized boolean take(Call call) {
        if (!open || carried != null || call.size() > MOST_BYTES) {
            return false;
        }
        carried = call;
        return true;
    }

    /** Writes what it has taken, and reads the reply. */
    void carry() {
        Call call = taken();
        if (call == null || !call.beginWriting(System.nanoTime())) {
            owner.free(this);
        } else if (write(call)) {
            read(call);
        }
    }

    private synchronized @Nullable Call taken() {
        open = false;
        return carried;
    }

    private boolean write(Call call) {
        answered = false;
        byte[] bytes = call.takeBytes();
        try {
            // the buffer is empty, since all that was written has been answered: all of it is written or nothing
            output.write(bytes);
            return true;
        } catch (IOException gone) {
            close();
            call.notWritten(bytes);
            owner.unwritten(this, call);
            return false;
        }
    }

    private void read(Call call) {
        try {
            if (readFor(PATIENCE_MILLIS)) {
                owner.free(this);
            } else {
                readOn(call);
            }
        } catch (IOException | ProtocolException | RuntimeException | Error e) {
            lose(call, e);
        }
    }

    /** Whether the reply was there in time. */
    private boolean readFor(long millis) throws IOException, ProtocolException {
        long until = System.nanoTime() + millis * 1_000_000;
        try {
            do {
                readOnce();
            } while (!answered && until - System.nanoTime() > 0);
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
        var reader = new Thread(() -> readToReply(call), "lightning-rpc-reader");
        reader.setDaemon(true);
        reader.start();
        // its time may be over before there is a reply
        call.future().whenComplete((result, failure) -> shutDownUnlessAnswered());
    }

    private void readToReply(Call call) {
        try {
            while (!answered) {
                readOnce();
            }
            requireIntact();
            socket.setSoTimeout(PATIENCE_MILLIS);
            owner.free(this);
        } catch (IOException | ProtocolException | RuntimeException | Error e) {
            lose(call, e);
        }
    }

    private void lose(Call call, Throwable failure) {
        assembler.discard();
        close();
        owner.ended(this);
        calls.lose(
                call,
                "reading from " + settings.socket() + " failed: "
                        + (failure instanceof IOException || failure instanceof ProtocolException
                                ? failure.getMessage()
                                : failure));
    }

    /** Wakes who reads. */
    private synchronized void shutDownUnlessAnswered() {
        if (answered || over) {
            return;
        }
        over = true;
        try {
            channel.shutdownInput();
        } catch (IOException gone) {
            // then nobody reads
        }
    }

    /** The reply may have come when its time was just over. */
    private synchronized void requireIntact() throws IOException {
        if (over) {
            throw new IOException("its call has ended");
        }
    }

    synchronized void close() {
        over = true;
        Dialer.close(channel);
    }
}
