// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.camellightning.node.NodeId;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class DaemonClientTest {

    private static final NodeId BOB = new NodeId("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    private static final NodeId CAROL =
            new NodeId("02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5");

    @TempDir
    Path folder;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final DaemonClient client = new DaemonClient(new CoreLightningNode(), timer);
    private final Logger logger = (Logger) LoggerFactory.getLogger(CoreLightningNode.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void close() {
        logger.detachAppender(lines);
        client.close();
        timer.shutdownNow();
    }

    @Test
    void aPeerThatComesBackAndFloodsAgainFillsNoLog() {
        client.connect(folder.resolve("nobody"), reason -> {});

        for (int i = 0; i < 100; i++) {
            client.disconnect(BOB);
        }
        client.disconnect(CAROL);

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .satisfiesExactly(
                        line -> assertThat(line).contains(BOB.hex(), "faster than routes handle"),
                        line -> assertThat(line).contains(CAROL.hex()));
    }
}
