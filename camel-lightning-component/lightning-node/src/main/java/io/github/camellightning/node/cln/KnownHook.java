// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.cln.AnswerCheck.Refused;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The hooks whose answers can be checked, and what lightningd survives of them. Members that only lightningd could check, an address or a PSBT, are let
 * through where the {@link io.github.camellightning.node.HookSpec} allows the unknown.
 */
enum KnownHook {
    PEER_CONNECTED {
        @Override
        void check(AnswerCheck answer, boolean unknownToo) throws Refused {
            if (!answer.result().equals("disconnect")) {
                onlyContinue(answer);
                return;
            }
            answer.onlyMembers("result", "error_message");
            answer.errorMessage();
        }
    },
    HTLC_ACCEPTED {
        @Override
        void check(AnswerCheck answer, boolean unknownToo) throws Refused {
            switch (answer.result()) {
                case "continue" -> changedHtlc(answer);
                case "fail" -> failedHtlc(answer);
                case "resolve" -> {
                    answer.onlyMembers("result", "payment_key");
                    answer.hex("payment_key", 32, 32);
                }
                default -> throw new Refused("result must be continue, fail or resolve");
            }
        }

        private void changedHtlc(AnswerCheck answer) throws Refused {
            answer.onlyMembers("result", "payload", "forward_to", "extra_tlvs", "invoice_msat");
            if (answer.has("payload")) {
                answer.hex("payload", 1, 1_300);
            }
            if (answer.has("forward_to")) {
                answer.hex("forward_to", 32, 32);
            }
            if (answer.has("extra_tlvs")) {
                answer.extraTlvs();
            }
            answer.msat("invoice_msat");
        }

        private void failedHtlc(AnswerCheck answer) throws Refused {
            if (answer.has("failure_onion")) {
                answer.onlyMembers("result", "failure_onion");
                answer.failureOnion();
            } else {
                answer.onlyMembers("result", "failure_message");
                answer.failureMessage();
            }
        }
    },
    INVOICE_PAYMENT {
        @Override
        void check(AnswerCheck answer, boolean unknownToo) throws Refused {
            if (answer.has("result")) {
                answer.onlyMembers("result");
                oneOf(answer, "continue", "reject");
            } else {
                answer.onlyMembers("failure_message");
                answer.failureMessage();
            }
        }
    },
    OPENCHANNEL {
        @Override
        void check(AnswerCheck answer, boolean unknownToo) throws Refused {
            if (rejected(answer)) {
                return;
            }
            if (!unknownToo) {
                answer.onlyMembers("result", "mindepth", "reserve");
            }
            answer.number("mindepth", Integer.MAX_VALUE);
            answer.amount("reserve", 1_000);
        }
    },
    OPENCHANNEL2(List.of("funder")) {
        @Override
        void check(AnswerCheck answer, boolean unknownToo) throws Refused {
            rejectedOrFunded(answer, unknownToo);
        }
    },
    OPENCHANNEL2_CHANGED {
        @Override
        ObjectNode safeAnswer(JsonNode params) {
            return withPsbt(params.path("openchannel2_changed"));
        }

        @Override
        void check(AnswerCheck answer, boolean unknownToo) throws Refused {
            continuedWithPsbt(answer, unknownToo);
        }
    },
    OPENCHANNEL2_SIGN {
        @Override
        ObjectNode safeAnswer(JsonNode params) {
            return withPsbt(params.path("openchannel2_sign"));
        }

        @Override
        void check(AnswerCheck answer, boolean unknownToo) throws Refused {
            continuedWithPsbt(answer, unknownToo);
        }
    },
    RBF_CHANNEL(List.of("funder")) {
        @Override
        void check(AnswerCheck answer, boolean unknownToo) throws Refused {
            rejectedOrFunded(answer, unknownToo);
        }
    },
    RPC_COMMAND {
        @Override
        void check(AnswerCheck answer, boolean unknownToo) throws Refused {
            if (answer.has("replace")) {
                answer.onlyMembers("replace");
                replacement(answer.get("replace"));
            } else if (answer.has("return")) {
                answer.onlyMembers("return");
                reply(new AnswerCheck(answer.get("return")));
            } else {
                onlyContinue(answer);
            }
        }

        private void replacement(JsonNode request) throws Refused {
            var check = new AnswerCheck(request);
            check.onlyMembers("jsonrpc", "id", "method", "params", "filter");
            if (!request.path("jsonrpc").asText().equals("2.0")
                    || !request.path("id").isValueNode()
                    || !request.path("method").isTextual()
                    || !request.path("params").isContainerNode()) {
                throw new Refused("replace must have jsonrpc \"2.0\", id, method and params");
            }
            try {
                CommandGuard.check(request.path("method").textValue(), request.path("params"));
            } catch (InvalidMessageException deadly) {
                throw new Refused("replace: " + deadly.getMessage());
            }
        }

        private void reply(AnswerCheck reply) throws Refused {
            if (reply.has("result")) {
                reply.onlyMembers("result");
                if (!reply.get("result").isObject()) {
                    throw new Refused(
                            "return.result must be an object: another ends a lightningd that asks by commando");
                }
            } else {
                reply.onlyMembers("error");
                JsonNode error = reply.get("error");
                if (!error.path("code").isInt() || !error.path("message").isTextual()) {
                    throw new Refused("return.error must have a code, a number, and a message");
                }
            }
        }
    },
    ONION_MESSAGE_RECV {
        @Override
        void check(AnswerCheck answer, boolean unknownToo) throws Refused {
            continueOrStop(answer);
        }
    },
    ONION_MESSAGE_RECV_SECRET {
        @Override
        void check(AnswerCheck answer, boolean unknownToo) throws Refused {
            continueOrStop(answer);
        }
    },
    COMMITMENT_REVOCATION,
    RECOVER;

