// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a command tells while it works.
 *
 * @param method {@code message}, with {@code level} and {@code message}; or {@code progress}, with {@code num}, {@code total} and
 *     perhaps {@code stage}
 */
public record RpcNotification(String method, JsonNode params) {}
