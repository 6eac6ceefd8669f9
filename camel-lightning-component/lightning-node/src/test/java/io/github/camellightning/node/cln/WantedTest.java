// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.TypeRanges;
import io.github.camellightning.node.cln.plugin.Manifest;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What lightningd is asked to ask us about. */
class WantedTest {

    private static final int[] REPLIES = {0x594b, 0x594d};

    private final Wanted wanted = new Wanted(() -> false);

    private void listen(MessageFilter filter) {
        wanted.messages.register(filter, message -> CompletableFuture.completedFuture(null));
    }

    private static Manifest.Hook messages(Manifest manifest) {
        return manifest.hooks().stream()
                .filter(hook -> hook.name().equals("custommsg"))
                .findFirst()
                .orElseThrow();
    }

    private static Set<Integer> types(int... types) {
        return Set.copyOf(IntStream.concat(IntStream.of(types), IntStream.of(REPLIES))
                .boxed()
                .toList());
    }

    @Test
    void theRepliesToItsOwnCommandosAreAllThatANodeWithoutListenersWants() {
        assertThat(messages(wanted.manifest()).filters()).isEqualTo(types());
    }

    @Test
    void theTypesOfAllListenersAreOneFilter() {
        listen(MessageFilter.types(40_001));
        listen(MessageFilter.types(40_001, 40_003));

        assertThat(messages(wanted.manifest()).filters()).isEqualTo(types(40_001, 40_003));
    }

    @Test
    void evenTypesAreAskedForWhereTheyAreAccepted() {
        listen(MessageFilter.types(40_002, 40_003));
        listen(MessageFilter.types(40_004).acceptingEven());

        Manifest manifest = wanted.manifest();

        assertThat(messages(manifest).filters()).isEqualTo(types(40_003, 40_004));
        assertThat(manifest.customMessages()).containsExactly(40_004);
    }

    @Test
    void moreTypesThanTheDaemonLooksThroughQuicklyAreAllTypes() {
        listen(new MessageFilter(TypeRanges.parse("40001-40123"), Set.of(), false));
        assertThat(messages(wanted.manifest()).filters()).hasSize(64);

        listen(MessageFilter.types(40_125));
        assertThat(messages(wanted.manifest()).filters()).isEmpty();
    }

    @Test
    void whoWantsAllGetsAll() {
        listen(MessageFilter.types(40_001));
        listen(MessageFilter.all());

        assertThat(messages(wanted.manifest()).filters()).isEmpty();
    }

    @Test
    void aListenerThatComesLaterAsksForItsOwnTypesOnly() {
        assertThat(messages(Wanted.of(MessageFilter.types(40_001))).filters()).containsExactly(40_001);
        assertThat(Wanted.of(MessageFilter.types(40_002)).isNothing()).isTrue();
        assertThat(messages(Wanted.of(MessageFilter.all())).filters()).isEmpty();
    }
}
