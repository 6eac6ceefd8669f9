// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Bytes under keys of several words, ordered word by word. */
final class Datastore {

    record Entry(byte[] data, long generation) {}

    private final TreeMap<List<String>, Entry> entries = new TreeMap<>(Datastore::compare);

    TreeMap<List<String>, Entry> entries() {
        return entries;
    }

    /** What stands under a key or below it. */
    Map<List<String>, Entry> below(List<String> key) {
        var below = new TreeMap<List<String>, Entry>(Datastore::compare);
        entries.forEach((name, entry) -> {
            if (name.size() >= key.size() && name.subList(0, key.size()).equals(key)) {
                below.put(name, entry);
            }
        });
        return below;
    }

    private static int compare(List<String> one, List<String> other) {
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            int order = one.get(i).compareTo(other.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(one.size(), other.size());
    }
}
