// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

/**
 * A method of the JSON-RPC interface.
 *
 * @param usage as {@code help} shows it
 */
record Command(String name, String usage, Handler handler) {

    interface Handler {
        /** Answers the call now or later; throws what it answers at once. */
        void handle(Call call, Token params) throws RpcException;
    }
}
