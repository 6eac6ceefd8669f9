// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.NodeId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a call, by name or by position, sorted out by the command's usage: {@code "id [host] [port]"}.
 * {@code null} by position is as good as absent, by name it is a value.
 */
final class Params {

    private static final String HINT =
            ", this may be caused by a failure to autodetect key=value-style parameters. Please"
                    + " try using the -k flag and explicit key=value pairs of parameters.";

    private final Map<String, Token> values;

    private Params(Map<String, Token> values) {
        this.values = values;
    }

    static Params of(Token params, String usage) throws RpcException {
        return of(params, usage, false);
    }

    /** Ignores what the usage does not name. */
    static Params andMore(Token params, String usage) throws RpcException {
        return of(params, usage, true);
    }

    private static Params of(Token params, String usage, boolean andMore) throws RpcException {
        List<String> names = new ArrayList<>();
        List<String> required = new ArrayList<>();
        for (var word : usage.isEmpty() ? new String[0] : usage.split(" ")) {
            if (word.startsWith("[")) {
                names.add(word.substring(1, word.length() - 1));
            } else {
                names.add(word);
                required.add(word);
            }
        }
        var values =
                switch (params.kind()) {
                    case ARRAY -> byPosition(params, names, andMore);
                    case OBJECT -> byName(params, names, andMore);
                    case STRING, PRIMITIVE -> throw RpcException.invalidParams("Expected array or object for params");
                };
        for (var name : required) {
            if (!values.containsKey(name)) {
                throw RpcException.invalidParams("missing required parameter: " + name);
            }
        }
        return new Params(values);
    }

    private static Map<String, Token> byPosition(Token params, List<String> names, boolean andMore)
            throws RpcException {
        var given = params.children();
        if (given.size() > names.size() && !andMore) {
            throw RpcException.invalidParams("too many parameters: got " + given.size() + ", expected " + names.size());
        }
        Map<String, Token> values = new LinkedHashMap<>();
        for (int i = 0; i < Math.min(given.size(), names.size()); i++) {
            if (!given.get(i).isNull()) {
                values.put(names.get(i), given.get(i));
            }
        }
        return values;
    }

    private static Map<String, Token> byName(Token params, List<String> names, boolean andMore) throws RpcException {
        var given = params.children();
        Map<String, Token> values = new LinkedHashMap<>();
        for (int i = 0; i + 1 < given.size(); i += 2) {
            var name = given.get(i).text();
            if (!names.contains(name)) {
                if (!andMore) {
                    throw RpcException.invalidParams("unknown parameter: " + name + HINT);
                }
            } else if (values.put(name, given.get(i + 1)) != null) {
                throw RpcException.invalidParams("duplicate json names: " + name);
            }
        }
        return values;
    }

    @Nullable
    Token get(String name) {
        return values.get(name);
    }

    Token require(String name) {
        var value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("the usage does not require " + name);
        }
        return value;
    }

    @Nullable
    String text(String name) {
        var value = values.get(name);
        return value == null ? null : value.text();
    }

    @Nullable
    NodeId nodeId(String name) throws RpcException {
        var value = values.get(name);
        return value == null ? null : nodeId(name, value, value.text());
    }

    static NodeId nodeId(String name, Token value, String hex) throws RpcException {
        try {
            // NodeId trims, lightningd does not
            if (hex.length() == 2 * NodeId.LENGTH) {
                return new NodeId(hex);
            }
        } catch (InvalidMessageException notANodeId) {
            throw RpcException.badParameter(name, "should be a node id", value);
        }
        throw RpcException.badParameter(name, "should be a node id", value);
    }

    int number(String name, int ifAbsent) throws RpcException {
        var value = values.get(name);
        if (value == null) {
            return ifAbsent;
        }
        try {
            return Integer.parseUnsignedInt(value.text());
        } catch (NumberFormatException notANumber) {
            throw RpcException.badParameter(name, "should be an integer", value);
        }
    }

    boolean bool(String name, boolean ifAbsent) throws RpcException {
        var value = values.get(name);
        if (value == null) {
            return ifAbsent;
        }
        return switch (value.text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw RpcException.badParameter(name, "should be 'true' or 'false'", value);
        };
    }
}
