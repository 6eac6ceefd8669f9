// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.interop;

import fr.acinq.bitcoin.Chain;
import fr.acinq.lightning.Feature;
import fr.acinq.lightning.FeatureSupport;
import fr.acinq.lightning.Features;
import fr.acinq.lightning.Lightning;
import fr.acinq.lightning.crypto.noise.Chacha20Poly1305CipherFunctionsDefault;
import fr.acinq.lightning.crypto.noise.HandshakeState;
import fr.acinq.lightning.crypto.noise.NoiseKt;
import fr.acinq.lightning.crypto.noise.RandomBytes;
import fr.acinq.lightning.crypto.noise.SHA256HashFunctions;
import fr.acinq.lightning.crypto.noise.Secp256k1DHFunctions;
import fr.acinq.lightning.io.LightningSession;
import fr.acinq.lightning.wire.Init;
import fr.acinq.lightning.wire.LightningMessage;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import kotlin.Pair;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;
import kotlin.coroutines.EmptyCoroutineContext;

/**
 * One connection of lightning-kmp: its noise handshake, cipher and codec, run over a blocking socket.
 * It sends nothing unasked, not even init or pong, and reads only in {@link #receive}.
 * One thread may send while another receives.
 */
public final class KmpPeer implements AutoCloseable {

    /** Offers only what LDK insists on. */
    public static final Init INIT = new Init(
            new Features(Map.of(Feature.StaticRemoteKey.INSTANCE, FeatureSupport.Optional), Set.of()),
            List.of(Chain.Mainnet.INSTANCE.getChainHash().value),
            null);

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final byte[] PROLOGUE = "lightning".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EMPTY = {};
    private static final Pair<byte[], byte[]> NO_KEY = new Pair<>(EMPTY, EMPTY);

    private final Wire wire;
    private final LightningSession session;
    private final byte[] nodeId;
    private final byte[] remoteNodeId;

    private KmpPeer(Wire wire, LightningSession session, byte[] nodeId, byte[] remoteNodeId) {
        this.wire = wire;
        this.session = session;
        this.nodeId = nodeId;
        this.remoteNodeId = remoteNodeId;
    }

    /** Connects as a new node and returns after the handshake. */
    public static KmpPeer dial(InetSocketAddress address, String remoteNodeId) throws IOException {
        var remoteKey = HexFormat.of().parseHex(remoteNodeId);
        return open(new Socket(address.getAddress(), address.getPort()), wire -> initiate(wire, newKey(), remoteKey));
    }

