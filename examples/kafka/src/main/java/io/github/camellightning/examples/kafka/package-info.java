// SPDX-License-Identifier: Apache-2.0
/** Records of a Kafka topic travel to Lightning peers, and what peers send to a Kafka topic; an offset is committed when the other side has the record. */
@NullMarked
package io.github.camellightning.examples.kafka;

import org.jspecify.annotations.NullMarked;
