// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.cln.rpc.OwnUser;
import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.FileDescriptorCast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets lightningd start this JVM as a plugin although it runs already: {@link #executable()} is a small script that lightningd starts and
 * that joins its stdin and stdout to our Unix socket. The first byte tells how: {@code F}, the two descriptors themselves follow (SCM_RIGHTS), and the
 * script only waits; anything else is what lightningd says already, pumped through the socket. Good for one run of one plugin.
 */
public final class Relay implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final int DESCRIPTORS = 'F';
    private static final int ANCILLARY_BYTES = 256;

    private final RelayFiles files;
    private final PluginHandler handler;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable PluginSession session;

    private Relay(RelayFiles files, PluginHandler handler) {
        this.files = files;
        this.handler = handler;
    }

    /**
     * @param parent where to make a private folder that the daemon sees too; null: the system's for temporary files
     * @throws LightningException where the folder or the socket cannot be made
     */
    public static Relay open(@Nullable Path parent, PluginHandler handler) {
        return listening(RelayFiles.create(parent), handler);
    }

    /**
     * By a script that somebody has installed.
     *
     * @param executable where lightningd has it
     * @param folder where the script looks for its socket, named like itself and {@code .socket}
     * @throws LightningException where the socket cannot be made
     */
    public static Relay installed(Path executable, Path folder, PluginHandler handler) {
        return listening(RelayFiles.installed(executable, folder), handler);
    }

    private static Relay listening(RelayFiles files, PluginHandler handler) {
        var relay = new Relay(files, handler);
        var thread = new Thread(relay::accept, "lightning-relay");
        thread.setDaemon(true);
        thread.start();
        return relay;
    }

    /** What {@code plugin start} wants: an absolute path, each to be used once. */
    public Path executable() {
        return files.executable();
    }

    /** One at a time, and for good only the one that lightningd talks through: a stranger cannot get into our folder. */
    private void accept() {
        try {
            AFUNIXSocket joined = files.server().accept();
            try {
                files.server().close();
                requireTrusted(joined);
                open(joined);
            } catch (Throwable failure) {
                close(joined);
                throw failure;
            }
        } catch (Throwable failure) {
            // an error too: lightningd would wait for a plugin that never says a word
            if (!closed.get()) {
                LOG.warn(
                        "The relay could not join lightningd to this application, which is tried again. May both use the folder of the option relayDirectory, and is python3, socat or perl there? {}",
                        failure.toString());
                handler.ended("the relay could not be joined: " + failure.getMessage());
            }
        }
    }

    private static void requireTrusted(AFUNIXSocket joined) throws IOException {
        long uid = joined.getPeerCredentials().getUid();
        if (!OwnUser.isTrusted(uid, OwnUser.id())) {
            throw new IOException("user " + uid + " is neither this application's user nor root");
        }
    }

    private void open(AFUNIXSocket joined) throws IOException {
        joined.setAncillaryReceiveBufferSize(ANCILLARY_BYTES);
        var in = new PushbackInputStream(joined.getInputStream(), 1);
        int first = in.read();
        if (first < 0) {
            throw new IOException("the relay hung up at once");
        }
        if (first == DESCRIPTORS) {
            openDescriptors(joined, in);
        } else {
            in.unread(first);
            start(new PluginSession(in, joined.getOutputStream(), handler, () -> close(joined)));
        }
    }

    private void openDescriptors(AFUNIXSocket joined, InputStream in) throws IOException {
        FileDescriptor[] received = joined.getReceivedFileDescriptors();
        if (received == null || received.length != 2) {
            throw new IOException("the relay promised two descriptors and did not send them");
        }
        // channels, for closing one wakes who reads from it; closing a FileInputStream on a pipe does not
        FileChannel fromDaemon = FileDescriptorCast.using(received[0]).as(FileChannel.class);
        FileChannel toDaemon = FileDescriptorCast.using(received[1]).as(FileChannel.class);
        var started = new PluginSession(
                withoutCount(Channels.newInputStream(fromDaemon)), Channels.newOutputStream(toDaemon), handler, () -> {
                    close(fromDaemon);
                    close(toDaemon);
                    close(joined);
                });
        start(started);
        awaitEndOfRelay(in);
        // while we hold its descriptors lightningd does not notice that the relay is gone, and would stop a stranger's
        // process id
        started.end("the relay process ended");
    }

    /** A channel of a pipe fails when it is asked how much there is. */
    private static InputStream withoutCount(InputStream pipe) {
        return new FilterInputStream(pipe) {
            @Override
            public int available() {
                return 0;
            }
        };
    }

    private void start(PluginSession started) {
        session = started;
        started.start("lightning-plugin");
        if (closed.get()) {
            started.end("stopped");
        }
    }

    private static void awaitEndOfRelay(InputStream in) {
        try {
            while (in.read() >= 0) {
                // it has nothing to say
            }
        } catch (IOException closedHere) {
            LOG.debug("The relay's socket is closed", closedHere);
        }
    }

    private static void close(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException failure) {
            LOG.debug("Closing failed", failure);
        }
    }

    /** Ends the plugin's run, if there is one, and removes what was made for it. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        close(files.server());
        PluginSession open = session;
        if (open != null) {
            open.end("stopped");
        }
        files.remove();
    }
}
