// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import java.util.Set;

/** The topics that only lightningd itself sends. */
final class Notifications {

    private static final Set<String> NATIVE = Set.of(
            "balance_snapshot",
            "block_added",
            "channel_open_failed",
            "channel_opened",
            "channel_state_changed",
            "coin_movement",
            "connect",
            "custommsg",
            "deprecated_oneshot",
            "disconnect",
            "forward_event",
            "invoice_creation",
            "invoice_payment",
            "log",
            "onionmessage_forward_fail",
            "openchannel_peer_sigs",
            "plugin_started",
            "plugin_stopped",
            "sendpay_failure",
            "sendpay_success",
            "shutdown",
            "warning");

    private Notifications() {}

    static boolean isNative(String topic) {
        return NATIVE.contains(topic);
    }
}
