// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.quickstart;

import jakarta.jms.ConnectionFactory;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.invm.InVMConnector;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** A JMS broker within this JVM. It keeps messages in memory: for an example that is enough. */
final class Broker implements AutoCloseable {

    private static final String URL = "vm://0";

    private final EmbeddedActiveMQ server = new EmbeddedActiveMQ();
    private final ActiveMQConnectionFactory connections = new ActiveMQConnectionFactory(URL);

    Broker() throws Exception {
        server.setConfiguration(new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .addAcceptorConfiguration("in-vm", URL));
        server.start();
    }

    ConnectionFactory connections() {
        return connections;
    }

    @Override
    public void close() throws Exception {
        connections.close();
        server.stop();
        // its threads would keep the JVM up for a minute
        InVMConnector.resetThreadPool();
    }
}
