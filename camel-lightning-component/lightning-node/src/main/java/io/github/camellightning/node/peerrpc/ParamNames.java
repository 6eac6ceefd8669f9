// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.InvalidMessageException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The params that a method takes. */
public record ParamNames(Set<String> required, Set<String> optional) {

    public static final ParamNames NONE = new ParamNames(Set.of(), Set.of());

    public ParamNames {
        required = Set.copyOf(required);
        optional = Set.copyOf(optional);
    }

    /**
     * Names as Core Lightning's {@code help} shows them, optional ones in brackets: {@code orderid [limit]}.
     *
     * @throws InvalidMessageException naming the rule
     */
    public static ParamNames parse(String usage) {
        var all = new HashSet<String>();
        var required = new HashSet<String>();
        var optional = new HashSet<String>();
        for (String word : usage.isBlank() ? new String[0] : usage.trim().split("\\s+", -1)) {
            boolean bracketed = word.startsWith("[") && word.endsWith("]");
            String name = bracketed ? word.substring(1, word.length() - 1) : word;
            if (name.isEmpty() || name.contains("[") || name.contains("]")) {
                throw new InvalidMessageException("Invalid usage '" + Escaped.of(usage, 100)
                        + "': names of params separated by spaces, optional ones in brackets");
            }
            if (!all.add(name)) {
                throw new InvalidMessageException(
                        "Invalid usage '" + Escaped.of(usage, 100) + "': it names " + Escaped.of(name, 100) + " twice");
            }
            (bracketed ? optional : required).add(name);
        }
        return new ParamNames(required, optional);
    }

    /** What is wrong with params; null where nothing is. */
    @Nullable
    RpcError refusal(JsonNode params) {
        if (params.isArray()) {
            int most = required.size() + optional.size();
            return params.size() < required.size() || params.size() > most
                    ? RpcError.invalidParams(
                            ": " + params.size() + " by position, where " + required.size() + " to " + most
                                    + " are taken",
                            List.of())
                    : null;
        }
        List<String> unrecognized = names(params)
                .filter(name -> !required.contains(name) && !optional.contains(name))
                .toList();
        if (!unrecognized.isEmpty()) {
            return RpcError.invalidParams("", unrecognized);
        }
        List<String> missing =
                required.stream().filter(name -> !params.has(name)).sorted().toList();
        return missing.isEmpty() ? null : RpcError.invalidParams(": missing " + String.join(", ", missing), List.of());
    }

    private static Stream<String> names(JsonNode params) {
        Iterable<String> names = params::fieldNames;
        return StreamSupport.stream(names.spliterator(), false);
    }
}
