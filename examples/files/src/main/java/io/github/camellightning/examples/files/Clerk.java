// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.files;

import io.github.camellightning.node.delivery.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.IdempotentRepository;

/** Bob's application, which knows folders and nothing of Lightning: it writes a receipt for each file, once. */
final class Clerk extends RouteBuilder {

    private static final int ENVELOPE_DIGITS = 32;

    private final Path inbox;
    private final Path outbox;
    private final IdempotentRepository receipted;
    private final Set<String> doubted = ConcurrentHashMap.newKeySet();

    /** @param receipted for which files there is a receipt */
    Clerk(Path inbox, Path outbox, IdempotentRepository receipted) {
        this.inbox = inbox;
        this.outbox = outbox;
        this.receipted = receipted;
    }

    @Override
    public void configure() {
        // With the time of its file, a receipt that is written a second time is the same envelope; and one that was
        // written is not written again, where the same file comes a second time.
        fromF(
                        "file:%s?move=done/${file:onlyname}&moveFailed=failed/${file:onlyname}"
                                + "&maxMessagesPerPoll=200&greedy=true&delay=500&initialDelay=0",
                        inbox)
                .routeId("clerk")
                .idempotentConsumer(simple("${file:onlyname}"), receipted)
                .setBody()
                .exchange(Clerk::receipt)
                .setHeader(Exchange.OVERRULE_FILE_NAME, simple("${file:onlyname}.receipt"))
                .toF("file:%s?tempPrefix=.&keepLastModified=true", outbox);
    }

    private static String receipt(Exchange exchange) {
        String name = exchange.getMessage().getHeader(Exchange.FILE_NAME_ONLY, String.class);
        try (InputStream content = exchange.getMessage().getMandatoryBody(InputStream.class)) {
            return String.format(Locale.ROOT, "%s %s\n", sha256(content), name.substring(ENVELOPE_DIGITS + 1));
        } catch (Exception unreadable) {
            throw new IllegalStateException("File " + name + " cannot be read", unreadable);
        }
    }

    /** In hex, of a stream that is read to its end. */
    static String sha256(InputStream content) throws IOException {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            new DigestInputStream(content, digest).transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * Before a file is taken: no empty one is, and a doubtful one only when it comes again.
     *
     * @throws RefusedException for good or for now
     */
    void accept(Exchange exchange) {
        if (exchange.getMessage().getBody() instanceof byte[] small && small.length == 0) {
            throw new RefusedException("an order is not empty", false);
        }
        String name = exchange.getMessage().getHeader("CamelLightningFileName", "", String.class);
        if (name.contains("doubtful") && doubted.add(name)) {
            throw new RefusedException("ask again", true);
        }
    }
}
