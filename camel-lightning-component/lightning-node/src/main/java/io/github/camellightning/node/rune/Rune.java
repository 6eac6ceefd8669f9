// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.InvalidMessageException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A bearer token: who has it may do what its restrictions allow, and can hand on one with more of them without asking anybody.
 *
 * <pre>
 * base64url( | SHA-256 state, 32 | restrictions, separated by &amp; | )
 * </pre>
 *
 * The state is that of the secret and of each restriction, with SHA-256's own padding between them. A rune is a secret: only {@link #encode} gives it
 * away. Two are equal when they encode the same.
 */
public final class Rune {

    /** Characters of its text. */
    public static final int MAX_LENGTH = 8 << 10;

    public static final int MAX_RESTRICTIONS = 64;
    /** In all restrictions together. */
    public static final int MAX_ALTERNATIVES = 128;

    private static final int DIGEST = 32;
    private static final int MAX_BYTES = MAX_LENGTH / 4 * 3;

    private final byte[] digest;
    private final @Nullable String id;
    private final List<Restriction> restrictions;

    /** @param id what stands behind the = of the unique id */
    private Rune(byte[] digest, @Nullable String id, List<Restriction> restrictions) {
        this.digest = digest;
        this.id = id;
        this.restrictions = restrictions;
    }

    /** The secret and nothing else. */
    static Rune master(Sha256State secret) {
        return new Rune(secret.digest(), null, List.of());
    }

