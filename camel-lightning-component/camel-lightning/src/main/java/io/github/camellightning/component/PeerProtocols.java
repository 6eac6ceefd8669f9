// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.peerrpc.ParamNames;
import io.github.camellightning.node.peerrpc.PeerMethod;
import io.github.camellightning.node.peerrpc.PeerMethodListener;
import io.github.camellightning.node.peerrpc.PeerRpc;
import io.github.camellightning.node.peerrpc.PeerRpcSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** The protocols that the routes of one context speak with peers: for each type of a node one, which those that call and those that serve share. */
final class PeerProtocols {

    /** By identity of the node, which beans need not define otherwise. */
    private record Key(LightningNode node, int type) {}

    private static final class Shared {
        private final PeerRpc protocol;
        private final Runnable unmanage;
        private int users;

        Shared(PeerRpc protocol, Runnable unmanage) {
            this.protocol = protocol;
            this.unmanage = unmanage;
        }
    }

    private final LightningComponent component;
    private final Map<Key, Shared> protocols = new HashMap<>();

    PeerProtocols(LightningComponent component) {
        this.component = component;
    }

    /** @throws IllegalArgumentException naming the option and the rule */
    static PeerRpcSettings settings(LightningEndpoint endpoint) {
        if (endpoint.getOperation() == LightningOperation.LSPS0) {
            return PeerRpcSettings.lsps0();
        }
        Integer type = Destination.of(endpoint).type();
        if (type == null) {
            throw new IllegalArgumentException("Option messageType is missing: lightning:" + endpoint.getOperation()
                    + " wants the type of its messages, like messageType=0x8001");
        }
        return PeerRpcSettings.jsonRpc(type);
    }

    /** @throws IllegalArgumentException naming the option and the rule */
    static AnsweringConsumer.Registrar registrar(LightningEndpoint endpoint, String name) {
        PeerRpcSettings settings = settings(endpoint);
        ParamNames params = Options.parseOptional("usage", endpoint.getCall().getUsage(), ParamNames::parse);
        var method = Options.parse(
                "name",
                name,
                text -> new PeerMethod(
                        text, params, Intake.of(endpoint).filter().peers()));
        LightningComponent component = endpoint.getComponent();
        return (node, answerer) ->
                component.protocols().serve(node, settings, method, answerer::answer, component.goOn());
    }

    /** @throws IllegalArgumentException where another protocol has the type */
    synchronized PeerRpc take(LightningNode node, PeerRpcSettings settings) {
        var key = new Key(node, settings.type());
        Shared shared = protocols.get(key);
        if (shared == null) {
            var protocol = new PeerRpc(node, settings);
            shared = new Shared(protocol, manage(node, protocol));
            protocols.put(key, shared);
        } else if (shared.protocol.settings().rules() != settings.rules()) {
            throw new IllegalArgumentException("Message type " + settings.type()
                    + " cannot carry jsonrpc and lsps0 on one node: give jsonrpc another messageType");
        }
        shared.users++;
        return shared.protocol;
    }

    synchronized void giveBack(LightningNode node, PeerRpcSettings settings) {
        var key = new Key(node, settings.type());
        Shared shared = protocols.get(key);
        if (shared != null && --shared.users == 0) {
            protocols.remove(key);
            shared.unmanage.run();
            shared.protocol.close();
        }
    }

    private Runnable manage(LightningNode node, PeerRpc protocol) {
        String nodeName = component.leases().watch(node).name();
        return Management.show(
                component.getCamelContext(),
                "lightning-peerrpc-" + nodeName + "-" + protocol.settings().type(),
                new ManagedPeerRpc(nodeName, protocol));
    }

    private LastingRegistration serve(
            LightningNode node,
            PeerRpcSettings settings,
            PeerMethod method,
            PeerMethodListener listener,
            Executor goOn) {
        PeerRpc protocol = take(node, settings);
        try {
            return new Serving(node, protocol, protocol.serve(method, listener), goOn);
        } catch (RuntimeException refused) {
            giveBack(node, settings);
            throw refused;
        }
    }

    /** Keeps the protocol until what was in flight when the method closed is answered, or it is ended. */
    private final class Serving implements LastingRegistration {

        private final LightningNode node;
        private final PeerRpc protocol;
        private final Registration method;
        private final Executor goOn;
        private final AtomicBoolean closed = new AtomicBoolean();
        private final AtomicBoolean ended = new AtomicBoolean();

        Serving(LightningNode node, PeerRpc protocol, Registration method, Executor goOn) {
            this.node = node;
            this.protocol = protocol;
            this.method = method;
            this.goOn = goOn;
        }

        @Override
        public void close() {
            if (!closed.compareAndSet(false, true)) {
                return;
            }
            method.close();
            var idle = protocol.idle().toCompletableFuture();
            if (idle.isDone()) {
                end();
            } else {
                // not on the thread that wrote the last reply: the end of a protocol may have to wait for its turn
                idle.thenRunAsync(this::end, goOn);
            }
        }

        @Override
        public void end() {
            close();
            if (ended.compareAndSet(false, true)) {
                giveBack(node, protocol.settings());
            }
        }

        @Override
        public CompletionStage<Void> inForce() {
            return protocol.registration().inForce();
        }
    }
}
