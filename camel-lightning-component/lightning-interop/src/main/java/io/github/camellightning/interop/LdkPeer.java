// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.interop;

import static org.awaitility.Awaitility.await;

import fr.acinq.lightning.Lightning;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ldk.batteries.NioPeerHandler;
import org.ldk.structs.CustomMessageHandler;
import org.ldk.structs.CustomMessageHandler.CustomMessageHandlerInterface;
import org.ldk.structs.CustomMessageReader.CustomMessageReaderInterface;
import org.ldk.structs.ErroringMessageHandler;
import org.ldk.structs.IgnoringMessageHandler;
import org.ldk.structs.Logger;
import org.ldk.structs.Option_TypeZ;
import org.ldk.structs.PeerManager;
import org.ldk.structs.Result_COption_TypeZDecodeErrorZ;
import org.ldk.structs.Result_NoneLightningErrorZ;
import org.ldk.structs.TwoTuple_PublicKeyTypeZ;
import org.ldk.structs.Type;
import org.ldk.structs.Type.TypeInterface;

/**
 * A node of ldk-java: its PeerManager, run by its NioPeerHandler, with custom messages of the given types.
 * LDK exchanges init, answers pings, ignores other odd types and hangs up on other even ones by itself.
 */
public final class LdkPeer implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_PAYLOAD = 65_533;

    private final String nodeId;
    private final InetSocketAddress address;
    private final CustomMessages messages;
    private final PeerManager manager;
    private final NioPeerHandler handler;

    private LdkPeer(Set<Integer> types) throws IOException {
        var key = Lightning.INSTANCE.randomKey();
        nodeId = key.publicKey().toHex();
        messages = new CustomMessages(types);
        manager = PeerManager.of(
                ErroringMessageHandler.of().as_ChannelMessageHandler(),
                IgnoringMessageHandler.of().as_RoutingMessageHandler(),
                key.value.toByteArray(),
                Lightning.INSTANCE.randomBytes(32),
                Logger.new_impl(entry -> {}),
                CustomMessageHandler.new_impl(messages, messages));
        handler = new NioPeerHandler(manager);
        address = freeAddress();
        handler.bind_listener(address);
        wakeUp();
    }

    /** Starts a new node that listens on a free loopback port. */
    public static LdkPeer start(Integer... types) throws IOException {
        return new LdkPeer(Set.of(types));
    }

    public InetSocketAddress address() {
        return address;
    }

    public String nodeId() {
        return nodeId;
    }

    /** Connects and leaves the handshake and init to LDK; see {@link #awaitPeer}. */
    public void dial(InetSocketAddress remote, String remoteNodeId) throws IOException {
        handler.connect(HexFormat.of().parseHex(remoteNodeId), remote, Math.toIntExact(TIMEOUT.toMillis()));
        wakeUp();
    }

    /** Waits for the remote node's init, before which LDK drops whatever is to be sent. */
    public void awaitPeer(String remoteNodeId) {
        await().atMost(TIMEOUT).pollInterval(1, TimeUnit.MILLISECONDS).until(() -> hasPeer(remoteNodeId));
    }

    /** Whether the remote node is connected and has sent its init. */
    public boolean hasPeer(String remoteNodeId) {
        return Arrays.stream(manager.get_peer_node_ids())
                .map(HexFormat.of()::formatHex)
                .anyMatch(remoteNodeId::equals);
    }

    /** Queues a message of any type. */
    public void send(String remoteNodeId, int type, byte[] payload) {
        if (payload.length > MAX_PAYLOAD) {
            throw new IllegalArgumentException("LDK would end the process");
        }
        messages.send(HexFormat.of().parseHex(remoteNodeId), new RawMessage(type, payload));
        wakeUp();
    }

    /** Returns null if none comes in time. */
    public @Nullable RawMessage receive(Duration timeout) throws InterruptedException {
        return messages.received.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Answers messages on LDK's own thread from now on, or not, instead of keeping them for {@link #receive}. */
    public void onMessage(Function<RawMessage, Optional<RawMessage>> answer) {
        messages.answer = answer;
    }

    /** Pings every peer and hangs up on those that have sent nothing since the last tick's ping. */
    public void tick() {
        manager.timer_tick_occurred();
    }

    @Override
    public void close() {
        handler.interrupt();
    }

    /** Makes the handler see what changed while it waits in its selector. */
    private void wakeUp() {
        handler.check_events();
    }

    /** The handler tells no port, so it cannot be left to choose one. */
    private static InetSocketAddress freeAddress() throws IOException {
        try (var socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }

    /** LDK calls this on the handler's thread. */
    private static final class CustomMessages implements CustomMessageHandlerInterface, CustomMessageReaderInterface {

        private final Set<Integer> types;
        private final BlockingQueue<TwoTuple_PublicKeyTypeZ> outgoing = new LinkedBlockingQueue<>();
        private final BlockingQueue<RawMessage> received = new LinkedBlockingQueue<>();
        private volatile Function<RawMessage, Optional<RawMessage>> answer = this::keep;

        // LDK has only weak references to what it is handed: these keep it until it is done with.
        @SuppressWarnings("UnusedVariable")
        private @Nullable Object reading;

        @SuppressWarnings("UnusedVariable")
        private @Nullable Object sending;

        CustomMessages(Set<Integer> types) {
            this.types = types;
        }

        void send(byte[] remoteNodeId, RawMessage message) {
            outgoing.add(TwoTuple_PublicKeyTypeZ.of(remoteNodeId, Type.new_impl(new CustomMessage(message))));
        }

        private Optional<RawMessage> keep(RawMessage message) {
            received.add(message);
            return Optional.empty();
        }

        @Override
        public Result_COption_TypeZDecodeErrorZ read(short typeId, byte[] payload) {
            var type = Short.toUnsignedInt(typeId);
            if (!types.contains(type)) {
                return Result_COption_TypeZDecodeErrorZ.ok(Option_TypeZ.none());
            }
            var message = Type.new_impl(new CustomMessage(new RawMessage(type, payload)));
            reading = message;
            return Result_COption_TypeZDecodeErrorZ.ok(Option_TypeZ.some(message));
        }

        @Override
        public Result_NoneLightningErrorZ handle_custom_message(Type message, byte[] remoteNodeId) {
            var raw = new RawMessage(Short.toUnsignedInt(message.type_id()), message.write());
            answer.apply(raw).ifPresent(reply -> send(remoteNodeId, reply));
            return Result_NoneLightningErrorZ.ok();
        }

        @Override
        public TwoTuple_PublicKeyTypeZ[] get_and_clear_pending_msg() {
            var batch = new ArrayList<TwoTuple_PublicKeyTypeZ>();
            outgoing.drainTo(batch);
            sending = batch;
            return batch.toArray(TwoTuple_PublicKeyTypeZ[]::new);
        }
    }

    private record CustomMessage(RawMessage message) implements TypeInterface {

        @Override
        public short type_id() {
            return (short) message.type();
        }

        @Override
        public String debug_str() {
            return "";
        }

        @Override
        public byte[] write() {
            return message.payload();
        }
    }
}
