// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.util.ObjectHelper;

/** What a start that fails says. */
abstract class StartFailureSupport extends LightningTestSupport {

    String failureOf(Routes routes) {
        Throwable failure = catchThrowable(() -> start(routes));
        assertThat(failure).as("the start").isNotNull();
        forgetRoutes();
        return String.valueOf(reason(failure).getMessage());
    }

    /** That which names an option, else where it began. */
    private static Throwable reason(Throwable failure) {
        List<Throwable> fromTheRoot = new ArrayList<>();
        ObjectHelper.createExceptionIterable(failure).forEach(fromTheRoot::add);
        return fromTheRoot.stream()
                .filter(each -> each.getClass() == IllegalArgumentException.class)
                .findFirst()
                .orElse(fromTheRoot.get(0));
    }

    /** Or the next start would fail for the same reason. */
    private void forgetRoutes() {
        try {
            context.removeRouteDefinitions(List.copyOf(context.getRouteDefinitions()));
        } catch (Exception unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    String failureOfFrom(String uri) {
        return failureOf(in -> in.from("lightning:" + uri).to("mock:in"));
    }

    String failureOfTo(String uri) {
        return failureOf(in -> in.from("direct:out").to("lightning:" + uri));
    }
}
