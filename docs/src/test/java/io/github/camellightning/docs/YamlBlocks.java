// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Routes are run; what a container is to be told is read, and held to itself. */
final class YamlBlocks {

    void check(CodeBlock block) throws Exception {
        Object yaml = new Load(LoadSettings.builder().build()).loadFromString(block.text());
        if (yaml instanceof Map<?, ?> map && map.containsKey("services")) {
            isCompose(map);
        } else {
            isRoutes(block);
        }
    }

    private static void isRoutes(CodeBlock block) throws Exception {
        try (var sandbox = new Sandbox()) {
            PluginHelper.getRoutesLoader(sandbox.camel())
                    .loadRoutes(ResourceHelper.fromString(block.id() + ".yaml", block.text()));
            sandbox.run();
        }
    }

    private static void isCompose(Map<?, ?> compose) {
        assertThat(Set.of("services", "volumes").containsAll(compose.keySet())).isTrue();
        var used = new TreeSet<String>();
        for (Object each : ((Map<?, ?>) compose.get("services")).values()) {
            Map<?, ?> service = (Map<?, ?>) each;
            assertThat(service.get("image")).isInstanceOf(String.class);
            for (Object mount : (Iterable<?>) service.get("volumes")) {
                used.add(mount.toString().replaceFirst(":/.*", ""));
            }
        }
        assertThat(used)
                .containsExactlyInAnyOrderElementsOf(((Map<?, ?>) compose.get("volumes"))
                        .keySet().stream().map(Object::toString).toList());
    }
}
