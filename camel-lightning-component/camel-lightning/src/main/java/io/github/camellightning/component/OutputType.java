// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

/** As what JSON becomes the body. */
public enum OutputType {
    STRING("String"),
    INPUTSTREAM("InputStream"),
    MAP("Map"),
    JSONNODE("JsonNode");

    private final String uriName;

    OutputType(String uriName) {
        this.uriName = uriName;
    }

    /** As URIs write it. */
    @Override
    public String toString() {
        return uriName;
    }
}
