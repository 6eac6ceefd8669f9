// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.ODD;
import static io.github.camellightning.node.peer.PeerNodes.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.MessageDispatcher;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.NodeId;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InboxTest {

    private static final NodeId ALICE =
            new NodeId("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");

    private final PeerLimits limits = new PeerLimits();
    private final MessageDispatcher dispatcher = new MessageDispatcher();
    private final Mailbox mailbox = Mailbox.holding();
    private final Inboxes inboxes = new Inboxes(dispatcher, limits);
    private final AtomicInteger rooms = new AtomicInteger();

    @BeforeEach
    void fourMessagesMayWait() {
        limits.setInboundMessages(4);
        dispatcher.register(MessageFilter.all(), mailbox);
    }

    private boolean offer(Inbox inbox) {
        return inbox.offer(message("x"), rooms::incrementAndGet);
    }

    private void fill(Inbox inbox) {
        while (offer(inbox)) {
            // one more
        }
    }

    @Test
    void oneMessageIsWithTheListenersAndSoManyMayWait() {
        Inbox inbox = inboxes.open(ALICE);
        for (int i = 0; i < 4; i++) {
            assertThat(offer(inbox)).isTrue();
        }

        assertThat(offer(inbox)).isFalse();
        assertThat(mailbox.count()).isEqualTo(1);
        assertThat(rooms).hasValue(0);
    }

    @Test
    void thereIsRoomAgainWhenHalfOfThemAreGone() {
        Inbox inbox = inboxes.open(ALICE);
        fill(inbox);

        mailbox.releaseOne();
        assertThat(rooms).hasValue(0);
        mailbox.releaseOne();
        assertThat(rooms).hasValue(1);
        mailbox.release();
        assertThat(rooms).hasValue(1);
        assertThat(mailbox.count()).isEqualTo(5);
    }

    @Test
    void bytesCountAsWellAsMessages() {
        limits.setInboundMessages(1_000);
        limits.setInboundBytes(100);
        Inbox inbox = inboxes.open(ALICE);
        var large = new io.github.camellightning.node.CustomMessage(ODD, new byte[60]);
        assertThat(inbox.offer(large, rooms::incrementAndGet)).isTrue();
        assertThat(inbox.offer(large, rooms::incrementAndGet)).isTrue();
        assertThat(inbox.offer(large, rooms::incrementAndGet)).isFalse();

        mailbox.release();
        assertThat(rooms).hasValue(1);
    }

    @Test
    void everyConnectionThatWaitsForRoomIsToldOnce() {
        Inbox inbox = inboxes.open(ALICE);
        fill(inbox);
        var second = new AtomicInteger();
        assertThat(inbox.waitForRoom(second::incrementAndGet)).isTrue();

        mailbox.release();

        assertThat(rooms).hasValue(1);
        assertThat(second).hasValue(1);
        assertThat(inbox.waitForRoom(second::incrementAndGet)).isFalse();
        assertThat(second).hasValue(1);
    }

    // a second connection

    @Test
    void aSecondConnectionIsNotReadFromWhileTheInboxIsFull() {
        Inbox inbox = inboxes.open(ALICE);
        fill(inbox);
        var peer = new EmbeddedPeer(limits, dispatcher, inbox);
        peer.handshake();
        peer.write(peer.frame(16, new byte[4]), peer.frame(ODD, new byte[1]), peer.frame(ODD, new byte[1]));

        assertThat(peer.established).hasSize(1);
        assertThat(peer.channel.config().isAutoRead()).isFalse();
        mailbox.release();
        assertThat(mailbox.count()).as("what the inbox had taken").isEqualTo(5);

        peer.channel.runPendingTasks();
        assertThat(peer.channel.config().isAutoRead()).isTrue();
        assertThat(mailbox.count()).isEqualTo(7);
        peer.finish();
    }

    // memory

    @Test
    void anInboxIsForgottenWithTheLastConnection() {
        inboxes.open(ALICE);
        inboxes.open(ALICE);
        inboxes.close(ALICE);
        assertThat(inboxes.size()).isEqualTo(1);

        inboxes.close(ALICE);
        assertThat(inboxes.size()).isZero();
    }

    @Test
    void itIsKeptWhileMessagesWaitAndFoundAgainByAPeerThatReconnects() {
        Inbox inbox = inboxes.open(ALICE);
        fill(inbox);
        inboxes.close(ALICE);

        assertThat(inboxes.open(ALICE)).isSameAs(inbox);
        inboxes.close(ALICE);
        assertThat(inboxes.size()).isEqualTo(1);
    }

    @Test
    void itIsForgottenWhenTheLastMessageIsHandledAfterTheLastConnection() {
        fill(inboxes.open(ALICE));
        inboxes.close(ALICE);

        mailbox.release();

        assertThat(inboxes.size()).isZero();
    }
}
