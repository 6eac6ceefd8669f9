// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code getinfo} and {@code stop}. */
final class NodeCommands {

    private final Daemon daemon;

    NodeCommands(Daemon daemon, Commands commands) {
        this.daemon = daemon;
        commands.add("getinfo", "", this::getInfo);
        commands.add("stop", "", this::stop);
    }

    private void getInfo(Call call, Token given) throws RpcException {
        Params.of(given, "");
        call.actNow();
        var id = daemon.nodeId().hex();
        var info = Json.object()
                .put("id", id)
                .put("alias", daemon.name())
                .put("color", id.substring(0, 6))
                .put("num_peers", daemon.peers().all().size())
                .put("num_pending_channels", 0)
                .put(
                        "num_active_channels",
                        daemon.chain().channelsOf(daemon.nodeId()).size())
                .put("num_inactive_channels", 0);
        info.putArray("address");
        info.putArray("binding")
                .addObject()
                .put("type", "ipv4")
                .put("address", "127.0.0.1")
                .put("port", daemon.port());
        info.put("version", daemon.settings().version())
                .put("blockheight", daemon.chain().height())
                .put("network", daemon.settings().network())
                .put("fees_collected_msat", 0)
                .put("lightning-dir", daemon.networkDir().toString());
        info.set("our_features", features());
        call.succeed(info);
    }

    static ObjectNode features() {
        return Json.object()
                .put("init", Peers.FEATURES)
                .put("node", "808898880a8a59a1")
                .put("channel", "")
                .put("invoice", "02000002024100");
    }

    private void stop(Call call, Token given) throws RpcException {
        Params.of(given, "");
        call.actNow();
        call.succeed(Json.object().put("result", "Shutdown complete"));
        daemon.loop().execute(daemon::shutDown);
    }
}