    /**
     * Reads what {@link #encode} or another implementation wrote, with or without padding.
     *
     * @throws InvalidMessageException naming the rule; the rune is not quoted
     */
    public static Rune parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw invalid("it has " + text.length() + " characters, and may have " + MAX_LENGTH);
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            throw invalid("it is not base64url");
        }
        if (bytes.length < DIGEST) {
            throw invalid("it has " + bytes.length + " bytes, fewer than the " + DIGEST + " of a state");
        }
        RuneText.Parsed parsed = RuneText.parse(utf8(bytes));
        return new Rune(Arrays.copyOf(bytes, DIGEST), parsed.id(), parsed.restrictions());
    }

    private static InvalidMessageException invalid(String rule) {
        return new InvalidMessageException("Invalid rune: " + rule);
    }

    private static String utf8(byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, DIGEST, bytes.length - DIGEST))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw invalid("its restrictions are not UTF-8");
        }
        if (text.indexOf('\0') >= 0) {
            throw invalid("its restrictions have a NUL character");
        }
        return text;
    }

    /** The digest says nothing of how much went into it: the secret's block, and the parts. */
    private Sha256State state() {
        long length = Sha256State.BLOCK;
        for (byte[] part : parts()) {
            length += Sha256State.padded(part.length);
        }
        return new Sha256State(digest, length);
    }

    /** What went into the state, behind the secret. */
    private List<byte[]> parts() {
        var parts = new ArrayList<byte[]>(restrictions.size() + 1);
        if (id != null) {
            parts.add(encodedId(id).getBytes(StandardCharsets.UTF_8));
        }
        for (Restriction restriction : restrictions) {
            parts.add(restriction.toString().getBytes(StandardCharsets.UTF_8));
        }
        return parts;
    }

    private static String encodedId(String id) {
        var text = new StringBuilder().append(Condition.EQUAL.symbol());
        Alternative.escape(id, text);
        return text.toString();
    }

    Rune withId(String newId) {
        return new Rune(
                state().add(encodedId(newId).getBytes(StandardCharsets.UTF_8)).digest(), newId, restrictions);
    }

    /**
     * The same with more restrictions. Whoever made the rune accepts it, but for those restrictions.
     *
     * @throws InvalidMessageException where a rune cannot have so many
     */
    public Rune restrict(List<Restriction> more) {
        Sha256State derived = state();
        for (Restriction restriction : more) {
            derived = derived.add(restriction.toString().getBytes(StandardCharsets.UTF_8));
        }
        var all = new ArrayList<>(restrictions);
        all.addAll(more);
        return new Rune(derived.digest(), id, List.copyOf(all)).requireWithinLimits();
    }

    /** What we make, all must read. */
    private Rune requireWithinLimits() {
        int alternatives =
                restrictions.stream().mapToInt(one -> one.alternatives().size()).sum();
        int length = DIGEST + parts().stream().mapToInt(part -> part.length + 1).sum();
        if (restrictions.size() > MAX_RESTRICTIONS || alternatives > MAX_ALTERNATIVES || length > MAX_BYTES) {
            throw new InvalidMessageException("Too many restrictions: a rune has at most " + MAX_RESTRICTIONS
                    + ", with " + MAX_ALTERNATIVES + " alternatives, in " + MAX_BYTES + " bytes");
        }
        return this;
    }

    /** Which of the runes of a secret it, or what it was derived from, is. Any text, or null: what its maker gave it. */
    public @Nullable String uniqueId() {
        String whole = id;
        int end = whole == null ? -1 : whole.indexOf('-');
        return whole == null || end < 0 ? whole : whole.substring(0, end);
    }

    /** The unique id where it is a number within 0 to 2^63 - 1, as those of lightningd are; else -1. */
    public long number() {
        String text = uniqueId();
        if (text == null
                || text.isEmpty()
                || text.length() > 19
                || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        Long number = Amount.integer(text);
        return number == null ? -1 : number;
    }

    /** Of what its restrictions mean, as its maker says; null for those of lightningd and of ours. */
    public @Nullable String version() {
        String whole = id;
        int end = whole == null ? -1 : whole.indexOf('-');
        return whole == null || end < 0 ? null : whole.substring(end + 1);
    }

    /** All must be met. The unique id is not among them. */
    public List<Restriction> restrictions() {
        return restrictions;
    }

    /** Whether a restriction names the field. */
    public boolean restricts(String field) {
        return restrictions.stream().anyMatch(restriction -> restriction.names(field));
    }

    /** Null where it is of that secret, and what is wrong in lightningd's words where not. */
    @Nullable
    String notDerivedFrom(Rune master) {
        if (version() != null) {
            return "Version mismatch";
        }
        Sha256State derived = master.state();
        for (byte[] part : parts()) {
            derived = derived.add(part);
        }
        return MessageDigest.isEqual(derived.digest(), digest) ? null : "Not derived from master";
    }

    /**
     * Holds its restrictions against what somebody wants. That says nothing of who made it: {@link MasterSecret#refusal} does.
     *
     * @return the first restriction that is not met, in lightningd's words; null where all are
     */
    public @Nullable String complaint(Values values, Usage usage) {
        return held(values).complaint(usage);
    }

    /** The same in two steps, of which the first takes the time. */
    HeldRune held(Values values) {
        return HeldRune.of(restrictions, values);
    }

    boolean countsUses() {
        return restrictions.stream().anyMatch(Restriction::countsUses);
    }

    /** Whether to check it means to verify the signatures of invoices. */
    public boolean readsInvoices() {
        return restrictions.stream()
                .flatMap(restriction -> restriction.alternatives().stream())
                .anyMatch(alternative -> alternative.field().startsWith("pinv"));
    }

    static String spoken(String complaint) {
        if (complaint.startsWith("pname")) {
            return "parameter " + complaint.substring(5);
        }
        if (complaint.startsWith("parr")) {
            return "parameter #" + complaint.substring(4);
        }
        if (complaint.startsWith("pnum")) {
            return "number of parameters" + complaint.substring(4);
        }
        return complaint.startsWith("pinv") ? "invoice parameter " + complaint.substring(4) : complaint;
    }

    /** What it allows, in lightningd's words, control characters escaped; empty where it allows everything. */
    public String english() {
        return Escaped.controls(restrictions.stream().map(Restriction::english).collect(Collectors.joining(" AND ")));
    }

    /** The rune itself, for whoever may use it. */
    public String encode() {
        byte[] text = restrictionText().getBytes(StandardCharsets.UTF_8);
        byte[] bytes = Arrays.copyOf(digest, DIGEST + text.length);
        System.arraycopy(text, 0, bytes, DIGEST, text.length);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }

    private String restrictionText() {
        String all = restrictions.stream().map(Restriction::toString).collect(Collectors.joining("&"));
        return id == null ? all : encodedId(id) + (all.isEmpty() ? "" : "&" + all);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Rune rune
                && MessageDigest.isEqual(digest, rune.digest)
                && restrictionText().equals(rune.restrictionText());
    }

    @Override
    public int hashCode() {
        return restrictionText().hashCode();
    }

    /** What it allows, and not the rune. */
    @Override
    public String toString() {
        return "Rune[" + (id == null ? "" : "id " + Escaped.controls(id) + ": ")
                + (restrictions.isEmpty() ? "everything" : english()) + "]";
    }
}
