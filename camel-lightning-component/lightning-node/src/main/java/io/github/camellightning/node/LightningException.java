// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import org.jspecify.annotations.Nullable;

/** Something that a node or a peer could not do, in its own code and words. The subclasses are what a route tells apart. */
public class LightningException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int code;
    private final @Nullable String data;

    /**
     * @param code as JSON-RPC and Core Lightning number errors; 0 where nobody gave one
     * @param data what came with the error, JSON text
     */
    public LightningException(int code, String message, @Nullable String data, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.data = data;
    }

    public LightningException(String message) {
        this(0, message, null, null);
    }

    public LightningException(String message, Throwable cause) {
        this(0, message, null, cause);
    }

    public int code() {
        return code;
    }

    public @Nullable String data() {
        return data;
    }

    /** Whether trying again cannot do a thing twice: true only where nothing was written. */
    public boolean isRetryable() {
        return false;
    }
}
