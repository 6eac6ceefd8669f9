// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

/** As what JSON becomes the body. */
public enum OutputType {
    STRING,
    INPUTSTREAM,
    MAP,
    JSONNODE
}
