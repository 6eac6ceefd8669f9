// SPDX-License-Identifier: Apache-2.0
/** What there is to do for a node from a command line. */
@NullMarked
package io.github.camellightning.cli;

import org.jspecify.annotations.NullMarked;