    /** Listens as a new node on a free loopback port. */
    public static Acceptor listen() throws IOException {
        return new Acceptor(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()), newKey());
    }

    public String nodeId() {
        return HexFormat.of().formatHex(nodeId);
    }

    public String remoteNodeId() {
        return HexFormat.of().formatHex(remoteNodeId);
    }

    /** Sends our init and returns the other side's, which has to be its first message. */
    public Init exchangeInit(Init ours) throws IOException {
        send(ours);
        return (Init) LightningMessage.Companion.decode(receive(TIMEOUT).encode());
    }

    public void send(int type, byte[] payload) throws IOException {
        send(new RawMessage(type, payload).encode());
    }

    public void send(LightningMessage message) throws IOException {
        send(LightningMessage.Companion.encode(message));
    }

    /** Sends the bytes as one message, even if they are too few for a type. */
    public void send(byte[] bytes) throws IOException {
        checked(() -> session.send(bytes, (part, flush, caller) -> wire.write(part, flush), Blocking.CALLER));
    }

    /** Fails with a SocketTimeoutException if nothing comes in time, or an EOFException at the end. */
    public RawMessage receive(Duration timeout) throws IOException {
        wire.socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
        var bytes = checked(() -> session.receive((length, caller) -> wire.read(length), Blocking.CALLER));
        return RawMessage.decode((byte[]) bytes);
    }

    @Override
    public void close() throws IOException {
        wire.socket.close();
    }

    private static KmpPeer open(Socket socket, Function<Wire, KmpPeer> handshake) throws IOException {
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(Math.toIntExact(TIMEOUT.toMillis()));
            var wire = new Wire(socket);
            return checked(() -> handshake.apply(wire));
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static KmpPeer initiate(Wire wire, Pair<byte[], byte[]> key, byte[] remoteKey) {
        var actOne = HandshakeState.Companion.initializeWriter(
                        NoiseKt.getHandshakePatternXK(),
                        PROLOGUE,
                        key,
                        NO_KEY,
                        remoteKey,
                        EMPTY,
                        Secp256k1DHFunctions.INSTANCE,
                        Chacha20Poly1305CipherFunctionsDefault.INSTANCE,
                        SHA256HashFunctions.INSTANCE,
                        RandomBytes.INSTANCE)
                .write(EMPTY);
        wire.writeAct(actOne.getSecond());
        var actTwo = actOne.getFirst().read(wire.readAct(Wire.ACT_TWO));
        var actThree = actTwo.getFirst().write(EMPTY);
        wire.writeAct(actThree.getSecond());
        var split = actThree.getThird();
        var session = new LightningSession(split.getFirst(), split.getSecond(), split.getThird());
        return new KmpPeer(wire, session, key.getFirst(), remoteKey);
    }

    private static KmpPeer respond(Wire wire, Pair<byte[], byte[]> key) {
        var actOne = HandshakeState.Companion.initializeReader(
                        NoiseKt.getHandshakePatternXK(),
                        PROLOGUE,
                        key,
                        NO_KEY,
                        EMPTY,
                        EMPTY,
                        Secp256k1DHFunctions.INSTANCE,
                        Chacha20Poly1305CipherFunctionsDefault.INSTANCE,
                        SHA256HashFunctions.INSTANCE,
                        RandomBytes.INSTANCE)
                .read(wire.readAct(Wire.ACT_ONE));
        var actTwo = actOne.getFirst().write(EMPTY);
        wire.writeAct(actTwo.getSecond());
        var actThree = actTwo.getFirst().read(wire.readAct(Wire.ACT_THREE));
        var split = actThree.getThird();
        var session = new LightningSession(split.getSecond(), split.getFirst(), split.getThird());
        return new KmpPeer(wire, session, key.getFirst(), actThree.getFirst().getRs());
    }

    private static Pair<byte[], byte[]> newKey() {
        return Secp256k1DHFunctions.INSTANCE.generateKeyPair(
                Lightning.INSTANCE.randomKey().value.toByteArray());
    }

    private static <T> T checked(Supplier<T> io) throws IOException {
        try {
            return io.get();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** A listening node, which is a new {@link KmpPeer} to each that connects. */
    public static final class Acceptor implements AutoCloseable {

        private final ServerSocket server;
        private final Pair<byte[], byte[]> key;

        private Acceptor(ServerSocket server, Pair<byte[], byte[]> key) throws IOException {
            this.server = server;
            this.key = key;
            server.setSoTimeout(Math.toIntExact(TIMEOUT.toMillis()));
        }

        public InetSocketAddress address() {
            return (InetSocketAddress) server.getLocalSocketAddress();
        }

        public String nodeId() {
            return HexFormat.of().formatHex(key.getFirst());
        }

        /** Waits for a connection and returns after the handshake. */
        public KmpPeer accept() throws IOException {
            return open(server.accept(), wire -> respond(wire, key));
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    /** The socket as kmp's suspend functions use it, which may throw no checked exception. */
    private static final class Wire {

        static final int ACT_ONE = 50;
        static final int ACT_TWO = 50;
        static final int ACT_THREE = 66;

        private static final byte VERSION = 0;

        private final Socket socket;
        private final DataInputStream in;
        private final OutputStream out;

        Wire(Socket socket) throws IOException {
            this.socket = socket;
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            out = new BufferedOutputStream(socket.getOutputStream());
        }

        byte[] readAct(int length) {
            var version = read(1)[0];
            if (version != VERSION) {
                throw new IllegalArgumentException("Handshake version " + version);
            }
            return read(length - 1);
        }

        void writeAct(byte[] act) {
            write(new byte[] {VERSION}, false);
            write(act, true);
        }

        byte[] read(int length) {
            try {
                var bytes = new byte[length];
                in.readFully(bytes);
                return bytes;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Unit write(byte[] bytes, boolean flush) {
            try {
                out.write(bytes);
                if (flush) {
                    out.flush();
                }
                return Unit.INSTANCE;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Calls suspend functions that never suspend, as the wire blocks instead. */
    private enum Blocking implements Continuation<Object> {
        CALLER;

        @Override
        public CoroutineContext getContext() {
            return EmptyCoroutineContext.INSTANCE;
        }

        @Override
        public void resumeWith(Object result) {
            throw new IllegalStateException("Suspended");
        }
    }
}
