// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;

/** What comes over Lightning to files, and a note of each onto a queue; whoever works with the files takes the notes. */
final class BobRoutes extends RouteBuilder {

    private static final int SHORT = 8;

    private final Path outbox;
    private final Story story;

    BobRoutes(Path outbox, Story story) {
        this.outbox = outbox;
        this.story = story;
    }

    @Override
    public void configure() {
        // no dead letters here: what fails is refused, and stays with its sender
        from("lightning:custommsg?node=#bob&delivery=acknowledged")
                .routeId("bob-keeps-files")
                .errorHandler(noErrorHandler())
                .process(BobRoutes::nameFile)
                .toF("file:%s?fileExist=Override&tempPrefix=.", outbox)
                .process(BobRoutes::writeNote)
                .process(exchange -> story.tell(
                        "Bob",
                        "<- %.8s  outbox/%s, %,d bytes, its note onto the JMS queue lightning.files",
                        exchange.getMessage().getHeader("lightningPeer"),
                        exchange.getMessage().getHeader(Exchange.FILE_NAME),
                        exchange.getMessage().getHeader("size")))
                .to("jms:queue:lightning.files");

        from("jms:queue:lightning.files?transacted=true")
                .routeId("bob-takes-notes")
                .errorHandler(deadLetterChannel("jms:queue:lightning.dead").useOriginalMessage())
                .process(exchange -> story.tell(
                        "Bob",
                        "takes the note of %s, sha256 %.8s",
                        exchange.getMessage().getBody(String.class),
                        exchange.getMessage().getHeader("sha256")));
    }

    /** The same name each time the same envelope comes, so that one that comes twice is there once. */
    private static void nameFile(Exchange exchange) {
        Message message = exchange.getMessage();
        String envelope = message.getHeader("CamelLightningEnvelopeId", String.class);
        String name = message.getHeader("CamelLightningFileName", String.class);
        message.setHeader(Exchange.FILE_NAME, name == null ? envelope : envelope.substring(0, SHORT) + "-" + name);
    }

    private static void writeNote(Exchange exchange) throws IOException {
        Message message = exchange.getMessage();
        Path file = Path.of(message.getHeader(Exchange.FILE_NAME_PRODUCED, String.class));
        // JMS drops headers that start with Camel: those it is to keep have other names
        message.setHeader("lightningPeer", message.getHeader("CamelLightningPeerId"));
        message.setHeader("size", Files.size(file));
        message.setHeader("sha256", Sha256.of(file));
        message.setBody(file.getFileName().toString());
    }
}
