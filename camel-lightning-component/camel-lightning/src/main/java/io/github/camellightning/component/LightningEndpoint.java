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
import org.apache.camel.support.SynchronousDelegateProducer;
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
            enums = "sendcustommsg,custommsg,commando,rpc,notification,hook",
            description =
                    "What to do: sendcustommsg sends a message to a connected peer, custommsg receives what peers send;"
                            + " commando runs a method of a peer's, rpc runs a method of the own node or is one;"
                            + " notification hears of what happens at the node or tells others there, hook answers what"
                            + " the node asks.")
    @Metadata(required = true)
    private LightningOperation operation;

    @UriPath(
            description =
                    "The method of commando and rpc, the topic of notification, the hook of hook; sendcustommsg and"
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
            label = "producer",
            description = "The peer to send to, 66 hex digits; with autoConnect also <node id>@<host>:<port>. Wins over"
                    + " the header CamelLightningPeerId.")
    private @Nullable String peerId;

    @UriParam(
            label = "producer",
            description = "Whether to connect to a peer that is not connected, once for each message: at the address in"
                    + " peerId, else at one that the node knows.")
    private boolean autoConnect;

    @UriParam(
            label = "producer",
            description = "The type of the messages to send, like 37913 or 0x9419. Wins over the header"
                    + " CamelLightningMessageType. Types below 1024 and those of commando are refused.")
    private @Nullable String messageType;

    @UriParam(
            label = "common",
            defaultValue = "30s",
            javaType = "java.time.Duration",
            description =
                    "How long to wait until a message is sent. What became of a message then is unknown: it may have"
                            + " been sent in part.")
    private long sendTimeout = 30_000;

    @UriParam(
            label = "producer,advanced",
            description =
                    "Whether the thread of the caller waits until a message is sent: faster for a route that sends"
                            + " one after the other, as no other thread goes on with it. Never to be set where callers must not"
                            + " wait, such as the event loops of servers.")
    private boolean synchronous;

    @UriParam(
            label = "consumer",
            description =
                    "Which types of messages to receive, like 0x8001,40000-40100. All where absent, save those which"
                            + " BOLTs reserve and those of commando.")
    private @Nullable String messageTypes;

    @UriParam(
            label = "consumer",
            description = "From which peers to receive, node ids separated by commas. All where absent.")
    private @Nullable String peers;

    @UriParam(
            label = "consumer",
            description =
                    "Whether to receive even types too. A peer that sends an even type which nobody accepts is warned and"
                            + " disconnected.")
    private boolean acceptEven;

    @UriParam(
            label = "consumer",
            description =
                    "The type of the answer, like 37913 or 0x9419. Makes exchanges InOut: the result of the route is sent"
                            + " to the sender with that type before the message counts as done; none is sent for a null result.")
    private @Nullable String replyType;

    @UriParam(
            label = "consumer",
            defaultValue = "completion",
            enums = "completion,receipt",
            description =
                    "When the node may go on to the next message of a peer: when the exchange is completed, or at once.")
    private ReleaseOn releaseOn = ReleaseOn.COMPLETION;

    @UriParam(
            label = "consumer",
            defaultValue = "5s",
            javaType = "java.time.Duration",
            description =
                    "With releaseOn=completion, how long a message may keep its peer from sending the next. That one is"
                            + " read then, yet starts only when the one before is done.")
    private long maxHold = 5_000;

    @UriParam(
            label = "consumer",
            defaultValue = "256",
            description = "How many messages of one peer may be in the route or wait for it.")
    private int maxInFlightPerPeer = 256;

    @UriParam(
            label = "consumer",
            defaultValue = "2048",
            description =
                    "How many messages may be in the route or wait for it. With full messages of 65533 bytes the default"
                            + " takes 134 MB.")
    private int maxInFlight = 2_048;

    @UriParam(
            label = "consumer",
            defaultValue = "hold",
            enums = "hold,drop",
            description =
                    "What to do with a message that exceeds maxInFlightPerPeer or maxInFlight: keep its peer from sending"
                            + " more until half of that is free, or drop it.")
    private WhenFull whenFull = WhenFull.HOLD;

    @UriParam(
            label = "consumer",
            defaultValue = "10",
            description =
                    "How many threads run the route. Each message of a peer waits for the one before, different peers go"
                            + " in parallel.")
    private int concurrentConsumers = 10;

    @UriParam(
            label = "consumer,advanced",
            description =
                    "A thread pool of your own to run the route, in place of concurrentConsumers. It must never run"
                            + " a task on the thread of its caller.")
    private @Nullable ExecutorService executorService;

    @UriParam
    private CallConfiguration call = new CallConfiguration();

    LightningEndpoint(String uri, LightningComponent component, LightningOperation operation) {
        super(uri, component);
        this.operation = operation;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        operation.requireName(name);
        Options.requireAtLeast(1, "sendTimeout", sendTimeout);
        Options.requireAtLeast(1, "maxInFlight", maxInFlight);
        Options.requireAtLeast(1, "concurrentConsumers", concurrentConsumers);
        switch (operation) {
            case SENDCUSTOMMSG -> Destination.of(this);
            case CUSTOMMSG -> Intake.of(this);
            case COMMANDO -> {
                Destination.of(this);
                new Callers(this, requireName());
            }
            case RPC, NOTIFICATION, HOOK -> new Callers(this, requireName());
        }
    }

    @Override
    public Producer createProducer() {
        operation.require(Direction.TO);
        return switch (operation) {
            case SENDCUSTOMMSG -> waiting(new SendCustomMsgProducer(this, Destination.of(this)));
            case COMMANDO -> new CallProducer(this, new Callers(this, requireName())::commando);
            case RPC -> new CallProducer(this, new Callers(this, requireName())::rpc);
            case NOTIFICATION -> new EmitProducer(this, requireName());
            case CUSTOMMSG, HOOK -> throw new IllegalStateException(operation + " has no producer");
        };
    }

    private Producer waiting(SendCustomMsgProducer producer) {
        return synchronous ? new SynchronousDelegateProducer(producer) : producer;
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        operation.require(Direction.FROM);
        Consumer consumer = newConsumer(processor);
        configureConsumer(consumer);
        getComponent().leases().expectConsumer();
        return consumer;
    }

    private Consumer newConsumer(Processor processor) {
        return switch (operation) {
            case CUSTOMMSG -> new CustomMsgConsumer(this, processor, Intake.of(this));
            case RPC -> AnsweringConsumer.ofMethod(this, processor, requireName());
            case HOOK -> AnsweringConsumer.ofHook(this, processor, requireName());
            case NOTIFICATION -> new NotificationConsumer(this, processor, requireName());
            case SENDCUSTOMMSG, COMMANDO -> throw new IllegalStateException(operation + " has no consumer");
        };
    }

    private String requireName() {
        return Objects.requireNonNull(name, "name");
    }

    /** The node that the endpoint, the component or the registry names. */
    LightningNode requireNode() {
        return NodeLookup.find(node, getComponent(), getCamelContext().getRegistry());
    }

    Sender createSender(LightningNode sending) {
        return new Sender(sending, sendTimeout, getComponent().timer());
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

    public StartupMode getStartupMode() {
        return startupMode;
    }

    public void setStartupMode(StartupMode startupMode) {
        this.startupMode = startupMode;
    }

    public @Nullable String getPeerId() {
        return peerId;
    }

    public void setPeerId(@Nullable String peerId) {
        this.peerId = peerId;
    }

    public boolean isAutoConnect() {
        return autoConnect;
    }

    public void setAutoConnect(boolean autoConnect) {
        this.autoConnect = autoConnect;
    }

    public CallConfiguration getCall() {
        return call;
    }

    public void setCall(CallConfiguration call) {
        this.call = call;
    }

    public @Nullable String getMessageType() {
        return messageType;
    }

    public void setMessageType(@Nullable String messageType) {
        this.messageType = messageType;
    }

    public boolean isSynchronous() {
        return synchronous;
    }

    public void setSynchronous(boolean synchronous) {
        this.synchronous = synchronous;
    }

    public long getSendTimeout() {
        return sendTimeout;
    }

    public void setSendTimeout(long sendTimeout) {
        this.sendTimeout = sendTimeout;
    }

    public @Nullable String getMessageTypes() {
        return messageTypes;
    }

    public void setMessageTypes(@Nullable String messageTypes) {
        this.messageTypes = messageTypes;
    }

    public @Nullable String getPeers() {
        return peers;
    }

    public void setPeers(@Nullable String peers) {
        this.peers = peers;
    }

    public boolean isAcceptEven() {
        return acceptEven;
    }

    public void setAcceptEven(boolean acceptEven) {
        this.acceptEven = acceptEven;
    }

    public @Nullable String getReplyType() {
        return replyType;
    }

    public void setReplyType(@Nullable String replyType) {
        this.replyType = replyType;
    }

    public ReleaseOn getReleaseOn() {
        return releaseOn;
    }

    public void setReleaseOn(ReleaseOn releaseOn) {
        this.releaseOn = releaseOn;
    }

    public long getMaxHold() {
        return maxHold;
    }

    public void setMaxHold(long maxHold) {
        this.maxHold = maxHold;
    }

    public int getMaxInFlightPerPeer() {
        return maxInFlightPerPeer;
    }

    public void setMaxInFlightPerPeer(int maxInFlightPerPeer) {
        this.maxInFlightPerPeer = maxInFlightPerPeer;
    }

    public int getMaxInFlight() {
        return maxInFlight;
    }

    public void setMaxInFlight(int maxInFlight) {
        this.maxInFlight = maxInFlight;
    }

    public WhenFull getWhenFull() {
        return whenFull;
    }

    public void setWhenFull(WhenFull whenFull) {
        this.whenFull = whenFull;
    }

    public int getConcurrentConsumers() {
        return concurrentConsumers;
    }

    public void setConcurrentConsumers(int concurrentConsumers) {
        this.concurrentConsumers = concurrentConsumers;
    }

    public @Nullable ExecutorService getExecutorService() {
        return executorService;
    }

    public void setExecutorService(@Nullable ExecutorService executorService) {
        this.executorService = executorService;
    }
}