    private final List<String> before;

    KnownHook() {
        this(List.of());
    }

    /** @param before plugins whose answer a bare {@code continue} after theirs would undo */
    KnownHook(List<String> before) {
        this.before = before;
    }

    static Optional<KnownHook> named(String name) {
        return Arrays.stream(values())
                .filter(hook -> hook.hookName().equals(name))
                .findAny();
    }

    static String names() {
        return Arrays.stream(values()).map(KnownHook::hookName).collect(Collectors.joining(", "));
    }

    String hookName() {
        return name().toLowerCase(Locale.ROOT);
    }

    List<String> before() {
        return before;
    }

    /** What lets the daemon do as it would have without us. */
    ObjectNode safeAnswer(JsonNode params) {
        return continued();
    }

    static ObjectNode continued() {
        return JsonNodeFactory.instance.objectNode().put("result", "continue");
    }

    private static ObjectNode withPsbt(JsonNode call) {
        ObjectNode answer = continued();
        if (call.has("psbt")) {
            answer.set("psbt", call.get("psbt"));
        }
        return answer;
    }

    /** @throws Refused where lightningd would abort, or would not do what the answer seems to say */
    void check(AnswerCheck answer, boolean unknownToo) throws Refused {
        onlyContinue(answer);
    }

    private static void onlyContinue(AnswerCheck answer) throws Refused {
        answer.onlyMembers("result");
        oneOf(answer, "continue");
    }

    private static void oneOf(AnswerCheck answer, String... words) throws Refused {
        if (!List.of(words).contains(answer.result())) {
            throw new Refused("result must be " + String.join(" or ", words));
        }
    }

    private static void continueOrStop(AnswerCheck answer) throws Refused {
        answer.onlyMembers("result");
        oneOf(answer, "continue", "stop");
    }

    private static boolean rejected(AnswerCheck answer) throws Refused {
        if (!answer.result().equals("reject")) {
            oneOf(answer, "continue", "reject");
            return false;
        }
        answer.onlyMembers("result", "error_message");
        answer.errorMessage();
        return true;
    }

    private static void rejectedOrFunded(AnswerCheck answer, boolean unknownToo) throws Refused {
        if (rejected(answer)) {
            return;
        }
        if (!unknownToo) {
            answer.onlyMembers("result");
        }
        if (answer.has("psbt")) {
            answer.psbt("psbt");
        }
        answer.msat("our_funding_msat");
    }

    private static void continuedWithPsbt(AnswerCheck answer, boolean unknownToo) throws Refused {
        answer.onlyMembers("result", "psbt");
        oneOf(answer, "continue");
        answer.psbt("psbt");
        if (!unknownToo) {
            throw new Refused("only lightningd can check a psbt: allow unknown hooks to send one");
        }
    }
}
