// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.jspecify.annotations.Nullable;

/** The options of what is called by name: commando, jsonrpc, lsps0, rpc, notification and hook. */
@UriParams
public class CallConfiguration {

    @UriParam(
            label = "common",
            defaultValue = "String",
            enums = "String,InputStream,Map,JsonNode",
            description =
                    "What JSON becomes as the body: the result of a method that is called, the params of one that is"
                            + " served, what a notification or a hook brings. A Map of what is no object has it as its member"
                            + " result. Results of more than 64 MiB are only to be had as an InputStream.")
    private OutputType outputType = OutputType.STRING;

    @UriParam(
            label = "producer",
            defaultValue = "536870912",
            description = "How many bytes a result may have. What exceeds 1 MiB with rpc, 64 KiB with commando, is kept"
                    + " in a temporary file until the exchange is done.")
    private long maxResponseSize = 512L << 20;

    @UriParam(
            label = "producer",
            defaultValue = "60s",
            javaType = "java.time.Duration",
            description = "How long to wait for a result; with commando from the last part of it on. What became of the"
                    + " call then is unknown.")
    private long requestTimeout = 60_000;

    @UriParam(
            label = "producer",
            description =
                    "Which members of the result are wanted, a JSON object of the result's shape with true as its leaves.")
    private @Nullable String filter;

    @UriParam(
            label = "producer,security",
            secret = true,
            description =
                    "The rune that allows the call at the peer. Wins over the component's. Better set there, or as a"
                            + " {{placeholder}}: Camel shows URIs in some places.")
    private @Nullable String rune;

    @UriParam(
            label = "consumer",
            description =
                    "The params that a served method takes, divided by spaces, optional ones in square brackets. With rpc"
                            + " and commando help shows them; with jsonrpc and lsps0 others are refused before they reach the route,"
                            + " and any are taken where this is absent.")
    private @Nullable String usage;

    @UriParam(label = "consumer", description = "With rpc and commando, what the method does, for the node's help.")
    private @Nullable String description;

    @UriParam(
            label = "consumer",
            defaultValue = "30s",
            javaType = "java.time.Duration",
            description =
                    "With hook, how long the route may take. Then the node goes on as it would without the route.")
    private long hookTimeout = 30_000;

    @UriParam(
            label = "consumer,advanced",
            description =
                    "With hook, whether to answer a hook whose answers this component cannot check. A wrong answer ends"
                            + " the node.")
    private boolean allowUnknownHook;

    public OutputType getOutputType() {
        return outputType;
    }

    public void setOutputType(OutputType outputType) {
        this.outputType = outputType;
    }

    public long getMaxResponseSize() {
        return maxResponseSize;
    }

    public void setMaxResponseSize(long maxResponseSize) {
        this.maxResponseSize = maxResponseSize;
    }

    public long getRequestTimeout() {
        return requestTimeout;
    }

    public void setRequestTimeout(long requestTimeout) {
        this.requestTimeout = requestTimeout;
    }

    public @Nullable String getFilter() {
        return filter;
    }

    public void setFilter(@Nullable String filter) {
        this.filter = filter;
    }

    public @Nullable String getRune() {
        return rune;
    }

    public void setRune(@Nullable String rune) {
        this.rune = rune;
    }

    public @Nullable String getUsage() {
        return usage;
    }

    public void setUsage(@Nullable String usage) {
        this.usage = usage;
    }

    public @Nullable String getDescription() {
        return description;
    }

    public void setDescription(@Nullable String description) {
        this.description = description;
    }

    public long getHookTimeout() {
        return hookTimeout;
    }

    public void setHookTimeout(long hookTimeout) {
        this.hookTimeout = hookTimeout;
    }

    public boolean isAllowUnknownHook() {
        return allowUnknownHook;
    }

    public void setAllowUnknownHook(boolean allowUnknownHook) {
        this.allowUnknownHook = allowUnknownHook;
    }
}
