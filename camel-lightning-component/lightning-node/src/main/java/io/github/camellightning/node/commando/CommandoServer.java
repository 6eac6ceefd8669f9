// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.CommandoListener;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.commando.Results.FilterException;
import io.github.camellightning.node.rune.RuneCheck;
import io.github.camellightning.node.rune.RuneRefusedException;
import io.github.camellightning.node.rune.RuneRequest;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Runs methods for peers whose runes allow it ({@code lightning-commando(7)}). Its node tells of requests and of peers that go, and sends the frames of
 * replies.
 *
 * <p>A request is read; then its rune is checked: whether it is revoked, of our secret, and what it allows; then its method is looked for. So who may not
 * ask does not learn which methods there are. No method of this class waits.
 */
public final class CommandoServer implements AutoCloseable {

    private static final int INVALID_PARAMS = -32_602;
    private static final int METHOD_NOT_FOUND = -32_601;
    private static final int MAX_QUOTED = 100;
    private static final int MAX_LOGGED = 1_024;
    /** What is larger takes longer to read than a thread that reads sockets should have. */
    private static final int SMALL = 8 << 10;

    private static final Refusal TOO_BUSY = Refusal.of("Too many requests at once: this one was not run");
    private static final Refusal REPEATED =
            Refusal.of("Repeated request: it runs, or ran and its reply was lost, and is not run again");

    private final CommandoServerSettings settings;
    private final ReplyTransport transport;
    private final ServedMethods methods;
    private final RuneCheck runes;
    private final ServerThreads threads = new ServerThreads();
    private final RequestMemory memory;
    private final RequestParts parts;
    private final CallSlots slots;
    private final OpenServedCalls open = new OpenServedCalls();
    private final RecentRequests recent;
    private final BadRunes badRunes;
    private final Replies replies;
    private volatile boolean closed;

    public CommandoServer(
            CommandoServerSettings settings, ReplyTransport transport, ServedMethods methods, RuneCheck runes) {
        this.settings = settings;
        this.transport = transport;
        this.methods = methods;
        this.runes = runes;
        this.memory = new RequestMemory(settings.maxRequestBytes());
        this.parts = new RequestParts(memory, settings.unfinished().toNanos());
        this.slots = new CallSlots(settings, this::begin);
        this.recent =
                new RecentRequests(settings.maxRepeats(), settings.repeats().toNanos());
        this.badRunes = new BadRunes(settings.badRunesPerMinute());
        this.replies = new Replies(transport, threads, settings.replyWindow(), this::ended);
        long every = Math.max(1, settings.unfinished().toMillis() / 8);
        threads.every(every, () -> parts.dropOld(System.nanoTime()));
    }

    /** A peer sent a message of one of the two types of requests. To be called in the order in which its messages came. */
    public void received(NodeId peer, CustomMessage frame) {
        if (closed) {
            return;
        }
        if (!Frames.hasId(frame)) {
            transport.warn(
                    peer,
                    "sent a part of a commando request that is too short for its id, ignored; see to the program there",
                    "");
            return;
        }
        RequestParts.Result result = parts.add(peer, frame, System.nanoTime());
        switch (result.outcome()) {
            case TAKEN -> {}
            case COMPLETE -> {
                if (result.request() != null) {
                    admit(new ServedCall(result.request()));
                }
            }
            case OVERSIZE ->
                transport.warn(
                        peer,
                        "sent a commando request of more than " + Frames.MAX_REQUEST
                                + " bytes, ignored; it has to ask for less at once",
                        "");
            case NO_ROOM -> refuseUnread(new ServedCall(new IncomingRequest(peer, Frames.id(frame), new byte[0], 0)));
        }
    }

    private void refuseUnread(ServedCall call) {
        call.leavePlace();
        refuse(call, TOO_BUSY);
    }

