// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import java.time.Duration;

/**
 * A hook to answer.
 *
 * @param name like {@code htlc_accepted}
 * @param deadline after which the safe answer goes, which lets the daemon do as it would have without us
 * @param allowUnknown whether a hook may be one whose answers cannot be checked: a wrong one aborts the daemon
 */
public record HookSpec(String name, Duration deadline, boolean allowUnknown) {}
