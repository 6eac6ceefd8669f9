// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.github.camellightning.examples.commando;

import org.jspecify.annotations.NullMarked;
