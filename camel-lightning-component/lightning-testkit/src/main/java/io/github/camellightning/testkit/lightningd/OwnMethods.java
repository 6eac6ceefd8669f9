// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.testkit.lightningd.SimulatedLightningd.Method;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The methods that a test brings, for all runs of a node. Of those with the same name the last one counts. */
final class OwnMethods {

    private record Own(String name, String usage, Method method) {}

    private final List<Own> all = new CopyOnWriteArrayList<>();

    void add(String name, String usage, Method method) {
        all.add(new Own(name, usage, method));
    }

    void addTo(Commands commands) {
        for (var own : all) {
            commands.add(own.name(), own.usage(), (call, params) -> {
                call.actNow();
                call.succeed(own.method().call(params.toJson()));
            });
        }
    }
}
