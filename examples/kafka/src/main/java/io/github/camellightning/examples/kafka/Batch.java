// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.kafka;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.kafka.common.TopicPartition;

/** What {@code batching=true} makes one exchange of: its body is a list of exchanges, one for each record. */
final class Batch {

    private Batch() {}

    /** Makes the body a list of messages, which a splitter gives out with their headers. */
    static void open(Exchange batch) {
        List<?> records = batch.getMessage().getBody(List.class);
        batch.getMessage()
                .setBody(records.stream()
                        .map(each -> ((Exchange) each).getMessage().copy())
                        .toList());
    }

    /** Commits the last record of each partition, and with it all before. */
    static void commit(Exchange batch) {
        Map<TopicPartition, KafkaManualCommit> last = new LinkedHashMap<>();
        for (Object each : batch.getMessage().getBody(List.class)) {
            var message = (Message) each;
            var partition = new TopicPartition(
                    message.getHeader(KafkaConstants.TOPIC, String.class),
                    message.getHeader(KafkaConstants.PARTITION, Integer.class));
            last.put(partition, message.getHeader(KafkaConstants.MANUAL_COMMIT, KafkaManualCommit.class));
        }
        last.values().forEach(KafkaManualCommit::commit);
    }
}
