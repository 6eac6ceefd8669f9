// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Json;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class OpenCallsTest {

    private final OpenCalls calls = new OpenCalls();

    private static CompletionStage<JsonNode> otherwise() {
        return CompletableFuture.completedFuture(Json.emptyObject());
    }

    @Test
    void aCallThatThrowsIsNotWaitedFor() {
        assertThatThrownBy(() -> calls.run(
                        () -> {
                            throw new ArithmeticException("long overflow");
                        },
                        OpenCallsTest::otherwise))
                .isInstanceOf(ArithmeticException.class);

        assertThat(calls.close()).isCompleted();
    }

    @Test
    void aCallThatIsUnderWayIsWaitedFor() {
        var answer = new CompletableFuture<JsonNode>();
        CompletionStage<JsonNode> given = calls.run(() -> answer, OpenCallsTest::otherwise);

        assertThat(calls.close()).isNotDone();
        answer.complete(Json.emptyObject());

        assertThat(calls.close()).isCompleted();
        assertThat(given.toCompletableFuture()).isCompleted();
    }
}
