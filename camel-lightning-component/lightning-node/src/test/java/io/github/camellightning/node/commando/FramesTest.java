// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.CustomMessage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FramesTest {

    @Test
    void aRequestIsItsIdAndItsJson() {
        CustomMessage frame = Frames.request(0xaaL, "{\"method\":\"x\"}".getBytes(StandardCharsets.UTF_8), 0);
        assertThat(frame.type()).isEqualTo(0x4c4f);
        assertThat(HexFormat.of().formatHex(frame.payload())).isEqualTo("00000000000000aa7b226d6574686f64223a2278227d");
    }

    @Test
    void idsHaveAll64Bits() {
        CustomMessage frame = Frames.request(0xed0292b7fcb8e810L, new byte[1], 0);
        assertThat(HexFormat.of().formatHex(frame.payload())).startsWith("ed0292b7fcb8e810");
        assertThat(Frames.id(frame)).isEqualTo(0xed0292b7fcb8e810L);
    }

    @Test
    void aMessageTooShortForAnIdHasNone() {
        assertThat(Frames.hasId(new CustomMessage(0x594d, new byte[7]))).isFalse();
        assertThat(Frames.hasId(new CustomMessage(0x594d, new byte[8]))).isTrue();
    }

    @Property(tries = 100)
    void partsAreFullButForTheLastAndMakeTheWhole(
            @ForAll @IntRange(max = Frames.MAX_REQUEST) int length, @ForAll @Size(16) byte[] pattern) {
        var json = new byte[length];
        for (int i = 0; i < length; i++) {
            json[i] = (byte) (pattern[i % pattern.length] + i / 251);
        }
        var whole = new ByteArrayOutputStream();
        int parts = Frames.parts(length);
        for (int part = 0; part < parts; part++) {
            CustomMessage frame = Frames.request(7, json, part);
            boolean last = part == parts - 1;
            assertThat(frame.type()).isEqualTo(last ? 0x4c4f : 0x4c4d);
            if (!last) {
                assertThat(frame.payload()).hasSize(8 + 65_000);
            }
            whole.write(frame.payload(), 8, frame.payload().length - 8);
        }
        assertThat(whole.toByteArray()).isEqualTo(json);
    }
}
