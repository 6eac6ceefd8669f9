// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What lightningd is told by a process that it started and whose routes are not there in time. */
class ManifestDeadlineTest {

    private static final String ASKED = "{\"jsonrpc\":\"2.0\",\"id\":\"cln:getmanifest#4\",\"method\":\"getmanifest\","
            + "\"params\":{\"allow-deprecated-apis\":false}}\n\n";

    private final ByteArrayOutputStream told = new ByteArrayOutputStream();
    private final ManifestDeadline deadline =
            new ManifestDeadline(new ByteArrayInputStream(ASKED.getBytes(StandardCharsets.UTF_8)), told);

    @Test
    void afterItLightningdIsToldThatThisIsNoPluginAndTheNodeThatItIsTooLate() {
        deadline.expireAfter(Duration.ofMillis(1));

        await().atMost(Duration.ofSeconds(30)).until(() -> told.size() > 0);
        String text = told.toString(StandardCharsets.UTF_8);
        assertThat(text).endsWith("\n\n");
        JsonNode answer = Json.read(text);
        assertThat(answer.path("id").asText()).isEqualTo("cln:getmanifest#4");
        assertThat(answer.path("result").path("disable").asText()).contains("45 seconds");
        assertThat(deadline.meet()).isFalse();
    }

    @Test
    void whoMeetsItIsTheOneToAnswer() {
        assertThat(deadline.meet()).isTrue();
        deadline.expire();

        assertThat(told.size()).isZero();
        assertThat(deadline.meet()).as("a node that is started again").isTrue();
    }
}
