// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.PeerEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is read out of the daemon's notifications of its peers. */
class PeerTopicsTest {

    private static final String BOB = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

    private final PeerTopics topics = new PeerTopics();
    private final List<PeerEvent> heard = new ArrayList<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(MessagePlugin.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        topics.add(heard::add);
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void detach() {
        logger.detachAppender(log);
    }

    @Test
    void connectAndDisconnectAreTold() {
        topics.notified("connect", Json.read("{\"connect\":{\"id\":\"" + BOB + "\",\"direction\":\"in\"}}"));
        topics.notified("disconnect", Json.read("{\"id\":\"" + BOB + "\"}"));

        assertThat(heard)
                .extracting(Object::getClass)
                .isEqualTo(List.of(PeerEvent.Connected.class, PeerEvent.Disconnected.class));
        assertThat(log.list).isEmpty();
    }

    @Test
    void otherTopicsAreNoneOfItsBusiness() {
        topics.notified("block_added", Json.read("{\"block_added\":{\"height\":1}}"));
        topics.notified("invoice_payment", Json.read("{\"id\":\"" + BOB + "\"}"));

        assertThat(heard).isEmpty();
        assertThat(log.list).isEmpty();
    }

    @Test
    void aConnectWithoutANodeIdIsLoggedAndPassedOver() {
        topics.notified("connect", Json.emptyObject());

        assertThat(heard).isEmpty();
        assertThat(log.list).hasSize(1);
    }
}
