// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/** Listens where a lightningd would, and does exactly what the test says. */
public final class ScriptedDaemon implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path socket;
    private final List<Client> clients = new ArrayList<>();
    private AFUNIXServerSocket server;

    public ScriptedDaemon(Path directory) {
        // relative, for an address has 107 bytes at the most
        this.socket = Path.of("")
                .toAbsolutePath()
                .relativize(directory.toAbsolutePath())
                .resolve("rpc");
        listen(50);
    }

    public void listen(int backlog) {
        try {
            Files.deleteIfExists(socket);
            server = AFUNIXServerSocket.newInstance();
            server.setSoTimeout((int) PATIENCE.toMillis());
            server.setDeleteOnClose(false);
            server.bind(AFUNIXSocketAddress.of(socket), backlog);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path socket() {
        return socket;
    }

    RpcSettings.Builder settings() {
        return RpcSettings.builder(socket).deadline(PATIENCE).connectTimeout(PATIENCE);
    }

    /** Waits for a client to connect. */
    public Client accept() {
        try {
            var client = new Client(server.accept());
            clients.add(client);
            return client;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a lightningd that stops: every connection ends, and the socket's file stays. */
    public void stop() {
        try {
            server.close();
            for (Client client : clients) {
                client.close();
            }
            clients.clear();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** A connection, from the daemon's side. */
    public static final class Client {
        private final AFUNIXSocket connection;
        private final InputStream in;
        private final OutputStream out;
        private MappingIterator<JsonNode> requests;

        private Client(AFUNIXSocket connection) throws IOException {
            this.connection = connection;
            connection.setSoTimeout((int) PATIENCE.toMillis());
            this.in = connection.getInputStream();
            this.out = connection.getOutputStream();
        }

        /** Waits for a request. */
        public JsonNode request() {
            try {
                if (requests == null) {
                    // it reads at once
                    requests = JSON.readerFor(JsonNode.class).readValues(in);
                }
                return requests.nextValue();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        List<JsonNode> requests(int count) {
            var read = new ArrayList<JsonNode>(count);
            while (read.size() < count) {
                read.add(request());
            }
            return read;
        }

        /** What the client wrote, before any request was read. */
        String text(int bytes) {
            try {
                return new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public void reply(JsonNode request, String result) {
            write(replyTo(request, result));
        }

        public void replyError(JsonNode request, String error) {
            write("{\"jsonrpc\":\"2.0\",\"id\":" + request.get("id") + ",\"error\":" + error + "}\n\n");
        }

        static String replyTo(JsonNode request, String result) {
            return "{\"jsonrpc\":\"2.0\",\"id\":" + request.get("id") + ",\"result\":" + result + "}\n\n";
        }

        void write(String text) {
            write(text.getBytes(StandardCharsets.UTF_8));
        }

        void write(byte[] bytes) {
            try {
                out.write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Waits for the client to close the connection; what it sends until then is dropped. */
        void awaitEnd() {
            try {
                in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void close() {
            try {
                connection.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
