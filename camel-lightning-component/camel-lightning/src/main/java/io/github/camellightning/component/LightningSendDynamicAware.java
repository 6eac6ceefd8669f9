// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.annotations.SendDynamic;
import org.apache.camel.support.component.SendDynamicAwareSupport;
import org.apache.camel.util.StringHelper;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one endpoint for a {@code toD} whose peer, type, envelope id or rune is another for each message: those go in headers. The method stays in the URI,
 * so that no header can choose it.
 */
@SendDynamic("lightning")
public final class LightningSendDynamicAware extends SendDynamicAwareSupport {

    /** A URI without the options that go in headers, and those headers. */
    private static final class Entry extends DynamicAwareEntry {

        private final String staticUri;
        private final Map<String, Object> headers;

        Entry(String uri, @Nullable String originalUri, String staticUri, Map<String, Object> headers) {
            super(uri, originalUri, null, null);
            this.staticUri = staticUri;
            this.headers = headers;
        }
    }

    /** Nothing: what options there are is not asked here, and Camel finds them only under the component's own name. */
    @Override
    protected void doInit() {}

    @Override
    public boolean isLenientProperties() {
        return false;
    }

    /**
     * @return null where nothing can be moved
     * @throws IllegalArgumentException naming the option, its value and the rule
     */
    @Override
    public @Nullable DynamicAwareEntry prepare(Exchange exchange, String uri, @Nullable String originalUri)
            throws Exception {
        LightningOperation operation = operation(uri);
        Map<String, Object> options = URISupport.parseQuery(URISupport.extractQuery(uri), true);
        List<DynamicOption> movable = Arrays.stream(DynamicOption.values())
                .filter(option -> option.isMovable(operation, options))
                .toList();
        if (movable.isEmpty()) {
            return null;
        }
        NodeIds nodeIds = getCamelContext()
                .getComponent(getScheme(), LightningComponent.class)
                .nodeIds();
        var headers = new LinkedHashMap<String, Object>();
        for (DynamicOption option : movable) {
            Object given = options.remove(option.option());
            if (!option.isOverridden(exchange.getMessage())) {
                headers.put(option.header(), option.headerValue(given, nodeIds));
            }
        }
        return new Entry(uri, originalUri, withOptions(URISupport.stripQuery(uri), options), headers);
    }

    /** Null where it is none, which the endpoint says better. */
    private static @Nullable LightningOperation operation(String uri) {
        String path = URISupport.stripPrefix(StringHelper.after(URISupport.stripQuery(uri), ":", ""), "//");
        return LightningOperation.find(StringHelper.before(path, "/", path));
    }

    private static String withOptions(String uri, Map<String, Object> options) {
        return options.isEmpty() ? uri : uri + "?" + URISupport.createQueryString(options, false);
    }

    @Override
    public String resolveStaticUri(Exchange exchange, DynamicAwareEntry entry) {
        return ((Entry) entry).staticUri;
    }

    @Override
    public Processor createPreProcessor(Exchange exchange, DynamicAwareEntry entry) {
        Map<String, Object> headers = ((Entry) entry).headers;
        return sending -> headers.forEach(sending.getMessage()::setHeader);
    }

    /** Where something stood in for the producer, which removes them, the next one must not take them for the route's. */
    @Override
    public Processor createPostProcessor(Exchange exchange, DynamicAwareEntry entry) {
        Map<String, Object> headers = ((Entry) entry).headers;
        return sent -> headers.keySet().forEach(sent.getMessage()::removeHeader);
    }
}
