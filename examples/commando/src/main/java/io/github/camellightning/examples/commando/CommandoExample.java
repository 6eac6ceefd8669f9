// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.commando;

import io.github.camellightning.component.LightningComponent;
import io.github.camellightning.component.LightningConstants;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.peer.PeerNode;
import io.github.camellightning.node.rune.Restriction;
import io.github.camellightning.node.rune.Rune;
import io.github.camellightning.node.rune.Runes;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A shop serves the state of its orders to whoever has a rune for it; a customer calls it, and hands on less than he may himself. */
@Command(
        name = "commando",
        mixinStandardHelpOptions = true,
        description = "A route that answers peers over Lightning, under runes, and a route that calls it.")
public final class CommandoExample implements Callable<Integer> {

    private static final int REFUSED = 19_537;
    private static final Duration VALID = Duration.ofHours(1);

    @Option(
            names = "--orders",
            paramLabel = "FILE",
            required = true,
            description = "The orders of the shop, a JSON object by order number.")
    private Path orders = Path.of("samples/orders.json");

    @Option(names = "--work", required = true, hidden = true, description = "Where the example keeps keys and runes.")
    private Path work = Path.of("target/commando");

    private final PrintStream out;
    private int unexpected;

    CommandoExample(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) {
        System.exit(run(System.out, args));
    }

    static int run(PrintStream out, String... args) {
        return new CommandLine(new CommandoExample(out)).execute(args);
    }

    @Override
    public Integer call() throws Exception {
        Files.createDirectories(work);
        Path runeFile = work.resolve("shop.runes");
        PeerNode shop = node("shop");
        shop.setListen("127.0.0.1:0");
        shop.setRuneFile(runeFile.toString());
        try (var shopSide = new DefaultCamelContext();
                var customerSide = new DefaultCamelContext();
                var runes = new Runes(runeFile)) {
            shopSide.getRegistry().bind("shop", shop);
            shopSide.addRoutes(new ShopRoutes(orders));
            shopSide.start();
            tell("Shop", "is peer %s and serves %s and %s", shop.nodeId(), ShopRoutes.STATUS, ShopRoutes.LIST);

            Rune ofCustomer = runes.make(
                    "method=" + ShopRoutes.STATUS,
                    "time<" + Instant.now().plus(VALID).getEpochSecond());
            tell("Shop", "makes a rune for a customer: %s", ofCustomer.english());

            ProducerTemplate customer = customer(customerSide, addressOf(shop), ofCustomer);
            converse(customer, runes, ofCustomer);
        } catch (LightningException failure) {
            tell("", "%s", String.valueOf(failure.getMessage()));
            return 1;
        }
        tell(
                "",
                unexpected == 0 ? "Each answer was the right one: all is well" : "%d answers were not right",
                unexpected);
        return unexpected == 0 ? 0 : 1;
    }

    private PeerNode node(String name) {
        var node = new PeerNode();
        node.setKeyFile(work.resolve(name + ".key").toString());
        return node;
    }

    private static PeerAddress addressOf(PeerNode shop) {
        InetSocketAddress listening = Objects.requireNonNull(shop.listenAddress());
        return new PeerAddress(shop.nodeId(), "127.0.0.1", listening.getPort());
    }

    private ProducerTemplate customer(CamelContext camel, PeerAddress shop, Rune rune) throws Exception {
        camel.getRegistry().bind("customer", node("customer"));
        var lightning = new LightningComponent();
        lightning.setRune(rune.encode());
        camel.addComponent("lightning", lightning);
        camel.addRoutes(new CustomerRoutes(shop));
        camel.start();
        return camel.createProducerTemplate();
    }

    private void converse(ProducerTemplate template, Runes runes, Rune ofCustomer) {
        answered("Customer", call(template, ShopRoutes.STATUS, "4711", null), "shipped");
        answered("Customer", call(template, ShopRoutes.STATUS, "4712", null), "packed");
        answered("Customer", call(template, ShopRoutes.STATUS, "4799", null), "there is no order 4799");
        answered("Customer", call(template, ShopRoutes.LIST, "", null), String.valueOf(REFUSED));

        Rune ofCarrier = ofCustomer.restrict(Restriction.parseAll("pnameorder=4711"));
        tell("Customer", "makes a rune of his for the carrier, without asking: %s", ofCarrier.english());
        answered("Carrier", call(template, ShopRoutes.STATUS, "4711", ofCarrier), "shipped");
        answered("Carrier", call(template, ShopRoutes.STATUS, "4712", ofCarrier), String.valueOf(REFUSED));

        runes.revoke(ofCustomer.number());
        tell("Shop", "revokes the customer's rune, and so what was made of it");
        answered("Carrier", call(template, ShopRoutes.STATUS, "4711", ofCarrier), String.valueOf(REFUSED));
    }

    /** What came back, be it a result or an error. */
    private static String call(ProducerTemplate template, String method, String order, @Nullable Rune rune) {
        Map<String, Object> headers = rune == null ? Map.of() : Map.of(LightningConstants.RUNE, rune.encode());
        Map<String, String> params = order.isEmpty() ? Map.of() : Map.of("order", order);
        String call = method + (order.isEmpty() ? "" : " " + order);
        try {
            return call + ": " + template.requestBodyAndHeaders("direct:" + method, params, headers, String.class);
        } catch (CamelExecutionException failed) {
            if (failed.getCause() instanceof RemoteErrorException error) {
                return call + ": error " + error.code() + ", " + error.getMessage();
            }
            throw failed;
        }
    }

    private void answered(String who, String answer, String expected) {
        tell(who, "%s", answer);
        if (!answer.contains(expected)) {
            unexpected++;
        }
    }

    private void tell(String who, String format, Object... values) {
        out.printf(Locale.ROOT, "%-9s %s%n", who, String.format(Locale.ROOT, format, values));
    }
}
