// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.rune.Alternative;
import io.github.camellightning.node.rune.RequestValues;
import io.github.camellightning.node.rune.Restriction;
import io.github.camellightning.node.rune.Rune;
import io.github.camellightning.node.rune.RuneRequest;
import io.github.camellightning.node.rune.Usage;
import java.math.BigDecimal;
import java.time.Duration;
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
            rune = base.restrict(restrictions);
        }
        var result = Json.object().put("rune", rune.encode()).put("unique_id", rune.uniqueId());
        if (rune.restrictions().isEmpty()) {
            result.put("warning_unrestricted_rune", UNRESTRICTED);
        }
        call.succeed(result);
    }

    private static Rune rune(Token token) throws RpcException {
        Rune rune;
        try {
            rune = Rune.parse(token.text());
        } catch (InvalidMessageException unreadable) {
            throw RpcException.badParameter("rune", "should be base64 string", token);
        }
        if (rune.number() < 0) {
            throw RpcException.badParameter("rune", "should have valid numeric unique_id", token);
        }
        return rune;
    }

    private static List<Restriction> restrictions(@Nullable Token token) throws RpcException {
        if (token == null) {
            return List.of();
        }
        if (token.is("readonly")) {
            return Restriction.READ_ONLY;
        }
        List<Restriction> restrictions = new ArrayList<>();
        for (var restriction : token.kind() == Token.Kind.ARRAY ? token.children() : List.of(token)) {
            restrictions.add(restriction(restriction));
        }
        return restrictions;
    }

    private static Restriction restriction(Token token) throws RpcException {
        try {
            if (token.kind() == Token.Kind.ARRAY && token.children().stream().allMatch(Token::isString)) {
                return new Restriction(token.children().stream()
                        .map(text -> Alternative.of(Json.unescape(text)))
                        .toList());
            }
        } catch (InvalidMessageException unreadable) {
            throw notARestriction(token);
        }
        throw notARestriction(token);
    }

    private static RpcException notARestriction(Token token) {
        return RpcException.badParameter("restrictions", "not a valid restriction (should be array)", token);
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
        if (runes.isBlacklisted(rune.number())) {
            throw new RpcException(BLACKLISTED, "Not authorized: Blacklisted rune");
        }
        var foreign = runes.notOurs(rune);
        if (foreign != null) {
            throw new RpcException(NOT_AUTHORIZED, "Not authorized: " + foreign);
        }
        var now = Instant.now();
        var request =
                new RuneRequest(nodeId, params.text("method"), methodParams == null ? null : methodParams.toJson());
        var complaint = rune.complaint(new RequestValues(request, now), usage(rune, now));
        if (complaint != null) {
            throw new RpcException(NOT_PERMITTED, "Not permitted: " + escaped(complaint));
        }
        runes.used(rune.number(), now);
        call.succeed(Json.object().put("valid", true));
    }

    private Usage usage(Rune rune, Instant now) {
        var kept = runes.kept(rune.number());
        var lastUsed = kept == null ? null : kept.lastUsed();
        return lastUsed == null
                ? Usage.NEVER
                : () -> Math.max(0, Duration.between(lastUsed, now).toNanos());
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
            var kept = runes.kept(one.number());
            boolean stored = kept != null && kept.rune().equals(one);
            show(list, one, stored, kept == null ? null : kept.lastUsed());
        }
        call.succeed(result);
    }

    private void show(ArrayNode list, Rune rune, boolean stored, @Nullable Instant lastUsed) {
        var shown = list.addObject().put("rune", rune.encode());
        if (!stored) {
            shown.put("stored", false);
        }
        if (runes.isBlacklisted(rune.number())) {
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
        rune.restrictions().forEach(restriction -> show(restrictions.addObject(), restriction));
        shown.put("restrictions_as_english", rune.english());
    }

    private static void show(ObjectNode shown, Restriction restriction) {
        var alternatives = shown.putArray("alternatives");
        for (var alternative : restriction.alternatives()) {
            alternatives
                    .addObject()
                    .put("fieldname", alternative.field())
                    .put("value", alternative.value())
                    .put("condition", String.valueOf(alternative.condition().symbol()))
                    .put("english", alternative.english());
        }
        shown.put("english", restriction.english());
    }
}
