// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/** The node itself, which calls one of its own commands. */
final class InternalClient implements Client {

    private final Consumer<byte[]> answer;
    private final Reply reply = new Reply();

    private InternalClient(Consumer<byte[]> answer) {
        this.answer = answer;
    }

    /** Runs a request, which has an id, and hands over the whole reply. */
    static void run(Commands commands, Token request, Consumer<byte[]> answer) {
        var id = request.member("id");
        if (id == null) {
            throw new IllegalArgumentException("a request without an id");
        }
        commands.execute(new Call(new InternalClient(answer), id, request));
    }

    @Override
    public Reply begin() {
        return reply;
    }

    @Override
    public void flush() {
        if (reply.isFinished()) {
            var bytes = new ByteArrayOutputStream();
            reply.parts().forEach(part -> bytes.writeBytes(part.array()));
            answer.accept(bytes.toByteArray());
        }
    }

    @Override
    public boolean notifications() {
        return false;
    }

    @Override
    public void enableNotifications(boolean enable) {
        // nobody here to be told
    }
}
