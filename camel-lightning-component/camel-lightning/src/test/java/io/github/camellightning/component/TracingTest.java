// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.opentelemetry.api.common.AttributeType;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Spans of OpenTelemetry, as camel-opentelemetry2 makes them. */
class TracingTest extends AcknowledgedTestSupport {

    private final Spans spans = new Spans();

    private static final class Spans implements SpanExporter {

        private final List<SpanData> ended = new CopyOnWriteArrayList<>();

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            ended.addAll(spans);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }

        SpanData await(String name) {
            Awaitility.await()
                    .until(() -> ended.stream().anyMatch(span -> span.getName().equals(name)));
            return ended.stream()
                    .filter(span -> span.getName().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void trace(CamelContext context) {
        OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                        .build())
                .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                .build();
        context.getRegistry().bind("tracer", sdk.getTracer("test"));
        context.getRegistry().bind("propagators", sdk.getPropagators());
        var tracer = new OpenTelemetryTracer();
        tracer.setCamelContext(context);
        tracer.init(context);
    }

    private static Map<String, String> attributes(SpanData span) {
        return span.getAttributes().asMap().entrySet().stream()
                .filter(attribute -> attribute.getKey().getType() == AttributeType.STRING)
                .collect(Collectors.toMap(
                        attribute -> attribute.getKey().getKey(),
                        attribute -> attribute.getValue().toString()));
    }

    @Test
    void spansAreNamedLikeTheOperationAndATraceGoesOnAtTheReceiver() throws Exception {
        trace(aliceContext);
        trace(bobContext);
        start(in -> in.from(AT_BOB).routeId("in").to("mock:in"));

        template.sendBody("direct:out", "hello");

        SpanData sent = spans.await("lightning sendcustommsg");
        SpanData received = spans.await("lightning custommsg");
        assertThat(received.getTraceId()).isEqualTo(sent.getTraceId());
        assertThat(received.getParentSpanId()).isEqualTo(sent.getSpanId());
        assertThat(attributes(sent))
                .containsEntry("component", "camel-lightning")
                .containsEntry("lightning.operation", "sendcustommsg")
                .containsEntry("lightning.node", "alice")
                .containsEntry("lightning.outcome", "ok");
        assertThat(attributes(received))
                .containsEntry("lightning.operation", "custommsg")
                .containsEntry("lightning.node", "bob")
                .containsEntry("lightning.outcome", "ok");
    }

    @Test
    void attributesHoldNoPeerNoRuneAndNoUri() throws Exception {
        trace(aliceContext);
        start(in -> in.from(AT_BOB).routeId("in").to("mock:in"));
        routes(aliceContext, in -> in.from("direct:ask")
                .to("lightning:commando/getinfo?rune=c2VjcmV0&requestTimeout=100&peerId=" + BOB));

        assertThat(catchThrowable(() -> template.sendBody("direct:ask", "{}"))).isNotNull();

        SpanData asked = spans.await("lightning commando");
        assertThat(attributes(asked)).containsEntry("lightning.name", "getinfo");
        assertThat(attributes(asked).get("lightning.outcome")).isNotEqualTo("ok");
        assertThat(attributes(asked).keySet())
                .isSubsetOf(
                        "component",
                        "op",
                        "error",
                        "url.scheme",
                        "lightning.operation",
                        "lightning.name",
                        "lightning.node",
                        "lightning.outcome");
        assertThat(attributes(asked).values()).noneMatch(value -> value.contains(BOB.hex()) || value.contains("c2Vj"));
        assertThat(attributes(asked)).containsEntry("error", "true");
    }
}
