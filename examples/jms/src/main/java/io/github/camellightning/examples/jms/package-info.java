// SPDX-License-Identifier: Apache-2.0
/** Messages of a JMS queue travel to a queue of a Lightning peer's; each leaves its queue, in a transaction, when the other side has it. */
@NullMarked
package io.github.camellightning.examples.jms;

import org.jspecify.annotations.NullMarked;
