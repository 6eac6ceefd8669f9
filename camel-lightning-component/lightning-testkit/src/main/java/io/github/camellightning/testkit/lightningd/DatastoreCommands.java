// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.testkit.lightningd.Datastore.Entry;
import io.github.camellightning.testkit.lightningd.Token.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code datastore}, {@code listdatastore} and {@code deldatastore}. */
final class DatastoreCommands {

    private static final int NO_SUCH_KEY_TO_DELETE = 1200;
    private static final int OTHER_GENERATION_TO_DELETE = 1201;
    private static final int EXISTS = 1202;
    private static final int DOES_NOT_EXIST = 1203;
    private static final int OTHER_GENERATION = 1204;
    private static final int HAS_CHILDREN = 1205;
    private static final int HAS_PARENT = 1206;

    /** 2 MiB were seen to work, 4 MiB to bring the daemon down. */
    private static final int FATAL_LENGTH = 4 << 20;

    private static final String USAGE = "key [string] [hex] [mode] [generation]";

    private final Datastore store;
    private final Daemon daemon;

    DatastoreCommands(Datastore store, Commands commands, Daemon daemon) {
        this.store = store;
        this.daemon = daemon;
        commands.add("datastore", USAGE, this::store);
        commands.add("listdatastore", "[key]", this::list);
        commands.add("deldatastore", "key [generation]", this::delete);
    }

    private void store(Call call, Token given) throws RpcException {
        var params = Params.of(given, USAGE);
        var key = key(params.require("key"));
        byte[] data = data(params);
        var mode = params.get("mode") == null
                ? "must-create"
                : params.require("mode").text();
        var generation = params.get("generation");
        boolean mustExist = mode.equals("must-replace") || mode.equals("must-append");
        if (!List.of("must-create", "must-replace", "create-or-replace", "must-append", "create-or-append")
                .contains(mode)) {
            throw RpcException.badParameter(
                    "mode",
                    "should be 'must-create', 'must-replace', 'create-or-replace', 'must-append', or"
                            + " 'create-or-append'",
                    params.require("mode"));
        }
        if (generation != null && !mustExist) {
            throw RpcException.invalidParams("generation only valid with must-replace or must-append");
        }
        var before = store.entries().get(key);
        if (before == null) {
            refuseRelatives(key);
        }
        if (before != null && mode.equals("must-create")) {
            throw new RpcException(EXISTS, "Key already exists");
        }
        if (before == null && mustExist) {
            throw new RpcException(DOES_NOT_EXIST, "Key does not exist");
        }
        if (before != null && generation != null && !generation.is(Long.toString(before.generation()))) {
            throw new RpcException(OTHER_GENERATION, "generation is different");
        }
        call.actNow();
        byte[] whole = before != null && mode.endsWith("append") ? joined(before.data(), data) : data;
        if (whole.length >= FATAL_LENGTH) {
            daemon.wouldHaveCrashed(
                    "a datastore of " + whole.length + " bytes: lightningd dies of a segmentation fault");
        }
        var entry = new Entry(whole, before == null ? 0 : before.generation() + 1);
        store.entries().put(key, entry);
        call.succeed(described(key, entry));
    }

    private void refuseRelatives(List<String> key) throws RpcException {
        if (!store.below(key).isEmpty()) {
            throw new RpcException(HAS_CHILDREN, "Key has children already");
        }
        for (int i = 1; i < key.size(); i++) {
            var parent = key.subList(0, i);
            if (store.entries().containsKey(parent)) {
                throw new RpcException(HAS_PARENT, "Parent key [" + String.join(",", parent) + "] exists");
            }
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    private static byte[] data(Params params) throws RpcException {
        var string = params.get("string");
        var hex = params.get("hex");
        if (string != null && hex != null) {
            throw RpcException.invalidParams("Cannot have both hex and string");
        }
        if (string != null) {
            if (!string.isString() || string.text().contains("\\u")) {
                throw RpcException.badParameter("string", "should be a string (without \\u)", string);
            }
            return Json.unescape(string).getBytes(StandardCharsets.UTF_8);
        }
        byte[] data = hex == null ? null : Hex.decode(hex.text());
        if (data == null) {
            throw RpcException.invalidParams("Must have either hex or string");
        }
        return data;
    }

    private static List<String> key(Token token) throws RpcException {
        if (token.kind() == Kind.OBJECT) {
            throw RpcException.badParameter("key", "should be string or array", token);
        }
        if (token.kind() != Kind.ARRAY) {
            return List.of(token.text());
        }
        if (token.children().isEmpty()) {
            throw RpcException.badParameter("key", "should not be empty", token);
        }
        return token.children().stream().map(Token::text).toList();
    }

    private static ObjectNode described(List<String> key, @Nullable Entry entry) {
        var described = Json.object();
        var words = described.putArray("key");
        key.forEach(words::add);
        if (entry != null) {
            described.put("generation", entry.generation()).put("hex", Hex.encode(entry.data()));
            try {
                described.put(
                        "string",
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .decode(ByteBuffer.wrap(entry.data()))
                                .toString());
            } catch (CharacterCodingException notText) {
                return described;
            }
        }
        return described;
    }

    private void list(Call call, Token given) throws RpcException {
        var token = Params.of(given, "[key]").get("key");
        List<String> key = token == null ? List.of() : key(token);
        call.actNow();
        var result = Json.object();
        var list = result.putArray("datastore");
        List<String> summarised = List.of();
        for (var entry : store.below(key).entrySet()) {
            var name = entry.getKey();
            if (name.size() <= key.size() + 1) {
                list.add(described(name, entry.getValue()));
            } else if (!summarised.equals(name.subList(0, key.size() + 1))) {
                summarised = name.subList(0, key.size() + 1);
                list.add(described(summarised, null));
            }
        }
        call.succeed(result);
    }

    private void delete(Call call, Token given) throws RpcException {
        var params = Params.of(given, "key [generation]");
        var key = key(params.require("key"));
        var generation = params.get("generation");
        var entry = store.entries().get(key);
        if (entry == null) {
            throw new RpcException(NO_SUCH_KEY_TO_DELETE, "Key does not exist");
        }
        if (generation != null && !generation.is(Long.toString(entry.generation()))) {
            throw new RpcException(OTHER_GENERATION_TO_DELETE, "generation is different");
        }
        call.actNow();
        store.entries().remove(key);
        call.succeed(described(key, entry));
    }
}
