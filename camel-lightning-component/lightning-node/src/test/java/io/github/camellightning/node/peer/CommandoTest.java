// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.ODD;
import static io.github.camellightning.node.peer.PeerNodes.PATIENCE;
import static io.github.camellightning.node.peer.PeerNodes.connectedTo;
import static io.github.camellightning.node.peer.PeerNodes.failure;
import static io.github.camellightning.node.peer.PeerNodes.get;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.noise.NodeKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Commando over a connection of the native peer, with a peer that does what the test says. */
@Timeout(60)
class CommandoTest {

    private static final String RUNE = "KUhZzNlECC7pYsz3QVbF1TqjIUYi3oyESTI7n60hLMs9MA==";
    private static final int PING = 18;

    @RegisterExtension
    final PeerNodes nodes = new PeerNodes();

    @RegisterExtension
    final PeerLogLines log = PeerLogLines.ofOurs(Level.DEBUG);

    private record Request(ByteBuffer id, String json) {}

    private static MethodCall getinfo() {
        return MethodCall.of("getinfo", Json.emptyObject());
    }

    /** The next request, of however many parts; pings are passed over. */
    private static Request receiveRequest(RawPeer peer) throws IOException {
        var json = new ByteArrayOutputStream();
        while (true) {
            CustomMessage frame = peer.receive();
            if (frame.type() == PING) {
                continue;
            }
            assertThat(frame.type()).isIn(0x4c4d, 0x4c4f);
            json.write(frame.payload(), 8, frame.payload().length - 8);
            if (frame.type() == 0x4c4f) {
                return new Request(
                        ByteBuffer.wrap(frame.payload(), 0, 8).slice(), json.toString(StandardCharsets.UTF_8));
            }
        }
    }

    private static void reply(RawPeer peer, Request request, boolean last, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        peer.send(
                last ? 0x594d : 0x594b,
                ByteBuffer.allocate(8 + bytes.length)
                        .put(request.id.duplicate())
                        .put(bytes)
                        .array());
    }

    private static String text(CompletionStage<JsonResult> call) throws Exception {
        try (JsonResult result = get(call)) {
            return result.text();
        }
    }

    @Test
    void aMethodRunsOnThePeer() throws Exception {
        PeerNode node = nodes.start();
        RawPeer peer = RawPeer.connected(node);
        CompletionStage<JsonResult> call = node.commando(peer.local(), getinfo(), RUNE);
        Request request = receiveRequest(peer);
        assertThat(Json.read(request.json).path("rune").asText()).isEqualTo(RUNE);
        reply(peer, request, false, "{\"result\":");
        reply(peer, request, true, "{}}");

        assertThat(text(call)).isEqualTo("{}");
        assertThat(node.receivedMessages()).isZero();
        assertThat(node.unclaimedMessages()).isZero();
        assertThat(log.linesWith(RUNE)).isEmpty();
    }

    @Test
    void aReplyPassesByMessagesThatAreHeld() throws Exception {
        PeerNode node = nodes.start();
        Mailbox holding = Mailbox.holding();
        node.onMessage(MessageFilter.all(), holding);
        RawPeer peer = RawPeer.connected(node);
        for (int i = 0; i < 10; i++) {
            peer.send(ODD, "");
        }
        holding.await(1);
        CompletionStage<JsonResult> call = node.commando(peer.local(), getinfo(), RUNE);
        reply(peer, receiveRequest(peer), true, "{\"result\":1}");

        assertThat(text(call)).isEqualTo("1");
        assertThat(holding.count()).isEqualTo(1);
        holding.release();
        holding.await(10);
    }

    @Test
    void twoLargeRequestsArriveOneAfterTheOther() throws Exception {
        PeerNode node = nodes.start();
        RawPeer peer = RawPeer.connected(node);
        for (char filler : new char[] {'a', 'b'}) {
            node.commando(
                    peer.local(),
                    MethodCall.of(
                            "x",
                            Json.emptyObject().put("p", String.valueOf(filler).repeat(900_000))),
                    RUNE);
        }
        assertThat(receiveRequest(peer).json).contains("a".repeat(900_000));
        assertThat(receiveRequest(peer).json).contains("b".repeat(900_000));
    }

