// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

/**
 * What one round of one contender came to.
 *
 * @param perSecond operations in a second of the clock
 * @param cpuNanos what an operation cost this whole process, both ends of a connection and the JVM's own threads included; it says more
 *     than the clock where the processors are shared
 */
record Measured(double perSecond, double cpuNanos) {}
