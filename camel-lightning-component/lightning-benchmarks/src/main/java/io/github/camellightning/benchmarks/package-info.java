// SPDX-License-Identifier: Apache-2.0
/** Load programs: what is measured side by side, in one JVM, in alternating rounds. */
@NullMarked
package io.github.camellightning.benchmarks;

import org.jspecify.annotations.NullMarked;
