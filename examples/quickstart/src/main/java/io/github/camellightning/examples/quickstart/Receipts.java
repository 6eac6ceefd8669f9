// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.quickstart;

import io.github.camellightning.node.TimeoutException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * What Alice expects from Bob: for each file she sends, its SHA-256. As a step of a route it waits, blocking no thread, until the receipt
 * for the exchange's file is there.
 */
final class Receipts extends AsyncProcessorSupport {

    private static final String EXPECTED = "receipt";

    private final Map<String, CompletableFuture<String>> expected = new ConcurrentHashMap<>();
    private final long patienceSeconds;

    Receipts(long patienceSeconds) {
        this.patienceSeconds = patienceSeconds;
    }

    /** Before the file is sent: the receipt may come before the send returns. */
    void expect(Exchange exchange) {
        String sha256 = sha256(exchange.getMessage().getBody(byte[].class));
        exchange.setProperty(EXPECTED, expected.computeIfAbsent(sha256, key -> new CompletableFuture<>()));
    }

    /** After the send: the exchange goes on when Bob's receipt has come, or fails when it does not come in time. */
    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        CompletableFuture<?> receipt = exchange.getProperty(EXPECTED, CompletableFuture.class);
        receipt.copy().orTimeout(patienceSeconds, TimeUnit.SECONDS).whenComplete((sha256, timeout) -> {
            if (timeout != null) {
                exchange.setException(
                        new TimeoutException("no receipt from Bob within " + patienceSeconds + " seconds"));
            }
            callback.done(false);
        });
        return false;
    }

    /** @return whether anybody expected it */
    boolean received(byte[] sha256) {
        String hex = HexFormat.of().formatHex(sha256);
        CompletableFuture<String> receipt = expected.remove(hex);
        return receipt != null && receipt.complete(hex);
    }

    static byte[] digest(byte[] payload) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(payload);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static String sha256(byte[] payload) {
        return HexFormat.of().formatHex(digest(payload));
    }
}
