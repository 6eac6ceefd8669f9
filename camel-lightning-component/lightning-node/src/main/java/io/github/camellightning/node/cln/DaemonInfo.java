// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who the daemon is, from {@code getinfo}.
 *
 * @param version year and month as one number, 2606 for {@code v26.06.6}; 0 where it cannot be read
 */
record DaemonInfo(NodeId nodeId, int version, String versionText) {

    /** Even types of custom messages may be sent. */
    static final int EVEN_TYPES = 2311;

    private static final Pattern VERSION = Pattern.compile("v?(\\d{1,2})\\.(\\d{1,2}).*");

    /** @throws LightningException where it is no answer of a lightningd */
    static DaemonInfo of(JsonNode getinfo) {
        JsonNode id = getinfo.path("id");
        String version = getinfo.path("version").asText();
        if (!id.isTextual()) {
            throw new LightningException("This is no lightningd: its getinfo has no id");
        }
        Matcher parts = VERSION.matcher(version);
        int number = parts.matches() ? 100 * Integer.parseInt(parts.group(1)) + Integer.parseInt(parts.group(2)) : 0;
        return new DaemonInfo(new NodeId(id.asText()), number, version);
    }

    boolean has(int sinceVersion) {
        return version == 0 || version >= sinceVersion;
    }
}
