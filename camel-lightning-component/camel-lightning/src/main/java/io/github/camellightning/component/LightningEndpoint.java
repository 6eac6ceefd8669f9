// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.component.LightningOperation.Direction;
import io.github.camellightning.node.LightningNode;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import org.apache.camel.AsyncEndpoint;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Send custom messages to peers on the Lightning network and receive theirs; run commands of peers and of the own node.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "lightning",
        title = "Lightning",
        syntax = "lightning:operation/name",
        category = {Category.MESSAGING, Category.BLOCKCHAIN},
        headersClass = LightningConstants.class)
public class LightningEndpoint extends DefaultEndpoint implements AsyncEndpoint, MultipleConsumersSupport {

    @UriPath(
            enums = "sendcustommsg,custommsg,commando,jsonrpc,lsps0,rpc,notification,hook",
            description =
                    "What to do: sendcustommsg sends a message to a connected peer, custommsg receives what peers send;"
                            + " commando, jsonrpc and lsps0 call a method of a peer's or serve one to"
                            + " peers, rpc runs a method of the own node or is one;"
                            + " notification hears of what happens at the node or tells others there, hook answers what"
                            + " the node asks.")
    @Metadata(required = true)
    private LightningOperation operation;

    @UriPath(
            description =
                    "The method of commando, jsonrpc, lsps0 and rpc, the topic of notification, the hook of hook; sendcustommsg and"
                            + " custommsg take none.")
    private @Nullable String name;

    @UriParam(
            description = "The Lightning node. Where it is absent the component's is used, else the only bean of type"
                    + " LightningNode in the registry.")
    private @Nullable LightningNode node;

    @UriParam(
            defaultValue = "fail",
            enums = "fail,reconnect",
            description =
                    "What becomes of the start of the route or the context when the node cannot be started: it fails, or"
                            + " it succeeds and the node is tried again.")
    private StartupMode startupMode = StartupMode.FAIL;

    @UriParam(
            label = "advanced",
            description =
                    "A thread pool of your own: from(...) runs the route on it in place of concurrentConsumers, after to(...)"
                            + " the route goes on on it in place of the component's workers. One that runs a task on the"
                            + " thread of its caller, as Camel's SynchronousExecutorService does, is for routes that never"
                            + " wait: that thread is the node's, which does nothing else meanwhile.")
    private @Nullable ExecutorService executorService;

    @UriParam
    private SendConfiguration send = new SendConfiguration();

    @UriParam
    private ReceiveConfiguration receive = new ReceiveConfiguration();

    @UriParam
    private DeliveryConfiguration envelopes = new DeliveryConfiguration();

    @UriParam
    private CallConfiguration call = new CallConfiguration();

    private final OptionUse given;
    private volatile @Nullable String nodeName;

    LightningEndpoint(String uri, LightningComponent component, LightningOperation operation, OptionUse given) {
        super(uri, component);
        this.operation = operation;
        this.given = given;
    }

    /** One with the defaults, to compare with. */
    LightningEndpoint untouched() {
        return new LightningEndpoint(getEndpointUri(), getComponent(), operation, given);
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        requireValid();
    }

    private void requireValid() {
        operation.requireName(name);
        Options.requireAtLeast(1, "sendTimeout", send.getSendTimeout());
        Options.requireAtLeast(1, "maxInFlight", receive.getMaxInFlight());
        Options.requireAtLeast(1, "concurrentConsumers", receive.getConcurrentConsumers());
        switch (operation) {
            case SENDCUSTOMMSG -> {
                Destination destination = Destination.of(this);
                if (envelopes.isAcknowledged()) {
                    EnvelopeOptions.toSend(this, destination);
                }
            }
            case CUSTOMMSG -> {
                Intake.of(this);
                if (envelopes.isAcknowledged()) {
                    EnvelopeOptions.toReceive(this);
                }
            }
            case COMMANDO -> {
                Destination.of(this);
                new Callers(this, requireName());
            }
            case JSONRPC, LSPS0 -> {
                Destination.of(this);
                new Callers(this, requireName());
                PeerProtocols.settings(this);
            }
            case RPC, NOTIFICATION, HOOK -> new Callers(this, requireName());
        }
    }

