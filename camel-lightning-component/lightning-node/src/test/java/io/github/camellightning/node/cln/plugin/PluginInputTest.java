// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PluginInputTest {

    private static final int MEGABYTE = 1024 * 1024;

    private final List<Integer> room = new ArrayList<>();

    /** What comes in one read, where there is room for it, and the next. */
    private PluginInput input(String... reads) {
        List<InputStream> pipes = new ArrayList<>();
        for (String read : reads) {
            pipes.add(new ByteArrayInputStream(read.getBytes(UTF_8)));
        }
        return new PluginInput(
                new SequenceInputStream(Collections.enumeration(pipes)) {
                    @Override
                    public int read(byte[] bytes, int offset, int length) throws IOException {
                        room.add(length);
                        return super.read(bytes, offset, length);
                    }
                },
                new JsonMapper());
    }

    @Test
    void theMemoryOfALargeMessageIsGivenBackWhenTheNextIsWaitedFor() throws Exception {
        String large = "x".repeat(2 * MEGABYTE);
        PluginInput input = input("{\"a\":\"" + large + "\"}\n\n", "{\"b\":1}\n\n");

        assertThat(input.next().path("a").asText()).isEqualTo(large);
        assertThat(Collections.max(room)).isGreaterThan(MEGABYTE);
        room.clear();
        assertThat(input.next().path("b").asInt()).isEqualTo(1);

        assertThat(Collections.max(room)).isLessThan(MEGABYTE);
        assertThat(input.next()).isNull();
    }
}
