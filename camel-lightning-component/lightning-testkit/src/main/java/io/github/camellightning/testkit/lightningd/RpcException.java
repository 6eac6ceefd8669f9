// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** What a command answers instead of a result: a JSON-RPC error. */
public final class RpcException extends Exception {

    static final int INVALID_REQUEST = -32600;
    static final int METHOD_NOT_FOUND = -32601;
    static final int INVALID_PARAMS = -32602;
    /** Anything of lightningd's own that has no code. */
    static final int LIGHTNINGD = -1;

    static final int PLUGIN_ERROR = -3;
    static final int PLUGIN_TERMINATED = -4;

    private final int code;

    /** Null where the error is its code and its words. */
    private final transient @Nullable ObjectNode more;

    public RpcException(int code, String message) {
        this(code, message, null);
    }

    /** @param more members of the error, {@code data} among them */
    RpcException(int code, String message, @Nullable ObjectNode more) {
        super(message);
        this.code = code;
        this.more = more;
    }

    @Nullable
    ObjectNode more() {
        return more;
    }

    public int code() {
        return code;
    }

    String words() {
        return String.valueOf(getMessage());
    }

    /** A parameter that is not what it should be, quoted as it was written. */
    static RpcException badParameter(String name, String rule, Token value) {
        return invalidParams(name + ": " + rule + ": invalid token '" + value.quoted() + "'");
    }

    static RpcException invalidParams(String message) {
        return new RpcException(INVALID_PARAMS, message);
    }

    static RpcException invalidRequest(String message) {
        return new RpcException(INVALID_REQUEST, message);
    }

    static RpcException lightningd(String message) {
        return new RpcException(LIGHTNINGD, message);
    }
}
