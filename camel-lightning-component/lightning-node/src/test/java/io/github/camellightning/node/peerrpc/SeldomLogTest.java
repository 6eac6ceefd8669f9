// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import static io.github.camellightning.node.peerrpc.ScriptedNode.OTHER;
import static io.github.camellightning.node.peerrpc.ScriptedNode.PEER;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SeldomLogTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger(SeldomLogTest.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final SeldomLog log = new SeldomLog(logger);

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.WARN);
        logger.setAdditive(false);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(lines);
    }

    @Test
    void aPeerAndAReasonHaveOneLineAMinute() {
        for (int i = 0; i < 10_000; i++) {
            log.warn(PEER, "sends nonsense: ", "detail " + i);
            log.warn(OTHER, "sends nonsense: ", "detail " + i);
            log.warn(PEER, "does worse: ", "detail " + i);
            log.debug(PEER, "does little");
        }
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "Peer " + PEER + " sends nonsense: detail 0",
                        "Peer " + OTHER + " sends nonsense: detail 0",
                        "Peer " + PEER + " does worse: detail 0");
    }

    @Test
    void whatPeersSayIsOneBoundedLine() {
        log.warn(PEER, "sends nonsense: ", "a\nb" + "c".repeat(10_000));
        assertThat(lines.list.get(0).getFormattedMessage())
                .contains("a\\u000ab")
                .hasSizeLessThan(1_200);
    }
}
