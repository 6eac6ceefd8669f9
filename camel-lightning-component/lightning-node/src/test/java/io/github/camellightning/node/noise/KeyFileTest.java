// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.camellightning.node.LightningException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class KeyFileTest {

    private static final String HEX = "a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2";
    private static final SecureRandom RANDOM = new SecureRandom();

    private Path folder;
    private Path file;
    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void nameAFile(@TempDir Path folder) {
        this.folder = folder;
        file = folder.resolve("node.key");
    }

    @AfterEach
    void endProcesses() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void aMissingKeyIsMadeForItsOwnerAloneWithItsFolders() throws IOException {
        var deep = folder.resolve("some/where/node.key");
        try (var keyFile = KeyFile.open(deep, RANDOM)) {
            assertThat(Files.readString(deep)).matches("[0-9a-f]{64}\n");
            assertThat(mode(deep)).isEqualTo("rw-------");
            assertThat(mode(folder.resolve("some/where"))).isEqualTo("rwx------");
            assertThat(mode(folder.resolve("some"))).isEqualTo("rwx------");
            assertThat(folder.resolve("some/where")).isDirectoryNotContaining("glob:**.tmp");
            assertThat(keyFile.key().nodeId()).isNotNull();
        }
    }

    @Test
    void aKeyThatWasMadeIsReadAgain() {
        NodeKey made;
        try (var keyFile = KeyFile.open(file, RANDOM)) {
            made = keyFile.key();
        }
        try (var keyFile = KeyFile.open(file, RANDOM)) {
            assertThat(keyFile.key().nodeId()).isEqualTo(made.nodeId());
            assertThat(keyFile.key().secret()).isEqualTo(made.secret());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void aLineEndMayFollow(String lineEnd) throws IOException {
        write(HEX.toUpperCase(Locale.ROOT) + lineEnd);
        try (var keyFile = KeyFile.open(file, RANDOM)) {
            assertThat(keyFile.key().secret()).isEqualTo(Vectors.bytes(HEX));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "a1b2c3d4e5f6",
                HEX + "a1",
                HEX + "\n\n",
                HEX + "\n" + HEX + "\n",
                " " + HEX,
                "0x" + HEX,
                "g1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            })
    void whatHoldsNoKeyIsRefusedUnchangedAndUnquoted(String content) throws IOException {
        write(content);
        assertRefused("hex digits", "put the right file there")
                .satisfies(e -> assertThat(String.valueOf(e).replace(folder.toString(), ""))
                        .doesNotContainPattern("[0-9a-f]{8}"))
                .withNoCause();
        assertThat(file).hasContent(content);
        write(HEX);
        assertOpens();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rwxrwxrwx"})
    void aFileThatOthersMayAccessIsRefused(String mode) throws IOException {
        write(HEX);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        assertRefused(mode, "chmod 600");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertOpens();
    }

    @Test
    void aDirectoryIsRefused() throws IOException {
        Files.createDirectory(file);
        assertRefused("is a directory", "name a file in it");
    }

    @Test
    void aSymbolicLinkIntoALoopIsRefused() throws IOException {
        var other = folder.resolve("other");
        Files.createSymbolicLink(file, other);
        Files.createSymbolicLink(other, file);
        assertRefused("loop", "remove it");
    }

    @Test
    void aSymbolicLinkToNothingIsRefused() throws IOException {
        Files.createSymbolicLink(file, folder.resolve("missing"));
        assertRefused("to nothing", "remove it");
        assertThat(folder.resolve("missing")).doesNotExist();
    }

    @Test
    void aSymbolicLinkToAKeyIsThatKey() throws IOException {
        write(HEX);
        var link = Files.createSymbolicLink(folder.resolve("link"), file);
        try (var keyFile = KeyFile.open(link, RANDOM)) {
            assertThat(keyFile.key().secret()).isEqualTo(Vectors.bytes(HEX));
            assertRefused("this JVM uses it", "key file of its own");
        }
    }

    @Test
    void aFileWhereAFolderShouldBeIsRefused() throws IOException {
        write(HEX);
        file = file.resolve("node.key");
        assertRefused("node.key", "name a file in a folder that can be written to");
    }

    @Test
    void aFolderThatCannotBeWrittenToIsRefused() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-x------"));
        try {
            assumeTrue(!Files.isWritable(folder), "root may write everywhere");
            assertRefused("no access", "chmod 600");
        } finally {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void aSecondNodeOfThisJvmIsRefusedUntilTheFirstIsClosed() {
        var first = KeyFile.open(file, RANDOM);
        assertRefused("this JVM uses it", "key file of its own");
        assertRefused("this JVM uses it", "key file of its own");
        first.close();
        assertOpens();
    }

    @Test
    void closingTwiceDoesNotFreeTheFileOfTheNextOne() {
        var first = KeyFile.open(file, RANDOM);
        first.close();
        try (var second = KeyFile.open(file, RANDOM)) {
            first.close();
            assertRefused("this JVM uses it", "key file of its own");
            assertThat(second.key().nodeId()).isEqualTo(first.key().nodeId());
        }
    }

    @Test
    void aLockThatSomethingElseInThisJvmHoldsIsRespected() throws IOException {
        write(HEX);
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertRefused("this JVM uses it", "key file of its own");
        }
        assertOpens();
    }

    @Test
    void anotherProcessIsRefusedAlsoAfterASecondAttemptOfThisOne() throws Exception {
        try (var keyFile = KeyFile.open(file, RANDOM)) {
            assertRefused("this JVM uses it", "key file of its own");
            assertThat(firstLine(holder())).contains("a node in another process uses it");
            assertThat(keyFile.key()).isNotNull();
        }
    }

    @Test
    void aProcessHoldsTheFileUntilItIsKilled() throws Exception {
        var holder = holder();
        String holds = firstLine(holder);
        assertThat(holds).startsWith("holds ");
        assertRefused("another process uses it", "key file of its own");

        holder.destroyForcibly();
        assertThat(holder.waitFor(30, TimeUnit.SECONDS)).isTrue();
        try (var keyFile = KeyFile.open(file, RANDOM)) {
            assertThat(holds).isEqualTo("holds " + keyFile.key().nodeId());
        }
    }

    @Test
    void ofManyThatStartAtOnceOneMakesTheKeyAndHoldsIt() throws Exception {
        var threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 20; round++) {
                file = folder.resolve("round" + round + "/node.key");
                var opened = new ArrayList<KeyFile>();
                Callable<Optional<KeyFile>> start = this::openUnlessInUse;
                for (var attempt : threads.invokeAll(Collections.nCopies(8, start))) {
                    attempt.get().ifPresent(opened::add);
                }
                assertThat(opened).hasSize(1);
                assertThat(Vectors.bytes(Files.readString(file).trim()))
                        .isEqualTo(opened.get(0).key().secret());
                assertThat(file.getParent()).isDirectoryNotContaining("glob:**.tmp");
                opened.get(0).close();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** A process that opens the file, says so or why not, and ends when its input does. */
    public static final class Holder {

        public static void main(String[] args) throws IOException {
            try (var keyFile = KeyFile.open(Path.of(args[0]), new SecureRandom())) {
                System.out.println("holds " + keyFile.key().nodeId());
                System.in.transferTo(OutputStream.nullOutputStream());
            } catch (LightningException refused) {
                System.out.println(refused.getMessage());
            }
        }
    }

    private Process holder() throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        java, "-cp", System.getProperty("java.class.path"), Holder.class.getName(), file.toString())
                .redirectErrorStream(true)
                .start();
        processes.add(process);
        return process;
    }

    private static String firstLine(Process process) throws IOException {
        return process.inputReader(UTF_8).readLine();
    }

    private Optional<KeyFile> openUnlessInUse() {
        try {
            return Optional.of(KeyFile.open(file, RANDOM));
        } catch (LightningException refused) {
            assertThat(refused).hasMessageContaining("this JVM uses it");
            return Optional.empty();
        }
    }

    private void write(String content) throws IOException {
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private void assertOpens() {
        try (var keyFile = KeyFile.open(file, RANDOM)) {
            assertThat(keyFile.key().secret()).hasSize(NodeKey.LENGTH);
        }
    }

    private ThrowableAssertAlternative<LightningException> assertRefused(String reason, String cure) {
        return assertThatExceptionOfType(LightningException.class)
                .isThrownBy(() -> KeyFile.open(file, RANDOM))
                .withMessageStartingWith("Cannot use key file " + file + ": ")
                .withMessageContaining(reason)
                .withMessageContaining(cure);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
