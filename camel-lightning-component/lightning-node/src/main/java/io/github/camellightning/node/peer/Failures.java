// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import java.util.concurrent.CompletionException;

/** What stages wrap around a failure, and what is inside. */
final class Failures {

    private Failures() {}

    static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    static String message(Throwable failure) {
        return String.valueOf(unwrapped(failure).getMessage());
    }
}
