// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

/** Whoever calls commands: a connection of the socket, or a peer by way of commando. */
interface Client {

    /** Where the answer to a command goes; it takes its place behind those that were begun before. */
    Reply begin();

    /** Something was added to a reply, or one has ended. */
    void flush();

    boolean notifications();

    void enableNotifications(boolean enable);
}
