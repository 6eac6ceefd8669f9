// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.RemoteErrorException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuneCommandNamesTest {

    private final Queue<CompletableFuture<JsonNode>> answers = new ArrayDeque<>();
    private final RuneCommandNames names = new RuneCommandNames(this::answer);

    private CompletionStage<JsonNode> answer(String method, JsonNode params) {
        assertThat(method + params).isEqualTo("help{\"command\":\"createrune\"}");
        return answers.remove();
    }

    private CompletableFuture<MethodCall> translated(String method) {
        return names.translated(MethodCall.of(method, Json.emptyObject())).toCompletableFuture();
    }

    @Test
    void aDaemonThatKnowsCreateruneIsAskedOnceAndCalledByThatName() {
        answers.add(CompletableFuture.completedFuture(Json.emptyObject()));

        assertThat(translated("createrune").join().method()).isEqualTo("createrune");
        assertThat(translated("blacklistrune").join().method()).isEqualTo("blacklistrune");
    }

    @Test
    void anOlderDaemonIsCalledByTheNamesThatItHas() {
        answers.add(CompletableFuture.failedFuture(new RemoteErrorException(-32601, "Unknown command", null)));

        assertThat(translated("createrune").join().method()).isEqualTo("commando-rune");
        assertThat(translated("showrunes").join().method()).isEqualTo("commando-listrunes");
        assertThat(translated("blacklistrune").join().method()).isEqualTo("commando-blacklist");
    }

    @Test
    void whereItCouldNotBeAskedItIsAskedAgain() {
        answers.add(CompletableFuture.failedFuture(new NotConnectedException("gone")));
        answers.add(CompletableFuture.completedFuture(Json.emptyObject()));

        assertThat(translated("createrune")).isCompletedExceptionally();
        assertThat(translated("createrune").join().method()).isEqualTo("createrune");
    }

    @ParameterizedTest
    @CsvSource({
        "-32600, Still loading latest blocks from bitcoind.",
        "-32601, Deprecated command createrune",
        "-4,     Plugin terminated before replying to RPC call."
    })
    void anErrorThatSaysNothingOfTheNamesFailsThatCallAloneInTheDaemonsWords(int code, String words) {
        var refusal = new RemoteErrorException(code, words, null);
        answers.add(CompletableFuture.failedFuture(refusal));
        answers.add(CompletableFuture.completedFuture(Json.emptyObject()));

        assertThat(translated("createrune"))
                .completesExceptionallyWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCause(refusal);
        assertThat(translated("createrune").join().method()).isEqualTo("createrune");
    }

    @Test
    void aDaemonThatMayBeAnotherIsAskedAgain() {
        answers.add(
                CompletableFuture.failedFuture(new RemoteErrorException(-32601, "Unknown command createrune", null)));
        answers.add(CompletableFuture.completedFuture(Json.emptyObject()));
        assertThat(translated("createrune").join().method()).isEqualTo("commando-rune");

        names.forget();

        assertThat(translated("createrune").join().method()).isEqualTo("createrune");
        assertThat(translated("showrunes").join().method()).isEqualTo("showrunes");
    }

    @Test
    void otherCommandsAreNotAskedAbout() {
        assertThat(translated("getinfo").join().method()).isEqualTo("getinfo");
    }
}
