// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.camellightning.testkit.lightningd.Rune.Alternative;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code createrune}, {@code showrunes}, {@code checkrune} and {@code blacklistrune}, of which {@code destroyrune} is another name. */
final class RuneCommands {

    private static final int NOT_AUTHORIZED = 1501;
    private static final int NOT_PERMITTED = 1502;
    private static final int BLACKLISTED = 1503;

    private static final String UNRESTRICTED = "WARNING: This rune has no restrictions! Anyone who has access to this"
            + " rune could drain funds from your node. Be careful when giving this to apps that you don't trust."
            + " Consider using the restrictions parameter to only allow access to specific rpc methods.";

    private static final List<List<Alternative>> READONLY = List.of(
            List.of(
                    new Alternative("method", '^', "list"),
                    new Alternative("method", '^', "get"),
                    new Alternative("method", '=', "summary")),
            List.of(new Alternative("method", '/', "listdatastore")));

    private final Runes runes;
    private final Daemon daemon;

    RuneCommands(Runes runes, Commands commands, Daemon daemon) {
        this.runes = runes;
        this.daemon = daemon;
        commands.add("createrune", "[rune] [restrictions]", this::create);
        commands.add("showrunes", "[rune]", this::show);
        commands.add("checkrune", "rune [nodeid] [method] [params]", this::check);
        commands.add("blacklistrune", "[start] [end] [relist]", this::blacklist);
        commands.add("destroyrune", "[start] [end] [relist]", this::blacklist);
    }

    private void create(Call call, Token given) throws RpcException {
        var params = Params.of(given, "[rune] [restrictions]");
        var base = params.get("rune") == null ? null : rune(params.require("rune"));
        var restrictions = restrictions(params.get("restrictions"));
        call.actNow();
        var rune = base == null ? runes.make(restrictions) : base;
        if (base != null) {
            for (var restriction : restrictions) {
                rune = rune.with(restriction);
            }
        }
        var result = Json.object().put("rune", rune.base64()).put("unique_id", rune.uniqueId());
        if (rune.conditions().isEmpty()) {
            result.put("warning_unrestricted_rune", UNRESTRICTED);
        }
        call.succeed(result);
    }

    private static Rune rune(Token token) throws RpcException {
        var rune = Rune.parse(token.text());
        if (rune == null) {
            throw RpcException.badParameter("rune", "should be base64 string", token);
        }
        if (number(rune) < 0) {
            throw RpcException.badParameter("rune", "should have valid numeric unique_id", token);
        }
        return rune;
    }

    private static long number(Rune rune) {
        var id = rune.uniqueId();
        try {
            return id == null ? -1 : Long.decode(id);
        } catch (NumberFormatException notANumber) {
            return -1;
        }
    }

    private static List<List<Alternative>> restrictions(@Nullable Token token) throws RpcException {
        if (token == null) {
            return List.of();
        }
        if (token.is("readonly")) {
            return READONLY;
        }
        List<List<Alternative>> restrictions = new ArrayList<>();
        for (var restriction : token.kind() == Token.Kind.ARRAY ? token.children() : List.of(token)) {
            restrictions.add(restriction(restriction));
        }
        return restrictions;
    }

    private static List<Alternative> restriction(Token token) throws RpcException {
        List<Alternative> alternatives = new ArrayList<>();
        for (var text : token.kind() == Token.Kind.ARRAY ? token.children() : List.of(token)) {
            var alternative = text.isString() && token.kind() == Token.Kind.ARRAY
                    ? Alternative.parse(Rune.latin1(Json.unescape(text)))
                    : null;
            if (alternative == null) {
                throw RpcException.badParameter("restrictions", "not a valid restriction (should be array)", token);
            }
            alternatives.add(alternative);
        }
        return alternatives;
    }

    private void check(Call call, Token given) throws RpcException {
        var params = Params.of(given, "rune [nodeid] [method] [params]");
        var rune = rune(params.require("rune"));
        var nodeId = params.nodeId("nodeid");
        var methodParams = params.get("params");
        if (methodParams != null
                && methodParams.kind() != Token.Kind.OBJECT
                && methodParams.kind() != Token.Kind.ARRAY) {
            throw RpcException.badParameter("params", "must be object or array", methodParams);
        }
        call.actNow();
        if (runes.isBlacklisted(number(rune))) {
            throw new RpcException(BLACKLISTED, "Not authorized: Blacklisted rune");
        }
        var foreign = runes.notOurs(rune);
        if (foreign != null) {
            throw new RpcException(NOT_AUTHORIZED, "Not authorized: " + foreign);
        }
        var now = Instant.now();
        var kept = runes.kept(number(rune));
        var lastUsed = kept == null ? null : kept.lastUsed();
        var complaint = new RuneCheck(nodeId, params.text("method"), methodParams, now, lastUsed).complaint(rune);
        if (complaint != null) {
            throw new RpcException(NOT_PERMITTED, "Not permitted: " + escaped(complaint));
        }
        runes.used(number(rune), now);
        call.succeed(Json.object().put("valid", true));
    }

