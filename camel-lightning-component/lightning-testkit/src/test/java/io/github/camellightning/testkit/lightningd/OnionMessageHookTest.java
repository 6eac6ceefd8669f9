// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.wire.TlvStream;
import io.github.camellightning.node.wire.WireWriter;
import io.github.camellightning.testkit.onion.BlindedMessage;
import io.github.camellightning.testkit.onion.OnionMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The hooks {@code onion_message_recv} and {@code onion_message_recv_secret}: which of them gets a message, and how it tells of it. */
class OnionMessageHookTest {

    private static final String MANIFEST =
            RemotePlugin.CUSTOMMSG.replace("\"custommsg\"", "\"onion_message_recv\",\"onion_message_recv_secret\"");
    private static final String SECRET = "5c".repeat(32);
    private static final int REPLY_PATH = 2;
    private static final int PATH_ID = 6;
    private static final int BURST = 4;
    private static final int MANY = 40;

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    @TempDir
    Path dir;

    private SimulatedLightningd alice;
    private SimulatedLightningd bob;
    private RemotePlugin plugin;

    @BeforeEach
    void bobHasAPlugin() throws Exception {
        alice = lightning.start("alice");
        bob = lightning.start("bob");
        alice.connectTo(bob);
        plugin = RemotePlugin.run(bob, dir, "listener", MANIFEST);
    }

    @AfterEach
    void stopThePlugin() {
        plugin.close();
    }

    private static TlvStream saying(String text) {
        return TlvStream.EMPTY.with(65_537, text.getBytes(StandardCharsets.UTF_8));
    }

    private BlindedMessage message(TlvStream recipient, TlvStream said) throws Exception {
        return BlindedMessage.to(bob.nodeId().bytes(), recipient, said);
    }

    private void inject(BlindedMessage message) {
        var params = Json.object()
                .put("path_key", Hex.encode(message.pathKey()))
                .put("message", Hex.encode(message.onion()));
        assertThat(RpcClient.call(bob, "injectonionmessage", params.toString())).isEqualTo(RpcClient.result("{}"));
    }

    private JsonNode told(String hook) {
        String call = plugin.next(hook);
        plugin.answer(call, RemotePlugin.CONTINUE);
        return Json.parse(call).at("/params/onion_message");
    }

    private static JsonNode json(String text) {
        return Json.parse(text.replace('\'', '"'));
    }

    @Test
    void whatLightningdDoesNotKnowIsToldAsItIs() throws Exception {
        inject(message(TlvStream.EMPTY, saying("hello").with(65_539, new byte[0])));

        assertThat(told("onion_message_recv"))
                .isEqualTo(
                        json("{'unknown_fields':[{'number':65537,'value':'68656c6c6f'},{'number':65539,'value':''}]}"));
    }

    @Test
    void whatComesByAPathThatTheNodeGaveOutHasASecretAndAHookOfItsOwn() throws Exception {
        inject(message(TlvStream.EMPTY.with(PATH_ID, HexFormat.of().parseHex(SECRET)), saying("hello")));

        assertThat(told("onion_message_recv_secret"))
                .isEqualTo(json(
                        "{'pathsecret':'" + SECRET + "','unknown_fields':[{'number':65537,'value':'68656c6c6f'}]}"));
    }

    @Test
    void aPathForTheReplyIsToldInItsParts() throws Exception {
        byte[] node = alice.nodeId().bytes();
        byte[] path = new WireWriter()
                .bytes(node)
                .bytes(node)
                .u8(1)
                .bytes(node)
                .u16(2)
                .bytes(new byte[] {1, 2})
                .toByteArray();
        inject(message(TlvStream.EMPTY, TlvStream.EMPTY.with(REPLY_PATH, path)));

        assertThat(told("onion_message_recv"))
                .isEqualTo(json(
                        "{'reply_blindedpath':{'first_node_id':'ID','first_path_key':'ID','hops':[{'blinded_node_id':'ID','encrypted_recipient_data':'0102'}]},'unknown_fields':[]}"
                                .replace("ID", alice.nodeId().hex())));
    }

    @Test
    void whatAPeerSendsTooFastIsDropped() throws Exception {
        for (int i = 0; i < MANY; i++) {
            var sent = message(TlvStream.EMPTY, saying("hello"));
            alice.send(bob, OnionMessage.encode(sent.pathKey(), sent.onion()));
        }
        assertThat(RpcClient.call(alice, "ping", "[\"" + bob.nodeId() + "\"]")).contains("totlen");
        inject(message(TlvStream.EMPTY, saying("the last one")));

        int heard = 0;
        while (told("onion_message_recv")
                .at("/unknown_fields/0/value")
                .textValue()
                .equals("68656c6c6f")) {
            heard++;
        }
        assertThat(heard).isBetween(BURST, MANY - 1);
    }
}
