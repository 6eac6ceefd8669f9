// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import io.github.camellightning.node.NotConnectedException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;

/** Connects to lightningd's socket, or says what is wrong with it and what helps. */
final class Dialer {

    private static final long FIRST_PAUSE_MILLIS = 5;
    private static final long LONGEST_PAUSE_MILLIS = 250;

    private final RpcSettings settings;
    private final Path socket;
    private final ScheduledExecutorService timer;

    Dialer(RpcSettings settings, ScheduledExecutorService timer) {
        this.settings = settings;
        this.socket = settings.socket();
        this.timer = timer;
    }

    /** Completes on the timer's thread; fails with {@link NotConnectedException}. */
    CompletableFuture<AFUNIXSocketChannel> dial() {
        var dialled = new CompletableFuture<AFUNIXSocketChannel>();
        long giveUpAt = System.nanoTime() + settings.connectTimeout().toNanos();
        attemptIn(0, FIRST_PAUSE_MILLIS, giveUpAt, dialled);
        return dialled;
    }

    private void attemptIn(long millis, long pause, long giveUpAt, CompletableFuture<AFUNIXSocketChannel> dialled) {
        try {
            timer.schedule(() -> attempt(pause, giveUpAt, dialled), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            dialled.completeExceptionally(new NotConnectedException("The RPC client is closed"));
        }
    }

    private void attempt(long pause, long giveUpAt, CompletableFuture<AFUNIXSocketChannel> dialled) {
        try {
            AFUNIXSocketChannel channel = connect();
            if (channel != null) {
                dialled.complete(channel);
            } else if (giveUpAt - System.nanoTime() > 0) {
                long jittered = Math.round(pause * ThreadLocalRandom.current().nextDouble(0.5, 1.5));
                attemptIn(jittered, Math.min(2 * pause, LONGEST_PAUSE_MILLIS), giveUpAt, dialled);
            } else {
                throw new NotConnectedException("lightningd did not accept a connection to " + socket + " within "
                        + settings.connectTimeout() + ": too many wait before this one, or it hangs");
            }
        } catch (NotConnectedException e) {
            dialled.completeExceptionally(e);
        } catch (RuntimeException | LinkageError e) {
            dialled.completeExceptionally(new NotConnectedException("Unix sockets cannot be used here", e));
        } catch (Error e) {
            dialled.completeExceptionally(new NotConnectedException("Connecting to " + socket + " failed: " + e, e));
        }
    }

    /** @return null where the socket's backlog is full, which is nobody's fault and soon over */
    private @Nullable AFUNIXSocketChannel connect() {
        requireSocket();
        AFUNIXSocketChannel channel = null;
        boolean connected = false;
        try {
            channel = AFUNIXSocketChannel.open();
            channel.configureBlocking(false);
            if (!channel.connect(AFUNIXSocketAddress.of(socket))) {
                return null;
            }
            channel.configureBlocking(true);
            requireTrusted(channel);
            connected = true;
            return channel;
        } catch (IOException e) {
            throw explained(e);
        } finally {
            if (!connected && channel != null) {
                close(channel);
            }
        }
    }

    private void requireSocket() {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(socket, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            throw new NotConnectedException("There is no socket " + socket
                    + ": lightningd is not running, or its lightning-dir, network or rpc-file is another one");
        } catch (AccessDeniedException e) {
            throw denied(e);
        } catch (IOException e) {
            throw explained(e);
        }
        if (!attributes.isOther()) {
            throw new NotConnectedException(socket + " is not a socket: lightningd's is the file lightning-rpc in its"
                    + " network's directory, such as ~/.lightning/bitcoin/lightning-rpc");
        }
    }

    private NotConnectedException explained(IOException e) {
        if (!Files.isWritable(socket)) {
            return denied(e);
        }
        String words = String.valueOf(e.getMessage());
        if (words.contains("refused")) {
            return new NotConnectedException(
                    "Nobody listens on " + socket + ": lightningd stopped and left it behind; start lightningd", e);
        }
        return new NotConnectedException("Connecting to " + socket + " failed: " + words, e);
    }

    private NotConnectedException denied(IOException e) {
        return new NotConnectedException(
                "This user may not use " + socket
                        + ": run as lightningd's user, or start lightningd with --rpc-file-mode=0660 and a common group",
                e);
    }

    private void requireTrusted(AFUNIXSocketChannel channel) throws IOException {
        if (!settings.checkPeer()) {
            return;
        }
        long owner = channel.getPeerCredentials().getUid();
        long own = OwnUser.id();
        if (!OwnUser.isTrusted(owner, own)) {
            throw new NotConnectedException(
                    "Who listens on " + socket + " is user " + owner + ", neither this process's user " + own
                            + " nor root: if that is lightningd's user, set checkPeer=false");
        }
    }

    static void close(AFUNIXSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // there is nothing left to do with it
        }
    }
}