    private void admit(ServedCall call) {
        open.add(call);
        if (!slots.add(call)) {
            call.leavePlace();
            release(call.takeRequest());
            transport.warn(
                    call.peer(), "has too many commando requests that wait, refused; it has to wait for replies", "");
            refuse(call, TOO_BUSY);
        }
    }

    /** It keeps no place among those that run until somebody reads that. Who reads no replies gets none. */
    private void refuse(ServedCall call, Refusal refusal) {
        leavePlace(call);
        if (call.isDropped() || replies.waiting(call.peer()) >= settings.waitingPerPeer()) {
            ended(call);
        } else {
            replies.send(Reply.ofRefusal(call, refusal));
        }
    }

    private void begin(ServedCall call) {
        IncomingRequest request = call.takeRequest();
        if (request == null) {
            ended(call);
        } else if (request.length() <= SMALL) {
            read(call, request);
        } else {
            threads.execute(() -> read(call, request));
        }
    }

    private void read(ServedCall call, IncomingRequest incoming) {
        try {
            CommandoRequest request = CommandoRequest.parse(incoming.json(), incoming.length());
            var asked = new RuneRequest(call.peer(), request.method(), request.params());
            if (incoming.length() <= SMALL && request.rune().readsInvoices()) {
                threads.execute(() -> check(call, incoming, request, asked));
            } else {
                check(call, incoming, request, asked);
            }
        } catch (InvalidMessageException ambiguous) {
            release(incoming);
            refuse(call, Refusal.of(String.valueOf(ambiguous.getMessage())));
        } catch (Refusal refusal) {
            release(incoming);
            refuse(call, refusal);
            if (refusal.isBadRune()) {
                badRune(call.peer());
            }
        } catch (RuntimeException | Error fault) {
            release(incoming);
            failed(call, "a request", fault);
        }
    }

    private void check(ServedCall call, IncomingRequest incoming, CommandoRequest request, RuneRequest asked) {
        check(request, asked)
                .whenComplete((allowed, failure) -> guarded(call, () -> {
                    release(incoming);
                    if (failure == null) {
                        run(call, incoming, request);
                    } else {
                        refuseRune(call, request, unwrapped(failure));
                    }
                }));
    }

    private CompletionStage<Void> check(CommandoRequest request, RuneRequest asked) {
        try {
            return Objects.requireNonNull(runes.check(request.rune(), asked), "there is no stage");
        } catch (RuntimeException failed) {
            return CompletableFuture.failedFuture(failed);
        }
    }

    private void release(@Nullable IncomingRequest request) {
        if (request != null) {
            memory.giveBack(request.json().length);
        }
    }

    private void refuseRune(ServedCall call, CommandoRequest request, Throwable failure) {
        if (failure instanceof RuneRefusedException refused) {
            refuse(call, Refusal.notAuthorized(String.valueOf(refused.getMessage())));
            if (!refused.isAuthorized()) {
                badRune(call.peer());
            }
        } else {
            // who checks it may have quoted it
            String words = failure.toString().replace(request.rune().encode(), "***");
            transport.warn(
                    call.peer(),
                    "its rune could not be checked, refused; see to the runeFile or the runeCheck: ",
                    Escaped.of(words, MAX_LOGGED));
            refuse(call, Refusal.notAuthorized("it could not be checked"));
        }
    }

    private void badRune(NodeId peer) {
        if (badRunes.add(peer, System.nanoTime())) {
            String reason = "sent " + settings.badRunesPerMinute() + " bad runes within a minute";
            transport.warn(peer, reason, ": disconnected; if it may ask, give it a rune that is valid here");
            transport.disconnect(peer, reason);
        }
    }

