// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.LightningException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What must outlive a restart, as JSON:
 *
 * <pre>
 * {"nextId": 3, "clock": "2026-11-21T09:00:00Z", "revoked": [[1, 1]],
 *  "runes": {"0": "method=getinfo"}, "uses": {"0": "2026-11-21T08:59:58Z"}}
 * </pre>
 *
 * @param nextId the unique id of the next rune
 * @param clock how late it was, at least
 * @param revoked ranges that do not touch each other, in their order
 * @param runes those made here, their restrictions by unique id
 * @param uses when runes of a unique id were used last, or somewhat later
 */
record RuneState(
        long nextId, Instant clock, List<Range> revoked, SortedMap<Long, String> runes, SortedMap<Long, Instant> uses) {

    /** Of unique ids, its ends included. */
    record Range(long first, long last) {

        boolean touches(Range other) {
            // not last + 1: there is none after the last of all
            return first - 1 <= other.last && other.first - 1 <= last;
        }

        Range joined(Range other) {
            return new Range(Math.min(first, other.first), Math.max(last, other.last));
        }
    }

    static final RuneState NEW =
            new RuneState(0, Instant.EPOCH, List.of(), Collections.emptySortedMap(), Collections.emptySortedMap());

    RuneState withRune(long id, String restrictions) {
        return new RuneState(Math.max(nextId, id + 1), clock, revoked, with(runes, id, restrictions), uses);
    }

    /** The later of this and what is written. */
    RuneState withUse(long id, Instant when, Instant now) {
        Instant before = uses.get(id);
        return before != null && before.isAfter(when) ? withClock(now) : withExactUse(id, when, now);
    }

    RuneState withExactUse(long id, Instant when, Instant now) {
        return new RuneState(nextId, clock, revoked, runes, with(uses, id, when)).withClock(now);
    }

    RuneState withClock(Instant now) {
        return now.isAfter(clock) ? new RuneState(nextId, now, revoked, runes, uses) : this;
    }

    RuneState withRevoked(Range range) {
        var others = new ArrayList<Range>(revoked.size() + 1);
        Range joined = range;
        for (Range one : revoked) {
            if (one.touches(joined)) {
                joined = joined.joined(one);
            } else {
                others.add(one);
            }
        }
        others.add(joined);
        others.sort((left, right) -> Long.compare(left.first(), right.first()));
        return new RuneState(nextId, clock, List.copyOf(others), runes, uses);
    }

    private static <V> SortedMap<Long, V> with(SortedMap<Long, V> map, long id, V value) {
        var copy = new TreeMap<>(map);
        copy.put(id, value);
        return Collections.unmodifiableSortedMap(copy);
    }

    boolean isRevoked(long id) {
        int low = 0;
        int high = revoked.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Range range = revoked.get(middle);
            if (id < range.first()) {
                high = middle - 1;
            } else if (id > range.last()) {
                low = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    String json() {
        ObjectNode json = Json.emptyObject();
        json.put("nextId", nextId).put("clock", clock.toString());
        ArrayNode ranges = json.putArray("revoked");
        revoked.forEach(range -> ranges.addArray().add(range.first()).add(range.last()));
        ObjectNode made = json.putObject("runes");
        runes.forEach((id, restrictions) -> made.put(id.toString(), restrictions));
        ObjectNode used = json.putObject("uses");
        uses.forEach((id, when) -> used.put(id.toString(), when.toString()));
        return json.toPrettyString() + "\n";
    }

    /** @throws LightningException where it is not what {@link #json} writes: what was revoked must not be forgotten */
    static RuneState parse(String text) {
        JsonNode json = Json.read(text);
        try {
            JsonNode nextId = json.path("nextId");
            if (!nextId.canConvertToLong() || !nextId.isIntegralNumber() || nextId.longValue() < 0) {
                throw new LightningException("nextId is no number");
            }
            var state = new RuneState(
                    nextId.longValue(),
                    Instant.parse(json.path("clock").asText()),
                    List.of(),
                    byId(json, "runes", JsonNode::asText),
                    byId(json, "uses", when -> Instant.parse(when.asText())));
            if (!json.path("revoked").isArray()) {
                throw new LightningException("revoked is no array");
            }
            for (JsonNode range : json.path("revoked")) {
                state = state.withRevoked(range(range));
            }
            return state;
        } catch (DateTimeException | NumberFormatException unreadable) {
            throw new LightningException(String.valueOf(unreadable.getMessage()), unreadable);
        }
    }

    private static Range range(JsonNode range) {
        JsonNode first = range.path(0);
        JsonNode last = range.path(1);
        boolean numbers = first.isIntegralNumber()
                && first.canConvertToLong()
                && last.isIntegralNumber()
                && last.canConvertToLong();
        if (!numbers || first.longValue() < 0 || last.longValue() < first.longValue()) {
            throw new LightningException("a range of revoked is none");
        }
        return new Range(first.longValue(), last.longValue());
    }

    private static <V> SortedMap<Long, V> byId(JsonNode json, String member, Function<JsonNode, V> value) {
        JsonNode object = json.path(member);
        if (!object.isObject()) {
            throw new LightningException(member + " is no object");
        }
        var map = new TreeMap<Long, V>();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            map.put(Long.valueOf(entry.getKey()), value.apply(entry.getValue()));
        }
        return Collections.unmodifiableSortedMap(map);
    }
}
