// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.TypeRanges;
import org.apache.camel.Converter;

/** Between text and the values of the seam. */
@Converter(generateLoader = true)
public final class LightningConverters {

    private LightningConverters() {}

    @Converter
    public static NodeId toNodeId(String hex) {
        return new NodeId(hex);
    }

    @Converter
    public static String toString(NodeId id) {
        return id.hex();
    }

    @Converter
    public static TypeRanges toTypeRanges(String ranges) {
        return TypeRanges.parse(ranges);
    }
}