    private void run(ServedCall call, IncomingRequest incoming, CommandoRequest request) {
        if (!recent.add(incoming, call, System.nanoTime())) {
            refuse(call, REPEATED);
            return;
        }
        call.setId(request.id());
        CommandoListener listener = methods.find(request.method());
        JsonNode filter = request.filter();
        if (listener == null) {
            String name = Escaped.of(request.method(), MAX_QUOTED);
            reply(Reply.ofError(call, METHOD_NOT_FOUND, "Unknown command '" + name + "'", null));
            return;
        }
        try {
            if (filter != null) {
                Results.requireFilter(filter);
            }
        } catch (FilterException none) {
            reply(Reply.ofError(call, INVALID_PARAMS, none.words(), null));
            return;
        }
        if (closed || call.isDropped()) {
            call.drop();
            recent.remove(call);
            ended(call);
            return;
        }
        call(listener, call.peer(), request.params())
                .whenComplete((result, failure) -> guarded(call, () -> answered(call, request, result, failure)));
    }

    private void answered(
            ServedCall call, CommandoRequest request, @Nullable JsonResult result, @Nullable Throwable failure) {
        if (failure != null) {
            failed(call, request.method(), unwrapped(failure));
        } else if (result == null) {
            failed(call, request.method(), new IOException("there is no result"));
        } else if (result.isInFile() || result.size() > SMALL) {
            threads.execute(() -> succeeded(call, request, result));
        } else {
            succeeded(call, request, result);
        }
    }

    /** A fault in what a stage runs is told to nobody, and its call would keep its place. */
    private void guarded(ServedCall call, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error fault) {
            failed(call, "a request", fault);
        }
    }

    private static CompletionStage<JsonResult> call(CommandoListener listener, NodeId peer, JsonNode params) {
        try {
            return Objects.requireNonNull(listener.call(peer, params), "there is no stage");
        } catch (Throwable failure) {
            // an error too, or a checked exception of code that is not Java: its caller waits
            return CompletableFuture.failedFuture(failure);
        }
    }

    private void succeeded(ServedCall call, CommandoRequest request, JsonResult result) {
        try {
            boolean isObject = Results.isObject(result);
            JsonNode filter = request.filter();
            if (filter == null || !isObject) {
                reply(Reply.ofResult(call, result, !isObject));
                return;
            }
            try (result) {
                reply(Reply.ofResult(call, Results.filtered(result, filter, settings), false));
            }
        } catch (IOException | RuntimeException | Error unusable) {
            result.close();
            failed(call, request.method(), unusable);
        }
    }

    /** In the failure's own words only where it was made to be told: others may carry what is no caller's business. */
    private void failed(ServedCall call, String method, Throwable failure) {
        if (failure instanceof RemoteErrorException told) {
            reply(Reply.ofError(call, told));
            return;
        }
        transport.warn(
                call.peer(),
                "a method failed, see to the route that answers it: ",
                Escaped.of(method, MAX_QUOTED) + ": " + Escaped.of(failure.toString(), MAX_LOGGED));
        reply(Reply.ofInternalError(call));
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private void reply(Reply reply) {
        if (reply.call().isDropped()) {
            ended(reply);
        } else {
            replies.send(reply);
        }
    }

    private void ended(Reply reply) {
        reply.close();
        ended(reply.call());
    }

    private void ended(ServedCall call) {
        if (call.end()) {
            open.remove(call);
            if (call.isAnswered()) {
                recent.remove(call);
            }
            leavePlace(call);
        }
    }

    private void leavePlace(ServedCall call) {
        if (call.leavePlace()) {
            slots.ended(call);
        }
    }

    /** The connection with a peer is gone: what it asked for and did not begin will not, and the replies to what did go nowhere. */
    public void disconnected(NodeId peer) {
        parts.drop(peer);
        open.removeAll(peer).forEach(ServedCall::drop);
        slots.removeWaiting(peer).forEach(call -> {
            call.end();
            call.leavePlace();
            release(call.takeRequest());
        });
        replies.dropped(peer);
    }

    /** Takes nothing more, and drops all calls. Idempotent. */
    @Override
    public void close() {
        closed = true;
        open.peers().forEach(this::disconnected);
        threads.close();
    }

    /** Of requests that are arriving or wait. */
    long requestBytes() {
        return memory.used();
    }

    int running() {
        return slots.running();
    }
}
