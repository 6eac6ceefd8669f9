// SPDX-License-Identifier: Apache-2.0
/** What single computations take, by JMH. */
@NullMarked
package io.github.camellightning.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
