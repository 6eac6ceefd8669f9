// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultMessage;

/** A message whose body is too much for the memory there is, to read and to set. */
final class UnreadableMessage extends DefaultMessage {

    UnreadableMessage(Exchange exchange) {
        super(exchange);
    }

    @Override
    public Object getBody() {
        throw new OutOfMemoryError("no room for the body");
    }

    @Override
    public void setBody(Object body) {
        throw new OutOfMemoryError("no room for the body");
    }
}
