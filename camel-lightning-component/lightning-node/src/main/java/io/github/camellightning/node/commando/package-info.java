// SPDX-License-Identifier: Apache-2.0
/**
 * Methods of a peer, run over messages ({@code lightning-commando(7)}): {@link io.github.camellightning.node.commando.CommandoClient}, for any kind of
 * node that can send a frame and tells of those that come.
 */
@NullMarked
package io.github.camellightning.node.commando;

import org.jspecify.annotations.NullMarked;
