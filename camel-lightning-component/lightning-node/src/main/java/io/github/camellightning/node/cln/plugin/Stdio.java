// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import io.github.camellightning.node.LightningException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This process as a plugin that lightningd itself has started: what it says comes from stdin, and stdout carries nothing but our answers. */
public final class Stdio {

    private static final Logger LOG = LoggerFactory.getLogger(Stdio.class);

    private Stdio() {}

    /** From now on a stray print goes to stderr: on stdout it would end the plugin. */
    public static void keepOutClean() {
        System.setOut(System.err);
    }

    /** @throws LightningException where it was not lightningd that started this process */
    public static void open(PluginHandler handler) {
        if (System.getenv("LIGHTNINGD_PLUGIN") == null) {
            throw new LightningException("Invalid option stdio=true: this process was not started by lightningd, which"
                    + " starts what its option plugin= names");
        }
        keepOutClean();
        var in = new FileInputStream(FileDescriptor.in);
        var out = new FileOutputStream(FileDescriptor.out);
        new PluginSession(in, out, handler, () -> LOG.debug("The streams are lightningd's to close"))
                .start("lightning-plugin");
    }

    /** Ends this process, as lightningd expects of a plugin, in the way that lets shutdown hooks run. */
    public static void exit() {
        LOG.info("This process ends, as lightningd's plugin");
        // a thread of its own: the hooks may wait for the one that came here
        new Thread(() -> System.exit(0), "lightning-plugin-exit").start();
    }
}
