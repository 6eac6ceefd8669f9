// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.jms;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.MessageProducer;
import java.nio.file.Path;
import java.util.List;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.core.JmsTemplate;

/** A JMS broker within this JVM, which keeps its messages in a folder. */
final class Broker implements AutoCloseable {

    private static final int SESSIONS = 32;
    private static final int JOURNAL_BYTES = 1 << 20;

    private final EmbeddedActiveMQ server = new EmbeddedActiveMQ();
    private final ActiveMQConnectionFactory unpooled;
    private final CachingConnectionFactory connections;

    /**
     * @param number tells it from other brokers in this JVM
     * @param redeliveryMillis after which a message whose transaction was rolled back is given out again
     */
    Broker(int number, Path folder, long redeliveryMillis) throws Exception {
        String url = "vm://" + number;
        var configuration = new ConfigurationImpl()
                .setName("broker" + number)
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setJournalType(JournalType.NIO)
                .setJournalFileSize(JOURNAL_BYTES)
                .setJournalDirectory(folder.resolve("journal").toString())
                .setBindingsDirectory(folder.resolve("bindings").toString())
                .setLargeMessagesDirectory(folder.resolve("large").toString())
                .setPagingDirectory(folder.resolve("paging").toString())
                .addAcceptorConfiguration("in-vm", url);
        // how often is enough the route decides, which knows why
        configuration.addAddressSetting(
                "#", new AddressSettings().setRedeliveryDelay(redeliveryMillis).setMaxDeliveryAttempts(-1));
        server.setConfiguration(configuration);
        server.start();
        unpooled = new ActiveMQConnectionFactory(url);
        connections = new CachingConnectionFactory(unpooled);
        connections.setSessionCacheSize(SESSIONS);
        connections.setCacheConsumers(false);
    }

    ConnectionFactory connections() {
        return connections;
    }

    /** Puts texts into a queue, in one transaction. */
    void send(String queue, List<String> texts) {
        var template = new JmsTemplate(connections);
        template.setSessionTransacted(true);
        template.execute(session -> {
            MessageProducer producer = session.createProducer(session.createQueue(queue));
            for (String text : texts) {
                producer.send(session.createTextMessage(text));
            }
            session.commit();
            return texts.size();
        });
    }

    /** How many messages are in a queue, with those that a consumer has in an open transaction. */
    long depth(String queue) {
        Queue found = server.getActiveMQServer().locateQueue(SimpleString.of(queue));
        return found == null ? 0 : found.getMessageCount();
    }

    @Override
    public void close() throws Exception {
        connections.destroy();
        unpooled.close();
        server.stop();
    }
}
