// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.files;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.delivery.RefusedException;
import java.io.File;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.LoggingLevel;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.file.GenericFileFilter;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;

/** Each file of a folder to a peer. It is moved to done when the peer has handled it, to failed when it never will. */
final class FolderToPeer extends RouteBuilder {

    static final String ROUTE = "folder-to-peer";
    static final String DONE = "done";
    static final String FAILED = "failed";
    static final int AT_A_TIME = 16;

    private static final int LISTED_AT_A_TIME = 200;
    private static final String MOVE_TO = "moveTo";

    private final Path folder;
    private final NodeId peer;
    private final Settings settings;

    /**
     * @param settledAfter a file that was changed later than that is being written still
     * @param deliveryTimeout how long nothing may be heard of a file on its way
     * @param attempts how often a file is sent that the peer refuses for now, before it has failed
     * @param attemptDelay between these
     */
    record Settings(Duration settledAfter, Duration deliveryTimeout, int attempts, Duration attemptDelay) {}

    FolderToPeer(Path folder, NodeId peer, Settings settings) {
        this.folder = folder;
        this.peer = peer;
        this.settings = settings;
    }

    @Override
    public void configure() {
        GenericFileFilter<File> settled =
                file -> System.currentTimeMillis() - file.getLastModified() >= settings.settledAfter.toMillis();
        bindToRegistry("settled", settled);

        // whoever refused it for good has looked at it
        onException(RefusedException.class)
                .onWhen(FolderToPeer::isForGood)
                .handled(true)
                .to("direct:failed");
        // the file's fault, perhaps: it is refused for now, is no envelope, cannot be read
        onException(RefusedException.class, InvalidMessageException.class, IOException.class)
                .maximumRedeliveries(settings.attempts - 1)
                .redeliveryDelay(settings.attemptDelay.toMillis())
                .handled(true)
                .to("direct:failed");
        // listed while it was on its way, and taken again when it had been moved: rolled back, there is nothing to do
        onException(NoSuchFileException.class).maximumRedeliveries(0).logExhausted(false);
        // not the file's fault, so it waits; when Camel stops it stays where it is, for there is no moveFailed
        onException(Exception.class)
                .retryWhile(exchange -> !exchange.getContext().isStopping())
                .redeliveryDelay(100)
                .useExponentialBackOff()
                .backOffMultiplier(2)
                .maximumRedeliveryDelay(2_000)
                .retryAttemptedLogLevel(LoggingLevel.WARN);

        // However many files there are, so many are listed, and so many are on their way: with no queue before the
        // threads, and each waiting for its file, the folder is read as fast as the peer takes them.
        fromF(
                        "file:%s?move=${exchangeProperty.%s}/${file:onlyname}&filter=#settled"
                                + "&maxMessagesPerPoll=%d&greedy=true&delay=500&initialDelay=0",
                        folder, MOVE_TO, LISTED_AT_A_TIME)
                .routeId(ROUTE)
                .threads()
                .poolSize(AT_A_TIME)
                .maxPoolSize(AT_A_TIME)
                .maxQueueSize(0)
                .rejectedPolicy(ThreadPoolRejectedPolicy.CallerRuns)
                .toF(
                        "lightning:sendcustommsg?node=#node&delivery=acknowledged&synchronous=true&peerId=%s&deliveryTimeout=%d",
                        peer, settings.deliveryTimeout.toMillis())
                .setProperty(MOVE_TO, constant(DONE));

        from("direct:failed")
                .routeId("failed-files")
                .errorHandler(noErrorHandler())
                .setBody(exceptionMessage())
                .setHeader(Exchange.OVERRULE_FILE_NAME, simple("${file:onlyname}.reason"))
                .toF("file:%s", folder.resolve(FAILED))
                .setProperty(MOVE_TO, constant(FAILED));
    }

    private static boolean isForGood(Exchange exchange) {
        var refused = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, RefusedException.class);
        return !refused.isRetryable();
    }
}
