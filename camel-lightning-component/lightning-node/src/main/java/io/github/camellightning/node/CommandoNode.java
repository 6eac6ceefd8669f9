// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

/** A node that answers methods for its peers by commando ({@code lightning-commando(7)}), to those whose runes allow it. */
public interface CommandoNode extends LightningNode {

    /**
     * Answers a method. Only one listener at a time may have it.
     *
     * @throws InvalidMessageException where another has it, or where the node is up and was not told whose runes count
     */
    Registration onCommando(ServedMethod method, CommandoListener listener);
}
