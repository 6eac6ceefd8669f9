// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.LightningException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process as a plugin that lightningd itself has started: what it says comes from stdin, and stdout carries nothing but our answers. The run lasts as
 * long as lightningd: after a stop it is still answered, by who is stopped and answers what is safe, until another start joins. To close the pipe instead
 * would end a lightningd to which the plugin is important, and to keep silent would hold it up.
 */
public final class Stdio implements PluginHandler {

    private static final Logger LOG = LoggerFactory.getLogger(Stdio.class);
    private static final String SHUTDOWN = "shutdown";

    private final Runnable exit;
    private @Nullable PluginSession session;
    private @Nullable Manifest declared;
    private @Nullable JsonNode configuration;
    private @Nullable String ended;
    private volatile @Nullable PluginHandler latest;
    private volatile boolean released;
    private boolean claimed;

    public Stdio() {
        this(Stdio::exit);
    }

    /** @param exit ends this process */
    Stdio(Runnable exit) {
        this.exit = exit;
    }

    /** From now on a stray print goes to stderr: on stdout it would end the plugin. */
    public static void keepOutClean() {
        System.setOut(System.err);
    }

    /** What lightningd is told of this process: all that is wanted at the first start, and the same ever after. */
    public synchronized Manifest declared(Manifest wanted) {
        Manifest first = declared == null ? wanted : declared;
        declared = first;
        return first;
    }

    /**
     * From now on this handler answers. After a stop it joins the run that there is.
     *
     * @throws LightningException where it was not lightningd that started this process, it has closed the pipe, or another node has it
     */
    public void open(PluginHandler handler) {
        if (System.getenv("LIGHTNINGD_PLUGIN") == null) {
            throw new LightningException("Invalid option stdio=true: this process was not started by lightningd, which"
                    + " starts what its option plugin= names");
        }
        keepOutClean();
        claimIn();
        open(handler, new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out));
    }

    /**
     * Stdin is this run's from now on, and to all others it has ended: whoever read it too would take half a request.
     *
     * @throws LightningException where it is another's
     */
    synchronized void claimIn() {
        synchronized (Stdio.class) {
            if (!claimed && System.in instanceof Claimed) {
                throw new LightningException("Invalid option stdio=true: another node of this process has stdin and"
                        + " stdout, and lightningd started it as one plugin; leave stdio out for this node, or have both"
                        + " use one");
            }
            System.setIn(new Claimed());
            claimed = true;
        }
    }

    private static final class Claimed extends InputStream {

        @Override
        public int read() {
            return -1;
        }
    }

    synchronized void open(PluginHandler handler, InputStream in, OutputStream out) {
        if (ended != null) {
            throw new LightningException("This process is no plugin of lightningd any more: " + ended);
        }
        PluginSession running = session;
        latest = handler;
        released = false;
        if (running == null) {
            new PluginSession(in, out, this, () -> LOG.debug("The streams are lightningd's to close"))
                    .start("lightning-plugin");
            return;
        }
        handler.joined(running);
        if (configuration != null) {
            handler.initialised(configuration);
        }
    }

    /** Why lightningd has ended the run; null where it has not. */
    public synchronized @Nullable String over() {
        return ended;
    }

    /** From now on the handler is told of nothing, and asked only for what is safe; when lightningd ends, so does this process. */
    public void release() {
        released = true;
    }

    private PluginHandler latest() {
        PluginHandler handler = latest;
        if (handler == null) {
            throw new IllegalStateException("nobody has joined");
        }
        return handler;
    }

    @Override
    public synchronized void joined(PluginSession joined) {
        session = joined;
        latest().joined(joined);
    }

    @Override
    public CompletionStage<Manifest> manifest() {
        return latest().manifest();
    }

    @Override
    public synchronized void initialised(JsonNode told) {
        configuration = told;
        latest().initialised(told);
    }

    @Override
    public CompletionStage<JsonNode> hook(String name, JsonNode params) {
        return latest().hook(name, params);
    }

    @Override
    public JsonNode safeAnswer(String hook, JsonNode params) {
        return latest().safeAnswer(hook, params);
    }

    @Override
    public CompletionStage<JsonNode> method(String name, JsonNode params) {
        return latest().method(name, params);
    }

    @Override
    public void notification(String topic, JsonNode params, @Nullable String origin) {
        if (!released) {
            latest().notification(topic, params, origin);
        } else if (topic.equals(SHUTDOWN)) {
            exit.run();
        }
    }

    @Override
    public void ended(String reason) {
        synchronized (this) {
            ended = reason;
        }
        latest().ended(reason);
        if (released) {
            exit.run();
        }
    }

    /** Ends this process, as lightningd expects of a plugin, in the way that lets shutdown hooks run. */
    public static void exit() {
        LOG.info("This process ends, as lightningd's plugin");
        // a thread of its own: the hooks may wait for the one that came here
        var exit = new Thread(() -> System.exit(0), "lightning-plugin-exit");
        // nor is a main that fails because of this to end the process before, with a code of its own
        exit.setDaemon(false);
        exit.start();
    }
}
