// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import org.apache.camel.util.ObjectHelper;

/** What a start that fails says. */
abstract class StartFailureSupport extends LightningTestSupport {

    String failureOf(Routes routes) {
        Throwable failure = catchThrowable(() -> start(routes));
        assertThat(failure).as("the start").isNotNull();
        Throwable cause = failure;
        for (Throwable each : ObjectHelper.createExceptionIterable(failure)) {
            cause = each;
            if (each.getClass() == IllegalArgumentException.class) {
                break;
            }
        }
        forgetRoutes();
        return String.valueOf(cause.getMessage());
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