    /** Twice, here and where the answer is written: lightningd does. */
    private static String escaped(String complaint) {
        var quoted = Json.text(TextNode.valueOf(complaint));
        return quoted.substring(1, quoted.length() - 1);
    }

    private void blacklist(Call call, Token given) throws RpcException {
        var params = Params.of(given, "[start] [end] [relist]");
        int start = params.number("start", -1);
        int end = params.number("end", start);
        if (start < 0 && params.get("end") != null) {
            throw RpcException.invalidParams("Can not specify end without start");
        }
        if (end > Runes.LARGEST_BLACKLISTED) {
            throw RpcException.invalidParams("Cannot blacklist beyond " + (Runes.LARGEST_BLACKLISTED + 1));
        }
        boolean relist = params.bool("relist", false);
        call.actNow();
        if (end < start - 1) {
            daemon.wouldHaveCrashed("a blacklistrune from " + start + " to " + end + ": lightningd aborts");
        }
        if (start >= 0) {
            runes.blacklist(start, Math.max(start - 1, end), !relist);
        }
        var result = Json.object();
        var list = result.putArray("blacklist");
        var listed = runes.blacklist();
        for (int first = listed.nextSetBit(0); first >= 0; ) {
            int behind = listed.nextClearBit(first);
            list.addObject().put("start", first).put("end", behind - 1);
            first = listed.nextSetBit(behind);
        }
        call.succeed(result);
    }

    private void show(Call call, Token given) throws RpcException {
        var wanted = Params.of(given, "[rune]").get("rune");
        var one = wanted == null ? null : rune(wanted);
        call.actNow();
        var result = Json.object();
        var list = result.putArray("runes");
        if (one == null) {
            runes.all().forEach(kept -> show(list, kept.rune(), true, kept.lastUsed()));
        } else {
            var kept = runes.kept(number(one));
            boolean stored = kept != null && kept.rune().base64().equals(one.base64());
            show(list, one, stored, kept == null ? null : kept.lastUsed());
        }
        call.succeed(result);
    }

    private void show(ArrayNode list, Rune rune, boolean stored, @Nullable Instant lastUsed) {
        var shown = list.addObject().put("rune", rune.base64());
        if (!stored) {
            shown.put("stored", false);
        }
        if (runes.isBlacklisted(number(rune))) {
            shown.put("blacklisted", true);
        }
        if (runes.notOurs(rune) != null) {
            shown.put("our_rune", false);
        }
        if (lastUsed != null) {
            shown.put(
                    "last_used",
                    BigDecimal.valueOf(lastUsed.getEpochSecond()).add(BigDecimal.valueOf(lastUsed.getNano(), 9)));
        }
        shown.put("unique_id", rune.uniqueId());
        var restrictions = shown.putArray("restrictions");
        List<String> english = new ArrayList<>();
        rune.conditions().forEach(restriction -> english.add(show(restrictions.addObject(), restriction)));
        shown.put("restrictions_as_english", String.join(" AND ", english));
    }

    private static String show(ObjectNode shown, List<Alternative> restriction) {
        var alternatives = shown.putArray("alternatives");
        List<String> english = new ArrayList<>();
        for (var alternative : restriction) {
            english.add(english(alternative));
            alternatives
                    .addObject()
                    .put("fieldname", Rune.utf8(alternative.field()))
                    .put("value", Rune.utf8(alternative.value()))
                    .put("condition", String.valueOf(alternative.condition()))
                    .put("english", english(alternative));
        }
        var joined = String.join(" OR ", english);
        shown.put("english", joined);
        return joined;
    }

    private static String english(Alternative alternative) {
        var field = Rune.utf8(alternative.field());
        var value = Rune.utf8(alternative.value());
        return switch (alternative.condition()) {
            case '!' -> field + " is missing";
            case '#' -> "comment: " + field + " " + value;
            case '=' -> field + " equal to " + value;
            case '/' -> field + " unequal to " + value;
            case '^' -> field + " starts with " + value;
            case '$' -> field + " ends with " + value;
            case '~' -> field + " contains " + value;
            case '{' -> field + " sorts before " + value;
            case '}' -> field + " sorts after " + value;
            default -> field + " " + alternative.condition() + " " + value;
        };
    }
}
