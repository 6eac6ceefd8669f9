// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An application may have Netty 4.1 on its class path, of Spring Boot, the Camel CLI or another component: the peer runs on it. */
class OlderNettyTest {

    private static final Path OLDER_NETTY = Path.of("target", "older-netty");

    /** This test's class path with another Netty. */
    private static URL[] classPath() throws Exception {
        List<Path> netty;
        try (Stream<Path> jars = Files.list(OLDER_NETTY)) {
            netty = jars.toList();
        }
        Stream<Path> others = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(entry -> !entry.getFileName().toString().startsWith("netty-"));
        return Stream.concat(netty.stream(), others).map(OlderNettyTest::url).toArray(URL[]::new);
    }

    private static URL url(Path entry) {
        try {
            return entry.toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void twoPeersTalkOnNetty41() throws Exception {
        try (var loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            Callable<?> program = (Callable<?>) loader.loadClass(OlderNettyProgram.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();

            assertThat(program.call()).asString().startsWith("4.1.").endsWith(" hello, bob; hello, alice");
        }
    }
}
