// SPDX-License-Identifier: Apache-2.0
/** Classic Spring XML: files of orders travel to a Lightning peer, order by order; a file is done when the other side has all of them. */
@NullMarked
package io.github.camellightning.examples.springxml;

import org.jspecify.annotations.NullMarked;
