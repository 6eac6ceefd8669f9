// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.telemetry.Span;
import org.apache.camel.telemetry.decorators.AbstractSpanDecorator;
import org.jspecify.annotations.Nullable;

/**
 * What spans of camel-telemetry, and so of OpenTelemetry, say of this component: {@code lightning sendcustommsg} and so on. Found by {@link
 * java.util.ServiceLoader}. Attributes have few values each, and none holds a URI, a peer or a rune.
 */
public final class LightningSpanDecorator extends AbstractSpanDecorator {

    private static final String SCHEME = "lightning";

    @Override
    public String getComponent() {
        return SCHEME;
    }

    @Override
    public String getComponentClassName() {
        return LightningComponent.class.getName();
    }

    @Override
    public String getOperationName(Exchange exchange, Endpoint endpoint) {
        return endpoint instanceof LightningEndpoint ours ? SCHEME + " " + ours.getOperation() : SCHEME;
    }

    /** Not what is said of other components: their whole URI is an attribute. */
    @Override
    public void beforeTracingEvent(Span span, Exchange exchange, Endpoint endpoint) {
        span.setComponent("camel-" + SCHEME);
        span.setTag("url.scheme", SCHEME);
        if (endpoint instanceof LightningEndpoint ours) {
            span.setTag("lightning.operation", ours.getOperation().toString());
            setWhereGiven(span, "lightning.name", ours.getName());
            setWhereGiven(span, "lightning.node", ours.nodeName());
        }
    }

    @Override
    public void afterTracingEvent(Span span, Exchange exchange) {
        super.afterTracingEvent(span, exchange);
        span.setTag("lightning.outcome", Outcome.of(exchange.getException()).label());
    }

    private static void setWhereGiven(Span span, String tag, @Nullable String value) {
        if (value != null) {
            span.setTag(tag, value);
        }
    }
}
