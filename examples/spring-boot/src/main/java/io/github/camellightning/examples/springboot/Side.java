// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.springboot;

import io.github.camellightning.node.peer.PeerNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** The application of one side, started within this JVM, at a free port. */
final class Side implements AutoCloseable {

    private final ConfigurableApplicationContext application;

    private Side(ConfigurableApplicationContext application) {
        this.application = application;
    }

    /** @param settings properties in place of those in application.yml */
    static Side start(String profile, Path work, String... settings) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--work=" + work.toAbsolutePath());
        arguments.add("--server.port=0");
        arguments.add("--logging.level.root=ERROR");
        // it tells of each order that is refused
        arguments.add("--logging.level.org.apache.camel=OFF");
        for (String each : settings) {
            arguments.add("--" + each);
        }
        return new Side(new SpringApplicationBuilder(OrdersApplication.class)
                .profiles(profile)
                .registerShutdownHook(false)
                .run(arguments.toArray(new String[0])));
    }

    PeerNode node() {
        return application.getBean(PeerNode.class);
    }

    CamelContext camel() {
        return application.getBean(CamelContext.class);
    }

    JdbcTemplate database() {
        return application.getBean(JdbcTemplate.class);
    }

    long rows(String table) {
        Long rows = database().queryForObject("select count(*) from " + table, Long.class);
        return rows == null ? 0 : rows;
    }

    /** What a container's orchestrator is told: 200 or 503, and why. */
    HttpResponse<String> readiness() throws IOException, InterruptedException {
        String port = application.getEnvironment().getRequiredProperty("local.server.port");
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/health/readiness"))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        application.close();
    }
}