    @Override
    public Producer createProducer() {
        requireUsable(Direction.TO);
        return switch (operation) {
            case SENDCUSTOMMSG ->
                envelopes.isAcknowledged()
                        ? new EnvelopeProducer(this, Destination.of(this))
                        : new SendCustomMsgProducer(this, Destination.of(this));
            case COMMANDO -> new CallProducer(this, new Callers(this, requireName())::commando);
            case JSONRPC, LSPS0 -> new CallProducer(this, new Callers(this, requireName())::ofPeers);
            case RPC -> new CallProducer(this, new Callers(this, requireName())::rpc);
            case NOTIFICATION -> new EmitProducer(this, requireName());
            case CUSTOMMSG, HOOK -> throw new IllegalStateException(operation + " has no producer");
        };
    }

    /** Again, for who has the endpoint may have set options since. */
    private void requireUsable(Direction direction) {
        operation.require(direction);
        given.require(this, direction);
        requireValid();
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        requireUsable(Direction.FROM);
        Consumer consumer = newConsumer(processor);
        configureConsumer(consumer);
        getComponent().leases().expectConsumer();
        return consumer;
    }

    private Consumer newConsumer(Processor processor) {
        return switch (operation) {
            case CUSTOMMSG ->
                envelopes.isAcknowledged()
                        ? new EnvelopeConsumer(
                                this,
                                processor,
                                EnvelopeOptions.toReceive(this),
                                Intake.of(this).filter().peers())
                        : new CustomMsgConsumer(this, processor, Intake.of(this));
            case JSONRPC, LSPS0 -> new AnsweringConsumer(this, processor, PeerProtocols.registrar(this, requireName()));
            case RPC -> AnsweringConsumer.ofMethod(this, processor, requireName());
            case HOOK -> AnsweringConsumer.ofHook(this, processor, requireName());
            case NOTIFICATION -> new NotificationConsumer(this, processor, requireName());
            case COMMANDO -> new CommandoConsumer(this, processor, requireName());
            case SENDCUSTOMMSG -> throw new IllegalStateException(operation + " has no consumer");
        };
    }

    private String requireName() {
        return Objects.requireNonNull(name, "name");
    }

    /** What it does, without its options: they may hold a secret. */
    String operationAndName() {
        return "lightning:" + operation + (name == null ? "" : "/" + name);
    }

    /** What its node goes by among those that routes use; null before anything of it was started. */
    @Nullable
    String nodeName() {
        return nodeName;
    }

    /** What is to be seen of its node. */
    NodeWatch watch(LightningNode of) {
        NodeWatch watch = getComponent().leases().watch(of);
        nodeName = watch.name();
        return watch;
    }

    /** The node that the endpoint, the component or the registry names. */
    LightningNode requireNode() {
        return NodeLookup.find(node, getComponent(), getCamelContext().getRegistry());
    }

    Sender createSender(LightningNode sending) {
        return new Sender(sending, send.getSendTimeout(), getComponent().timer());
    }

    @Override
    public LightningComponent getComponent() {
        return (LightningComponent) super.getComponent();
    }

    @Override
    public boolean isMultipleConsumersSupported() {
        return true;
    }

    public LightningOperation getOperation() {
        return operation;
    }

    public void setOperation(LightningOperation operation) {
        this.operation = operation;
    }

    public @Nullable String getName() {
        return name;
    }

    public void setName(@Nullable String name) {
        this.name = name;
    }

    public @Nullable LightningNode getNode() {
        return node;
    }

    public void setNode(@Nullable LightningNode node) {
        this.node = node;
    }

    public @Nullable ExecutorService getExecutorService() {
        return executorService;
    }

    public void setExecutorService(@Nullable ExecutorService executorService) {
        this.executorService = executorService;
    }

    public StartupMode getStartupMode() {
        return startupMode;
    }

    public void setStartupMode(StartupMode startupMode) {
        this.startupMode = startupMode;
    }

    public SendConfiguration getSend() {
        return send;
    }

    public void setSend(SendConfiguration send) {
        this.send = send;
    }

    public ReceiveConfiguration getReceive() {
        return receive;
    }

    public void setReceive(ReceiveConfiguration receive) {
        this.receive = receive;
    }

    public DeliveryConfiguration getEnvelopes() {
        return envelopes;
    }

    public void setEnvelopes(DeliveryConfiguration envelopes) {
        this.envelopes = envelopes;
    }

    public CallConfiguration getCall() {
        return call;
    }

    public void setCall(CallConfiguration call) {
        this.call = call;
    }
}
