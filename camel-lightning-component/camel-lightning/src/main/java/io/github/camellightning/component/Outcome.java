// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.delivery.RefusedException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What came of an exchange that a producer was given, in words that are few enough to be a label of a meter. */
enum Outcome {
    OK,
    /** Nothing left this process. */
    REFUSED,
    /** It may have been done, or not. */
    UNKNOWN,
    /** The other side, or the node's daemon, answered that it did not do it. */
    ERROR,
    /** Anything else, such as a result that cannot be read. */
    FAILED;

    static Outcome of(@Nullable Throwable failure) {
        if (failure == null) {
            return OK;
        }
        if (failure instanceof OutcomeUnknownException) {
            return UNKNOWN;
        }
        if (failure instanceof RemoteErrorException || failure instanceof RefusedException) {
            return ERROR;
        }
        boolean nothingWritten = failure instanceof InvalidMessageException
                || failure instanceof LightningException known && known.isRetryable();
        return nothingWritten ? REFUSED : FAILED;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
