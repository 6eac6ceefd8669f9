// SPDX-License-Identifier: Apache-2.0
/**
 * A simulated {@code lightningd} for tests: in this process, on real Unix sockets, with real plugin executables. It
 * behaves as Core Lightning v26.06 does; where that one would have died, the test fails instead.
 */
@NullMarked
package io.github.camellightning.testkit.lightningd;

import org.jspecify.annotations.NullMarked;
