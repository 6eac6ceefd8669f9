// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.PeerEvent;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.EventNotifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells Camel's event notifiers of peers that come and go, in order, and not on the node's thread. */
final class PeerEventTeller implements Consumer<PeerEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(PeerEventTeller.class);

    private final CamelContext context;
    private final String nodeName;
    private final Executor inOrder;

    PeerEventTeller(CamelContext context, String nodeName, Executor threads) {
        this.context = context;
        this.nodeName = nodeName;
        this.inOrder = new SerialExecutor(threads);
    }

    @Override
    public void accept(PeerEvent event) {
        var told = LightningPeerEvent.of(context, nodeName, event);
        try {
            inOrder.execute(() -> tell(told));
        } catch (RejectedExecutionException stopped) {
            LOG.debug("Nobody is told any more: {}", told);
        }
    }

    private void tell(CamelEvent event) {
        for (EventNotifier notifier : context.getManagementStrategy().getStartedEventNotifiers()) {
            if (!notifier.isDisabled() && notifier.isEnabled(event)) {
                tell(notifier, event);
            }
        }
    }

    private static void tell(EventNotifier notifier, CamelEvent event) {
        try {
            notifier.notify(event);
        } catch (Exception failure) {
            // the others are to be told all the same
            LOG.warn(
                    "The event notifier {} failed, so it has missed this: {}. Mend the notifier",
                    notifier,
                    event,
                    failure);
        }
    }
}
