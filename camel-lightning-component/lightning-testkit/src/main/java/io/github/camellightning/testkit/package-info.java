// SPDX-License-Identifier: Apache-2.0
/** For tests: the contract that every kind of Lightning node passes, and what helps to hold a node to it. */
@NullMarked
package io.github.camellightning.testkit;

import org.jspecify.annotations.NullMarked;
