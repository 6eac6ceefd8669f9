// SPDX-License-Identifier: Apache-2.0
/** Alice's files travel to Bob's JMS queue over the Lightning network's transport, and come back as receipts. */
@NullMarked
package io.github.camellightning.examples.quickstart;

import org.jspecify.annotations.NullMarked;
