// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import java.io.IOException;
import org.newsclub.net.unix.AFUNIXSocketPair;

/** The user of this process, as the other end of a Unix socket sees it: on every system, and whatever /proc tells. */
public final class OwnUser {

    private static final long ROOT = 0;

    private OwnUser() {}

    public static long id() throws IOException {
        var pair = AFUNIXSocketPair.open();
        try {
            return pair.getSocket1().getPeerCredentials().getUid();
        } finally {
            Dialer.close(pair.getSocket1());
            Dialer.close(pair.getSocket2());
        }
    }

    /** Whether somebody at the other end of a socket can do no more than whoever runs this process, or is root anyway. */
    public static boolean isTrusted(long other, long own) {
        return other == own || other == ROOT;
    }
}
