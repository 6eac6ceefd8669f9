// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

/**
 * What went through a node since it was made, over all its starts and stops.
 *
 * @param received messages that a listener wanted, without those that were passed over since too many of their peer waited for it
 * @param unclaimed messages that no listener wanted
 * @param refusedConnections connections that a limit or an allow-list refused; 0 where that is a daemon's business
 * @param reconnects how often a connection that it keeps by itself, to its daemon or to a peer of its configuration, was lost and came back
 */
public record NodeCounts(long received, long unclaimed, long refusedConnections, long reconnects) {

    public static final NodeCounts NONE = new NodeCounts(0, 0, 0, 0);
}
