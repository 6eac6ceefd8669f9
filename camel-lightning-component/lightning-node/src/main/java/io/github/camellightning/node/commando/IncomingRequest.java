// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import io.github.camellightning.node.NodeId;

/** The JSON of a request, all parts of it. */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record IncomingRequest(NodeId peer, long number, byte[] json, int length) {}
