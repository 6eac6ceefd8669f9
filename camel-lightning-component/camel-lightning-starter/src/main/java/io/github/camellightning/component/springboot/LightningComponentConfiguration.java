// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component.springboot;

import io.github.camellightning.component.PeerHealth;
import org.apache.camel.spring.boot.ComponentConfigurationPropertiesCommon;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The options of the component {@code lightning}. What is not set here stays as the component has it. */
@ConfigurationProperties("camel.component.lightning")
public class LightningComponentConfiguration extends ComponentConfigurationPropertiesCommon {

    /**
     * The bean that is the Lightning node of all endpoints that name none, like #alice. Where this is absent too, the only bean of type LightningNode
     * is used.
     */
    private @Nullable String node;

    /** The folder of a Core Lightning node on this machine, which endpoints without a node of their own then use. */
    private @Nullable String lightningDir;

    /** With lightning-dir, the network of the node: bitcoin, testnet, testnet4, signet or regtest. */
    private @Nullable String network;

    /** The Unix socket of a Core Lightning node, in place of the one in lightning-dir. */
    private @Nullable String rpcFile;

    /** The rune that allows the commando calls of all endpoints that have none. */
    private @Nullable String rune;

    /**
     * How many threads routes go on with once a message is sent or a call is answered. There are more while all of them stand still and work waits.
     */
    private @Nullable Integer workerPoolSize;

    /** Whether what goes wrong in a consumer before there is an exchange is handed to the route's error handler. */
    private @Nullable Boolean bridgeErrorHandler;

    /** Whether a producer is started with its first message, in place of with its route. */
    private @Nullable Boolean lazyStartProducer;

    /** Whether options marked as autowired are set to the only bean of their type. */
    private @Nullable Boolean autowiredEnabled;

    /** Whether consumers of this component have health checks. */
    private @Nullable Boolean healthCheckConsumerEnabled;

    /** Whether producers of this component have health checks, where camel.health.producers-enabled turns those on. */
    private @Nullable Boolean healthCheckProducerEnabled;

    /** How many of the peers that a node is to keep, or that producers name, must be connected for its health check to be up. */
    private @Nullable PeerHealth healthCheckPeers;

    public @Nullable String getNode() {
        return node;
    }

    public void setNode(@Nullable String node) {
        this.node = node;
    }

    public @Nullable String getLightningDir() {
        return lightningDir;
    }

    public void setLightningDir(@Nullable String lightningDir) {
        this.lightningDir = lightningDir;
    }

    public @Nullable String getNetwork() {
        return network;
    }

    public void setNetwork(@Nullable String network) {
        this.network = network;
    }

    public @Nullable String getRpcFile() {
        return rpcFile;
    }

    public void setRpcFile(@Nullable String rpcFile) {
        this.rpcFile = rpcFile;
    }

    public @Nullable String getRune() {
        return rune;
    }

    public void setRune(@Nullable String rune) {
        this.rune = rune;
    }

    public @Nullable Integer getWorkerPoolSize() {
        return workerPoolSize;
    }

    public void setWorkerPoolSize(@Nullable Integer workerPoolSize) {
        this.workerPoolSize = workerPoolSize;
    }

    public @Nullable Boolean getBridgeErrorHandler() {
        return bridgeErrorHandler;
    }

    public void setBridgeErrorHandler(@Nullable Boolean bridgeErrorHandler) {
        this.bridgeErrorHandler = bridgeErrorHandler;
    }

    public @Nullable Boolean getLazyStartProducer() {
        return lazyStartProducer;
    }

    public void setLazyStartProducer(@Nullable Boolean lazyStartProducer) {
        this.lazyStartProducer = lazyStartProducer;
    }

    public @Nullable Boolean getAutowiredEnabled() {
        return autowiredEnabled;
    }

    public void setAutowiredEnabled(@Nullable Boolean autowiredEnabled) {
        this.autowiredEnabled = autowiredEnabled;
    }

    public @Nullable Boolean getHealthCheckConsumerEnabled() {
        return healthCheckConsumerEnabled;
    }

    public void setHealthCheckConsumerEnabled(@Nullable Boolean healthCheckConsumerEnabled) {
        this.healthCheckConsumerEnabled = healthCheckConsumerEnabled;
    }

    public @Nullable Boolean getHealthCheckProducerEnabled() {
        return healthCheckProducerEnabled;
    }

    public void setHealthCheckProducerEnabled(@Nullable Boolean healthCheckProducerEnabled) {
        this.healthCheckProducerEnabled = healthCheckProducerEnabled;
    }

    public @Nullable PeerHealth getHealthCheckPeers() {
        return healthCheckPeers;
    }

    public void setHealthCheckPeers(@Nullable PeerHealth healthCheckPeers) {
        this.healthCheckPeers = healthCheckPeers;
    }
}
