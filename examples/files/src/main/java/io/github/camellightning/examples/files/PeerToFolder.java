// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.files;

import io.github.camellightning.component.LightningConstants;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;

/** What peers send to a folder, for each of them one of its own. The peer is told that it was handled when the file is there. */
final class PeerToFolder extends RouteBuilder {

    static final String ROUTE = "peer-to-folder";

    private final Path folder;
    private final Processor accept;

    /** @param accept throws what the peer is to be refused with */
    PeerToFolder(Path folder, Processor accept) {
        this.folder = folder;
        this.accept = accept;
    }

    @Override
    public void configure() {
        // written under a name that starts with a dot, which no file consumer takes, and then renamed
        from("lightning:custommsg?node=#node&delivery=acknowledged&idempotentRepository=#handled")
                .routeId(ROUTE)
                .errorHandler(noErrorHandler())
                .process(accept)
                .process(PeerToFolder::nameFile)
                .toF("file:%s?tempPrefix=.&fileExist=Override", folder);
    }

    /** The same name each time the same envelope comes, so that one that comes twice is there once; and no other envelope's. */
    private static void nameFile(Exchange exchange) {
        Message message = exchange.getMessage();
        String peer = message.getHeader(LightningConstants.PEER_ID, String.class);
        String envelope = message.getHeader(LightningConstants.ENVELOPE_ID, String.class);
        String name = message.getHeader(LightningConstants.FILE_NAME, "file", String.class);
        message.setHeader(Exchange.FILE_NAME, peer + "/" + envelope + "-" + name);
    }
}
