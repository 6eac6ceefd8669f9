// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnUserTest {

    @Test
    void itIsWhoOwnsWhatThisProcessMakes(@TempDir Path temp) throws Exception {
        Path made = Files.createFile(temp.resolve("made"));

        assertThat(OwnUser.id()).isEqualTo(((Integer) Files.getAttribute(made, "unix:uid")).longValue());
    }
}
