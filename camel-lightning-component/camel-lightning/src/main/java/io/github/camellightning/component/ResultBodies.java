// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import java.io.IOException;
import org.apache.camel.Message;

/** Bodies as results for peers, of any size. */
final class ResultBodies {

    private ResultBodies() {}

    /**
     * Nothing stands for an empty object. A stream or a file is taken as it is, without its JSON ever being in memory at once: that it is JSON finds out who
     * sends it.
     *
     * @throws InvalidMessageException where the body is no JSON
     */
    static JsonResult of(Message message) throws IOException {
        Object body = message.getBody();
        if (body != null && SpooledBody.isStreamOrFile(body)) {
            JsonResult result = SpooledBody.of(body).result();
            if (result.size() > 0) {
                return result;
            }
            result.close();
            return JsonResult.of(Json.emptyObject());
        }
        JsonNode json = JsonBody.of(message);
        return JsonResult.of(json == null ? Json.emptyObject() : json);
    }
}
