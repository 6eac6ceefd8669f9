// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.failure;
import static io.github.camellightning.node.peer.PeerNodes.get;
import static io.github.camellightning.node.peer.PeerNodes.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NodeState.Status;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.noise.NodeKey;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be set, and what a node says of a value that will not do: the option, the value, the rule. */
class PeerOptionsTest {

    private static final String ID = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    private static final String OTHER_ID = "0379be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

    @RegisterExtension
    final PeerNodes nodes = new PeerNodes();

    @TempDir
    Path folder;

    private final PeerNode node = new PeerNode();

    private LightningException startFailure() {
        return failure(LightningException.class, node.start());
    }

    // listen and proxy

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "9735",
                "localhost:",
                "localhost:x",
                "localhost:-1",
                "localhost:65536",
                "localhost:123456",
                "::1:9735",
                "[::1]",
                "[::1]9735",
                "localhost:1:2",
                "tcp://localhost:9735",
                "local host:9735"
            })
    void whatIsNoHostAndPortIsRefused(String value) {
        node.setListen(value);
        assertThat(startFailure())
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageStartingWith("Invalid option listen=" + value + ": it reads <host>:<port>")
                .hasMessageContaining("the port within 0 to 65535");

        node.setListen(null);
        node.setProxy(value);
        assertThat(startFailure())
                .hasMessageStartingWith("Invalid option proxy=" + value + ": it reads <host>:<port>")
                .hasMessageContaining("the port within 1 to 65535");
        assertThat(node.state().status()).isEqualTo(Status.DOWN);
    }

    @Test
    void aProxyHasAPortAndListensSomewhere() {
        node.setProxy("127.0.0.1:0");
        assertThat(startFailure()).hasMessageContaining("Invalid option proxy=127.0.0.1:0");

        node.setProxy(":9050");
        assertThat(startFailure()).hasMessageContaining("Invalid option proxy=:9050");
    }

    @Test
    void aHostThatDoesNotExistIsNamed() {
        node.setListen("no-such-host.invalid:9735");
        assertThat(startFailure())
                .hasMessageContaining("listen=no-such-host.invalid:9735")
                .hasMessageContaining("no such host");

        node.setListen(null);
        node.setProxy("no-such-host.invalid:9050");
        assertThat(startFailure())
                .hasMessageContaining("proxy=no-such-host.invalid:9050")
                .hasMessageContaining("no such host");
    }

    @Test
    void anAddressThatIsNotOursIsNamed() {
        node.setListen("192.0.2.1:9735");

        assertThat(startFailure()).hasMessageContaining("192.0.2.1:9735").hasMessageContaining("option listen");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:0", "localhost:0", " 127.0.0.1:0 ", ":0"})
    void aNodeListensWhereItIsTold(String value) throws Exception {
        PeerNode listening = nodes.silent();
        listening.setListen(value);
        get(listening.start());

        assertThat(listening.listenAddress().getPort()).isPositive();
        assertThat(listening.state().reason())
                .contains(":" + listening.listenAddress().getPort());
        RawPeer.connected(listening).pingPong();
    }

    @Test
    void withoutListenItDoesNot() throws Exception {
        PeerNode silent = nodes.silent();
        get(silent.start());

        assertThat(silent.listenAddress()).isNull();
        assertThat(silent.state().reason()).isEqualTo("not listening");
    }

    // peers and allowPeers

    @ParameterizedTest
    @CsvSource({
        "hello, hello",
        ID + ", " + ID,
        "'" + ID + "@host:1, oops', oops",
        "02@host:9735, 02",
        "04" + ID + "@host:9735, 66 hex digits",
        ID + "@host:99999, 99999"
    })
    void whatIsNoPeersAddressIsRefused(String value, String part) {
        node.setPeers(value);

        assertThat(startFailure())
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageStartingWith("Invalid option peers: Invalid ")
                .hasMessageContaining(part);
    }

    @Test
    void aPeerIsNamedOnce() {
        node.setPeers(ID + "@one:9735," + OTHER_ID + "@two:9735," + ID + "@three:9735");

        assertThat(startFailure())
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageStartingWith("Invalid option peers: ")
                .hasMessageContaining(ID)
                .hasMessageContaining("more than once");
    }

    @Test
    void aNodeIsNotItsOwnPeer() {
        NodeKey key = RawPeer.newKey();
        node.setPrivateKey(secret(key));
        node.setPeers(new PeerAddress(key.nodeId(), "localhost", 9735).toString());

        assertThat(startFailure())
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageStartingWith("Invalid option peers: ")
                .hasMessageContaining(key.nodeId().hex())
                .hasMessageContaining("this node itself");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "02", ID + "@host:9735", ID + ";" + OTHER_ID, ID + ", oops"})
    void whatIsNoNodeIdIsRefused(String value) {
        node.setAllowPeers(value);

        assertThat(startFailure())
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageStartingWith("Invalid option allowPeers: Invalid node id '");
    }

    @Test
    void listsMayBeSpreadOverLinesAndEndInAComma() {
        node.setPeers(ID + "@one:1 ,\n " + OTHER_ID + "@two:2,\n");
        node.setAllowPeers(" " + ID + ",\n" + OTHER_ID + ", ");

        assertThat(node.settings().peers()).extracting(PeerAddress::host).containsExactly("one", "two");
        assertThat(node.settings().allowPeers()).containsExactlyInAnyOrder(new NodeId(ID), new NodeId(OTHER_ID));
    }

    // network

    @ParameterizedTest
    @ValueSource(strings = {"", "main", "mainnet", "bitcoin,testnet", "liquid"})
    void whatIsNoNetworkIsRefused(String value) {
        node.setNetwork(value);

        assertThat(startFailure())
                .isInstanceOf(InvalidMessageException.class)
                .hasMessage("Invalid option network: Invalid network '" + value
                        + "': one of bitcoin, testnet, testnet4, signet, regtest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bitcoin", "testnet", "testnet4", "signet", "regtest", " Regtest "})
    void theseAreNetworks(String value) {
        node.setNetwork(value);

        assertThat(node.settings().network()).isNotNull();
    }

    // numbers

    @Test
    void threadsAreAtLeastOne() {
        assertThatThrownBy(() -> node.setIoThreads(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid option ioThreads=0: it must be at least 1");
    }

    // the key

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "e1",
                "0xe126f68f7eafcc8b74f54d269fe206be715000f94dac067d1c04a8ca3b2db7",
                "e126f68f7eafcc8b74f54d269fe206be715000f94dac067d1c04a8ca3b2db7",
                "e126f68f7eafcc8b74f54d269fe206be715000f94dac067d1c04a8ca3b2db7341",
                "e126f68f7eafcc8b74f54d269fe206be715000f94dac067d1c04a8ca3b2db73434",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
            })
    void whatIsNoKeyIsRefusedWithoutBeingQuoted(String value) {
        node.setPrivateKey(value);
        String telltale = value.length() < 8 ? "\0" : value.substring(0, 8);

        assertThat(startFailure())
                .isInstanceOf(InvalidMessageException.class)
                .extracting(Throwable::getMessage)
                .isIn(
                        "Invalid option privateKey: a node key has 64 hex digits",
                        "Invalid option privateKey: Invalid node key: it is a number from 1 to the order of secp256k1, less"
                                + " one");
        assertThat(startFailure()).hasMessageNotContaining(telltale).hasNoCause();
    }

    @Test
    void aKeyIsAKeyOrAFileNotBoth() {
        node.setPrivateKey(secret(RawPeer.newKey()));
        node.setKeyFile(folder.resolve("key").toString());

        assertThat(startFailure())
                .isInstanceOf(InvalidMessageException.class)
                .hasMessage("Both options privateKey and keyFile are set: set one");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theKeyDecidesTheId() throws Exception {
        NodeKey key = RawPeer.newKey();
        PeerNode given = nodes.silent();
        given.setPrivateKey(" " + secret(key).toUpperCase(Locale.ROOT) + "\n");
        get(given.start());

        assertThat(given.nodeId()).isEqualTo(key.nodeId());
    }

    @Test
    void aKeyFileIsMadeForItsOwnerAndUsedAgain() throws Exception {
        Path file = folder.resolve("new/key");
        PeerNode first = nodes.silent();
        first.setKeyFile(file.toString());
        get(first.start());
        NodeId id = first.nodeId();
        get(first.stop());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        get(first.start());
        assertThat(first.nodeId()).isEqualTo(id);
    }

    @Test
    void withoutAKeyEachStartHasANewOne() throws Exception {
        PeerNode anonymous = nodes.silent();
        get(anonymous.start());
        NodeId id = anonymous.nodeId();
        get(anonymous.stop());
        get(anonymous.start());

        assertThat(anonymous.nodeId()).isNotEqualTo(id);
    }

    @Test
    void aKeyFileThatWillNotDoIsNamedWithItsOption() throws Exception {
        Path nonsense = Files.writeString(folder.resolve("nonsense"), "this is no key\n");
        Files.setPosixFilePermissions(nonsense, PosixFilePermissions.fromString("rw-------"));
        node.setKeyFile(nonsense.toString());
        assertThat(startFailure())
                .hasMessageStartingWith("Option keyFile: ")
                .hasMessageContaining(nonsense.toString())
                .hasMessageContaining("64 hex digits");

        Path shared = Files.writeString(folder.resolve("shared"), secret(RawPeer.newKey()));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rw-r--r--"));
        node.setKeyFile(shared.toString());
        assertThat(startFailure())
                .hasMessageStartingWith("Option keyFile: ")
                .hasMessageContaining(shared.toString())
                .hasMessageContaining("chmod 600");

        node.setKeyFile(folder.toString());
        assertThat(startFailure()).hasMessageStartingWith("Option keyFile: ").hasMessageContaining("directory");

        node.setKeyFile("no\0path");
        assertThat(startFailure()).hasMessage("Option keyFile: 'no\\u0000path' is no path");
    }

    @Test
    void runesAreInAFileOrCheckedByABean() {
        node.setRuneFile("no\0path");
        assertThat(startFailure()).hasMessage("Invalid option runeFile=no\\u0000path: it is no path");

        node.setRuneFile(folder.toString());
        node.setRuneCheck((rune, request) -> CompletableFuture.completedFuture(null));
        assertThat(startFailure()).hasMessage("Both options runeFile and runeCheck are set: set one");

        node.setRuneCheck(null);
        assertThat(startFailure()).hasMessageStartingWith("Option runeFile: ").hasMessageContaining(folder.toString());
    }

    // in use

    @Test
    void aKeyThatAnotherNodeUsesFailsTheStartUntilThatOneStops() throws Exception {
        Path file = folder.resolve("key");
        PeerNode first = nodes.silent();
        first.setKeyFile(file.toString());
        get(first.start());
        PeerNode second = nodes.silent();
        second.setKeyFile(file.toString());

        assertThat(failure(LightningException.class, second.start()))
                .hasMessageStartingWith("Option keyFile: ")
                .hasMessageContaining(file.toString())
                .hasMessageContaining("a node in this JVM uses it");
        assertThat(second.state().status()).isEqualTo(Status.DOWN);
        assertThat(second.state().reason()).contains("uses it");

        get(first.stop());
        get(second.start());
        assertThat(second.state().status()).isEqualTo(Status.UP);
    }

    @Test
    void aPortInUseFailsTheStartUntilItIsFree() throws Exception {
        Path file = folder.resolve("key");
        PeerNode second = nodes.silent();
        second.setKeyFile(file.toString());
        try (var first = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            second.setListen("127.0.0.1:" + first.getLocalPort());

            for (int i = 0; i < 2; i++) {
                assertThat(failure(LightningException.class, second.start()))
                        .hasMessageContaining("127.0.0.1:" + first.getLocalPort())
                        .hasMessageContaining("option listen")
                        .hasMessageContaining("in use");
                assertThat(second.state().status()).isEqualTo(Status.DOWN);
            }
        }

        get(second.start());
        RawPeer.connected(second).pingPong();
    }

    @Test
    void optionsTakeEffectWithTheNextStart() throws Exception {
        PeerNode bob = nodes.start();
        PeerNode alice = nodes.start();
        get(alice.connect(PeerNodes.addressOf(bob)));
        var storage = new CustomMessage(7, new byte[2]);
        alice.setPeerStorage(true);

        assertThat(failure(InvalidMessageException.class, alice.send(bob.nodeId(), storage)))
                .hasMessageContaining("reserved");

        get(alice.stop());
        get(alice.start());
        get(alice.connect(PeerNodes.addressOf(bob)));
        get(alice.send(bob.nodeId(), storage));
    }
}
