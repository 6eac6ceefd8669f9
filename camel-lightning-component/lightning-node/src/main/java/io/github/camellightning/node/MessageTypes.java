// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

/** What the numbers of message types mean (BOLT 1, {@code lightning-commando(7)}). */
public final class MessageTypes {

    public static final int WARNING = 1;
    public static final int PEER_STORAGE = 7;
    public static final int PEER_STORAGE_RETRIEVAL = 9;
    public static final int INIT = 16;
    public static final int ERROR = 17;
    public static final int PING = 18;
    public static final int PONG = 19;

    /** BOLTs keep the types below this one to themselves. */
    public static final int FIRST_UNRESERVED = 1_024;
    /** From here on types are free for experiments and applications. */
    public static final int FIRST_CUSTOM = 32_768;

    public static final int LAST = 65_535;

    public static final int COMMANDO_REQUEST_MORE = 0x4c4d;
    public static final int COMMANDO_REQUEST_LAST = 0x4c4f;
    public static final int COMMANDO_REPLY_MORE = 0x594b;
    public static final int COMMANDO_REPLY_LAST = 0x594d;

    private MessageTypes() {}

    public static boolean isCommando(int type) {
        return switch (type) {
            case COMMANDO_REQUEST_MORE, COMMANDO_REQUEST_LAST, COMMANDO_REPLY_MORE, COMMANDO_REPLY_LAST -> true;
            default -> false;
        };
    }

    public static boolean isCommandoRequest(int type) {
        return type == COMMANDO_REQUEST_MORE || type == COMMANDO_REQUEST_LAST;
    }

    public static boolean isCommandoReply(int type) {
        return type == COMMANDO_REPLY_MORE || type == COMMANDO_REPLY_LAST;
    }

    public static boolean isPeerStorage(int type) {
        return type == PEER_STORAGE || type == PEER_STORAGE_RETRIEVAL;
    }

    public static boolean isEven(int type) {
        return (type & 1) == 0;
    }

    /**
     * A type as users write it: {@code 37913} or {@code 0x9419}.
     *
     * @throws InvalidMessageException where it is neither, or not within 0 to 65535
     */
    public static int parse(String text) {
        String trimmed = text.trim();
        boolean hex = trimmed.startsWith("0x") || trimmed.startsWith("0X");
        String digits = hex ? trimmed.substring(2) : trimmed;
        // Integer.parseInt would let a sign pass
        if (!digits.isEmpty() && digits.length() <= 8 && Character.digit(digits.charAt(0), 16) >= 0) {
            try {
                int type = Integer.parseInt(digits, hex ? 16 : 10);
                if (type <= LAST) {
                    return type;
                }
            } catch (NumberFormatException notANumber) {
                throw invalid(text);
            }
        }
        throw invalid(text);
    }

    static int requireInRange(int type) {
        if (type < 0 || type > LAST) {
            throw invalid(Integer.toString(type));
        }
        return type;
    }

    /**
     * What {@code sendcustommsg} may carry: nothing that BOLTs reserve, save peer storage where the node is told so, and
     * none of commando's types, whose parts must not mix with those of a running call.
     *
     * @throws InvalidMessageException naming the rule
     */
    public static void requireSendable(int type, boolean peerStorageAllowed) {
        if (isCommando(type)) {
            throw new InvalidMessageException(
                    "Message type " + type + " belongs to commando and is not for sendcustommsg");
        }
        if (type < FIRST_UNRESERVED && !(peerStorageAllowed && isPeerStorage(type))) {
            throw new InvalidMessageException("Message type " + type
                    + " is reserved: BOLTs keep 0 to 1023 to themselves; custom messages use 32768 to 65535");
        }
    }

    private static InvalidMessageException invalid(String text) {
        return new InvalidMessageException("Invalid message type '" + Escaped.of(text, 40)
                + "': a number within 0 to 65535, decimal or like 0x9419");
    }
}
