// SPDX-License-Identifier: Apache-2.0
/** Lightning peers and a daemon that others wrote, brought to one manner of use. */
@NullMarked
package io.github.camellightning.interop;

import org.jspecify.annotations.NullMarked;