    @Test
    void aPeerThatDisconnectsInTheMiddleEndsTheCallAtOnce() throws Exception {
        PeerNode node = nodes.start();
        RawPeer peer = RawPeer.connected(node);
        CompletionStage<JsonResult> call = node.commando(peer.local(), getinfo(), RUNE);
        reply(peer, receiveRequest(peer), false, "{\"result\":");
        peer.close();

        assertThat(failure(OutcomeUnknownException.class, call)).hasMessageContaining("disconnected");
    }

    @Test
    void aNewerConnectionOfThePeerEndsCallsWhosePartsMayBeLost() throws Exception {
        PeerNode node = nodes.start();
        NodeKey key = RawPeer.newKey();
        RawPeer peer = RawPeer.connected(node, key);
        CompletionStage<JsonResult> call = node.commando(peer.local(), getinfo(), RUNE);
        receiveRequest(peer);
        RawPeer again = RawPeer.connected(node, key);

        assertThat(failure(OutcomeUnknownException.class, call)).hasMessageContaining("replaced");
        CompletionStage<JsonResult> next = node.commando(peer.local(), getinfo(), RUNE);
        reply(again, receiveRequest(again), true, "{\"result\":2}");
        assertThat(text(next)).isEqualTo("2");
    }

    @Test
    void aNodeThatStopsEndsTheCall() throws Exception {
        PeerNode node = nodes.start();
        RawPeer peer = RawPeer.connected(node);
        CompletionStage<JsonResult> call = node.commando(peer.local(), getinfo(), RUNE);
        receiveRequest(peer);
        CompletionStage<Void> stopped = node.stop();

        assertThat(failure(OutcomeUnknownException.class, call)).hasMessageContaining("stops");
        assertThat(failure(NotConnectedException.class, node.commando(peer.local(), getinfo(), RUNE)))
                .hasMessageContaining("not up");
        get(stopped);
    }

    @Test
    void aStrangerAndTheNodeItselfAreRefused() throws Exception {
        PeerNode node = nodes.start();
        assertThat(failure(
                        NotConnectedException.class,
                        node.commando(RawPeer.newKey().nodeId(), getinfo(), RUNE)))
                .hasMessageContaining("is not connected");
        assertThat(failure(InvalidMessageException.class, node.commando(node.nodeId(), getinfo(), RUNE)))
                .hasMessageContaining("this node itself");
    }

    @Test
    void aPeerThatWorksOnACallIsNotTakenForDeadAndAfterItIs() throws Exception {
        PeerNode node = nodes.start(n -> {
            n.getLimits().setPingAfterMillis(50);
            n.getLimits().setDeadAfterMillis(300);
        });
        RawPeer working = RawPeer.connected(node);
        CompletionStage<JsonResult> call = node.commando(working.local(), getinfo(), RUNE);
        Request request = receiveRequest(working);
        RawPeer silent = RawPeer.connected(node);
        // the one that came later goes first
        PeerNodes.awaitDisconnected(node, silent.local());

        assertThat(connectedTo(node)).containsExactly(working.local());
        reply(working, request, true, "{\"result\":3}");
        assertThat(text(call)).isEqualTo("3");
        PeerNodes.awaitDisconnected(node, working.local());
    }

    @Test
    void aListenerThatAsksForRepliesGetsThemToo() throws Exception {
        PeerNode node = nodes.start();
        var snooping = new Mailbox();
        node.onMessage(MessageFilter.types(0x594d), snooping);
        RawPeer peer = RawPeer.connected(node);
        CompletionStage<JsonResult> call = node.commando(peer.local(), getinfo(), RUNE);
        reply(peer, receiveRequest(peer), true, "{\"result\":4}");

        assertThat(text(call)).isEqualTo("4");
        assertThat(snooping.await(1)).hasSize(1);
    }

    @Test
    void aReplyOf20MegabytesComesThrough() throws Exception {
        PeerNode node = nodes.start();
        RawPeer peer = RawPeer.connected(node);
        CompletionStage<JsonResult> call = node.commando(peer.local(), getinfo(), RUNE);
        Request request = receiveRequest(peer);
        reply(peer, request, false, "{\"result\":\"");
        String part = "0123456789".repeat(6_500);
        for (int i = 0; i < 308; i++) {
            reply(peer, request, false, part);
        }
        reply(peer, request, true, "\"}");

        try (JsonResult result =
                call.toCompletableFuture().get(PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)) {
            assertThat(result.size()).isEqualTo(308 * 65_000 + 2);
        }
    }
}
